// A small strict hub for developing and for the UI tests: node dev/mock-hub.mjs [port] [--empty]
// It serves dist with the headers of the real hub, precompressed, and refuses what schema/openapi.yaml does not know.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

import * as data from "./mock-data.mjs";
import { PASSWORD, Refusal, TOTP, handlers, sessionOf } from "./mock-routes.mjs";
import { answerFault, findOperation, operationIds, requestFault } from "./openapi-check.mjs";

const HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
};
const MIMES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8", ".woff2": "font/woff2" };
const DIST = fileURLToPath(new URL("../dist", import.meta.url));
const OWN = ["signIn", "signOut", "streamEvents"]; // answered here
const STEP_UP = "Việc này cần xác nhận lại.";

function loadFiles(folder = DIST, prefix = "/") {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return loadFiles(path, `${prefix}${entry.name}/`);
    const plain = readFileSync(path);
    return [[`${prefix}${entry.name}`, { plain, br: brotliCompressSync(plain), gz: gzipSync(plain, { level: 9 }), mime: MIMES[extname(path)] }]];
  });
}

export function startMockHub({ port = 5300, empty = false, newFindingEveryMs = 0 } = {}) {
  if (!existsSync(DIST)) throw new Error("Build first: npm run build");
  if (empty) {
    data.machines.length = 0;
    data.findings.length = 0;
  }
  const unanswered = operationIds().filter((name) => !handlers[name] && !OWN.includes(name));
  if (unanswered.length > 0) throw new Error(`The mock has no answer to ${unanswered.join(", ")}`);
  const files = new Map(loadFiles());
  const sessions = new Map();
  const streams = new Set();
  let eventId = 0;
  const faults = [];

  function tell(type, body) {
    for (const stream of streams) stream.write(`id: ${++eventId}\nevent: ${type}\ndata: ${JSON.stringify(body)}\n\n`);
  }
  function addFinding() {
    const item = data.makeFinding(data.kinds[2], data.machines[1], Date.now());
    data.findings.push(item);
    tell("finding", { id: item.finding.id });
  }

  function serveFile(request, response, pathname) {
    const path = files.has(pathname) ? pathname : "/index.html";
    if (pathname.startsWith("/assets/") && path === "/index.html") return response.writeHead(404, HEADERS).end();
    const file = files.get(path);
    const accepts = request.headers["accept-encoding"] ?? "";
    const encoding = path.endsWith(".woff2") ? null : accepts.includes("br") ? "br" : accepts.includes("gzip") ? "gzip" : null;
    response.writeHead(200, {
      ...HEADERS,
      "Content-Type": file.mime,
      "Cache-Control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
      ...(encoding ? { "Content-Encoding": encoding, Vary: "Accept-Encoding" } : {}),
    });
    response.end(encoding === "br" ? file.br : encoding === "gzip" ? file.gz : file.plain);
  }

  async function readBody(request) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString("utf8")) : undefined;
  }

  function signIn(response, body) {
    const user = data.users.find(({ username, disabled }) => username === body.username && !disabled);
    if (!user || body.password !== (user.password ?? PASSWORD)) throw new Refusal(401, "Tên đăng nhập hoặc mật khẩu không đúng.", "The user name or password is wrong.");
    if (user.totp_enabled && body.totp !== TOTP) {
      throw new Refusal(401, body.totp ? "Mã xác thực không đúng." : "Cần mã xác thực.", body.totp ? "The code is wrong." : "A code is needed.", "totp");
    }
    const token = randomBytes(16).toString("hex");
    const session = { csrf: randomBytes(16).toString("hex"), stepUpUntil: 0 };
    sessions.set(token, { user, session });
    response.setHeader("Set-Cookie", `khien-mock=${token}; Path=/; HttpOnly; SameSite=Strict`);
    return sessionOf({ user, session });
  }

  async function answer(request, response, url) {
    const found = findOperation(request.method, url.pathname.slice("/api/v1".length));
    if (!found) throw new Refusal(404, "Không có đường dẫn này.", "No such route.");
    const { operation, ids } = found;
    const body = await readBody(request);
    const fault = requestFault(operation, body, url.searchParams);
    if (fault) throw new Refusal(422, `Yêu cầu không hợp lệ: ${fault}`, `Invalid request: ${fault}`, fault.split(":")[0] || "body");
    if (operation.operationId === "signIn") return { operation, status: 200, body: signIn(response, body) };

    const token = /khien-mock=([0-9a-f]+)/.exec(request.headers.cookie ?? "")?.[1];
    const roles = operation["x-roles"];
    const known = roles.includes("public") ? {} : sessions.get(token);
    if (!known) throw new Refusal(401, "Bạn chưa đăng nhập.", "You are not signed in.");
    if (request.method !== "GET" && request.headers["x-khien-csrf"] !== known.session.csrf) throw new Refusal(403, "Thiếu mã chống giả mạo.", "The CSRF proof is missing.");
    if (!roles.includes("public") && !roles.includes("any") && !roles.includes(known.user.role)) throw new Refusal(403, "Vai trò của bạn không được làm việc này.", "Your role may not do this.");
    if (operation["x-step-up"] && !(known.session.stepUpUntil > Date.now())) throw new Refusal(403, STEP_UP, "Confirm again.", undefined, "step_up_required");
    if (operation.operationId === "signOut") {
      sessions.delete(token);
      return { operation, status: 204 };
    }
    if (operation.operationId === "streamEvents") return openStream(response);
    const result = handlers[operation.operationId]({ ...known, body, ids, query: Object.fromEntries(url.searchParams) });
    const status = Number(Object.keys(operation.responses)[0]);
    if (result instanceof Buffer) return sendBytes(response, result, Object.keys(operation.responses[status].content));
    if (operation.operationId === "updateFinding") tell("finding", { id: ids.finding_id });
    if (["actOnContentRelease", "startContentRelease"].includes(operation.operationId)) tell("content", { id: result.version ?? result.release.version });
    return { operation, status, body: result };
  }

  function sendBytes(response, bytes, types) {
    const text = types.includes("text/calendar") ? "text/calendar; charset=utf-8" : undefined;
    response.writeHead(200, { ...HEADERS, "Content-Type": text ?? (bytes.subarray(1, 4).toString() === "PNG" ? "image/png" : "application/octet-stream"), "Content-Disposition": "attachment", "Content-Security-Policy": "sandbox" });
    response.end(bytes);
    return null;
  }

  function openStream(response) {
    response.writeHead(200, { ...HEADERS, "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(": xin chào\n\n");
    streams.add(response);
    response.on("close", () => streams.delete(response));
    return null;
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://mock");
    if (!url.pathname.startsWith("/api/")) return serveFile(request, response, url.pathname);
    answer(request, response, url)
      .then((result) => {
        if (!result) return;
        const fault = answerFault(result.operation, result.status, result.body);
        if (fault) faults.push(`${request.method} ${url.pathname}: ${fault}`);
        send(response, result.status, result.body);
      })
      .catch((error) => {
        if (!(error instanceof Refusal)) console.error(error);
        const refusal = error instanceof Refusal ? error : new Refusal(500, "Lỗi máy chủ.", String(error), undefined, "internal");
        send(response, refusal.status, refusal.body);
      });
  });
  function send(response, status, body) {
    response.writeHead(status, { ...HEADERS, "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" });
    response.end(body === undefined ? "" : JSON.stringify(body));
  }

  const timer = newFindingEveryMs ? setInterval(addFinding, newFindingEveryMs) : undefined;
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () =>
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        user: "quantri",
        password: PASSWORD,
        totp: TOTP,
        faults,
        addFinding,
        endSessions: () => sessions.clear(),
        stop: () => {
          clearInterval(timer);
          for (const stream of streams) stream.end();
          server.closeAllConnections();
          server.close();
        },
      }),
    );
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const hub = await startMockHub({ port: Number(process.argv[2] ?? 5300), empty: process.argv.includes("--empty"), newFindingEveryMs: 20_000 });
  console.log(`${hub.url}  ${hub.user} / ${hub.password}`);
}
