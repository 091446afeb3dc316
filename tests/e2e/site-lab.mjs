// A website of a made-up commune, on loopback, whose pages a test changes; and the name server that knows its name.
import { createSocket } from "node:dgram";
import { createServer } from "node:http";

const A = 1;
const HEAD = 12;  // bytes before the question

/** Who asks: the four kinds of visitor that Khiên comes as. */
export function visitorOf({ "user-agent": agent = "", referer = "" }) {
  if (agent.includes("Googlebot")) return "googlebot";
  if (!referer.includes("google.")) return "desktop";
  return /Mobile|iPhone|Android/.test(agent) ? "mobile-google" : "desktop-google";
}

/** `pages`: path → what a visitor gets, or a function of the visitor. Change it as you like. */
export async function startSite(pages) {
  const visits = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://site");
    const visitor = visitorOf(request.headers);
    visits.push({ pathname, visitor });
    const page = pages[pathname];
    const body = typeof page === "function" ? page(visitor) : page;
    response.writeHead(body === undefined ? 404 : 200, { "Content-Type": pathname.endsWith(".txt") ? "text/plain" : "text/html; charset=utf-8" });
    response.end(body ?? "<title>Không tìm thấy</title><p>Trang không tồn tại.</p>");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { port: server.address().port, visits, stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))) };
}

/** Answers 127.0.0.1 for the names it knows, nothing for other records of theirs, and that there is no such name else. */
export async function startNames(names) {
  const known = new Set(names);
  const socket = createSocket("udp4");
  socket.on("message", (question, from) => socket.send(answerTo(question, known), from.port, from.address));
  await new Promise((done) => socket.bind(0, "127.0.0.1", done));
  return { port: socket.address().port, stop: () => new Promise((done) => socket.close(done)) };
}

function answerTo(question, known) {
  const labels = [];
  let at = HEAD;
  for (let size = question[at]; size > 0 && at < question.length; size = question[at]) {
    labels.push(question.toString("latin1", at + 1, at + 1 + size).toLowerCase());
    at += size + 1;
  }
  const asked = question.subarray(HEAD, at + 5);
  const type = question.readUInt16BE(at + 1);
  const exists = known.has(labels.join("."));
  const address = exists && type === A;
  const head = Buffer.alloc(HEAD);
  question.copy(head, 0, 0, 2);
  head.writeUInt16BE(exists ? 0x8180 : 0x8183, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(address ? 1 : 0, 6);
  const answer = address ? Buffer.from([0xc0, HEAD, 0, A, 0, 1, 0, 0, 0, 5, 0, 4, 127, 0, 0, 1]) : Buffer.alloc(0);
  return Buffer.concat([head, asked, answer]);
}
