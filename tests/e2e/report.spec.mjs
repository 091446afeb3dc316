// A report from its first count to a green duty, on a real hub in a real browser: made, written, frozen, signed by a token
// through the command line, handed in, verified, sent, received; a second person approves, and the signed document is the
// duty's evidence. What was changed by one byte is refused. The sharing message is signed by the same token.
//   KHIEN_URL, KHIEN_USER, KHIEN_PASSWORD   an administrator of a province whose standing body is named
//   KHIEN_SECOND_USER, KHIEN_SECOND_PASSWORD   a leader; one-time passwords need KHIEN_NEW_PASSWORD
//   KHIEN_BIN, KHIEN_CONFIG                 the program and the hub's settings, which trust the token's authority
//   KHIEN_TOKEN                             the folder of tests/e2e/token.sh
import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { axe, launch, listen, open, overflow, settled, signIn } from "./browser.mjs";

const { KHIEN_URL, KHIEN_USER, KHIEN_PASSWORD, KHIEN_NEW_PASSWORD, KHIEN_SECOND_USER, KHIEN_SECOND_PASSWORD, KHIEN_BIN, KHIEN_CONFIG, KHIEN_TOKEN } = process.env;
const needed = { KHIEN_URL, KHIEN_USER, KHIEN_PASSWORD, KHIEN_SECOND_USER, KHIEN_SECOND_PASSWORD, KHIEN_BIN, KHIEN_CONFIG, KHIEN_TOKEN };
const missing = Object.entries(needed).filter(([, value]) => !value).map(([name]) => name);
const url = KHIEN_URL?.replace(/\/$/, "");
const STEP_MS = 20_000;
const KIND = "malware-index-quarter";
const DUTY = "KG-1.5b.quarterly";
const SIGNER = "Nguyễn Văn An";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** The quarter that a report of today proves: within 31 days of its day, or over. */
function quarter() {
  const today = new Date(Date.now() + 7 * 3_600_000);
  let [year, part] = [today.getUTCFullYear(), Math.floor(today.getUTCMonth() / 3)];
  if (today < new Date(Date.UTC(year, part * 3 + 2, 19) - 31 * 86_400_000)) [year, part] = part === 0 ? [year - 1, 3] : [year, part - 1];
  return { id: `${year}-Q${part + 1}`, from: `${year}-${String(part * 3 + 1).padStart(2, "0")}-01` };
}

/** A time stamp server as RFC 3161 has it; openssl answers. */
function timeStampServer(folder) {
  const server = createServer((request, response) => {
    const asked = [];
    request.on("data", (piece) => asked.push(piece));
    request.on("end", () => {
      writeFileSync(join(folder, "query.tsq"), Buffer.concat(asked));
      execFile("openssl", ["ts", "-reply", "-queryfile", join(folder, "query.tsq"), "-config", join(KHIEN_TOKEN, "tsa.cnf"), "-section", "one", "-out", join(folder, "reply.tsr")], (error) => {
        response.writeHead(error ? 500 : 200, { "Content-Type": "application/timestamp-reply" });
        response.end(error ? "" : readFileSync(join(folder, "reply.tsr")));
      });
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** As a person types it: the command on a terminal, the PIN when it is asked for. */
function signByToken(settings, ...command) {
  const words = [KHIEN_BIN, ...command, "--config", settings, "--module-environment", `SOFTHSM2_CONF=${join(KHIEN_TOKEN, "softhsm2.conf")}`];
  const terminal = spawn("script", ["-qefc", words.map((word) => `'${word}'`).join(" "), "/dev/null"], { env: { ...process.env, LANG: "en_US.UTF-8" } });
  let said = "";
  let typed = false;
  terminal.stdout.on("data", (text) => {
    said += text;
    if (typed || !/PIN[^\n]*: $/.test(said)) return;
    typed = true;
    terminal.stdin.write(`${readFileSync(join(KHIEN_TOKEN, "pin"), "utf8")}\n`);
  });
  return new Promise((resolve, reject) => terminal.on("close", (code) => (code === 0 ? resolve(said) : reject(new Error(`${code}: ${said}`)))));
}

const ask = (page, path, method = "GET", body = undefined) =>
  page.evaluate(
    async ([where, how, what]) => {
      const session = await (await fetch("/api/v1/session")).json();
      const answer = await fetch(`/api/v1${where}`, { method: how, headers: how === "GET" ? {} : { "Content-Type": "application/json", "X-Khien-Csrf": session.csrf }, body: what && JSON.stringify(what) });
      if (!answer.ok) throw new Error(`${how} ${where}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    [path, method, body],
  );

async function signedIn(browser, user, password) {
  const page = await (await open(browser)).newPage();
  page.setDefaultTimeout(STEP_MS);
  const faults = listen(page);
  await signIn(page, { url, user, password, newPassword: KHIEN_NEW_PASSWORD });
  return { page, faults };
}

async function makeDraft(page, period) {
  await page.goto(`${url}/bao-cao`);
  await settled(page);
  await page.getByRole("button", { name: "Lập văn bản khác" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Loại văn bản").selectOption(KIND);
  await dialog.getByLabel("Kỳ báo cáo").selectOption(period.id);
  await dialog.getByRole("button", { name: "Lập báo cáo" }).click();
  await page.waitForURL(/\/bao-cao\/\d+/);
  await settled(page);
  return Number(/\/bao-cao\/(\d+)/.exec(page.url())[1]);
}

async function writeWords(page) {
  await page.getByRole("button", { name: "Sửa lời văn" }).click();
  const panel = page.getByRole("dialog");
  await panel.getByRole("textbox").first().waitFor();
  for (const field of await panel.getByRole("textbox").all()) await field.fill("Tình hình ổn định, không có diễn biến bất thường.");
  await panel.getByRole("button", { name: "Lưu", exact: true }).click();
  await panel.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Sửa nơi ban hành, người ký" }).click();
  const issuer = page.getByRole("dialog");
  for (const [label, text] of [["Cơ quan ban hành", "CÔNG AN TỈNH"], ["Ký hiệu", "BC-CAT"], ["Địa danh", "Lam Giang"], ["Chức vụ người ký", "GIÁM ĐỐC"], ["Họ tên người ký", SIGNER], ["Nơi nhận", "Bộ Công an"]]) {
    await issuer.getByLabel(label, { exact: false }).first().fill(text);
  }
  await issuer.getByRole("button", { name: "Lưu", exact: true }).click();
  await issuer.waitFor({ state: "detached" });
}

async function freeze(page, number) {
  await page.getByRole("button", { name: "Chốt số" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Số văn bản").fill(String(number));
  await dialog.getByRole("button", { name: "Chốt số" }).click();
  await page.getByRole("heading", { name: "Ký văn bản" }).waitFor();
}

async function handIn(page, folder, signed) {
  const bytes = readFileSync(signed);
  // One byte of a page's content, which the signature covers.
  bytes[bytes.length >> 2] ^= 1;
  writeFileSync(join(folder, "flipped.pdf"), bytes);
  const file = page.locator('input[type="file"]');
  await file.setInputFiles(join(folder, "flipped.pdf"));
  await page.getByRole("alert").first().waitFor();
  await file.setInputFiles(signed);
  await page.getByRole("heading", { name: "Gửi đi rồi ghi nhận" }).waitFor();
  await page.getByText(SIGNER).first().waitFor();
}

async function verifyPage(page, signed) {
  await page.goto(`${url}/bao-cao/kiem-tra-chu-ky`);
  await settled(page);
  await page.getByRole("radio", { name: "Không mật", exact: true }).check();
  await page.locator('input[type="file"]').setInputFiles(signed);
  await page.getByText("Là bản sao của một văn bản đã lập ở đây.").waitFor();
  await page.getByText("Đúng và tin cậy").first().waitFor();
  assert.deepEqual(await axe(page), [], "the verdict");
}

async function recordSent(page, id) {
  await page.goto(`${url}/bao-cao/${id}`);
  await settled(page);
  await page.getByRole("button", { name: "Ghi nhận đã gửi" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Gửi đến").fill("Bộ Công an");
  await dialog.getByLabel("Số hoặc lời của biên nhận").fill("Biên nhận số 12");
  await dialog.getByRole("button", { name: "Ghi nhận", exact: true }).click();
  await page.getByRole("heading", { name: "Đã xong" }).waitFor();
}

/** The body of the province that answers for the whole, by the duty's own line. */
async function owed(page, period) {
  const { items } = await ask(page, "/units");
  const body = items.find(({ name }) => name === "Công an tỉnh");
  const cell = await ask(page, `/duties/cell?unit=${body.id}&clause=KG-1.5b`);
  return cell.instances.find(({ duty, period_from: from }) => duty === DUTY && from === period.from);
}

describe("a report, from what is owed to a green duty", { skip: missing.length > 0 && `set ${missing.join(", ")}` }, () => {
  let browser;
  let folder;
  let stamps;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "khien-report-"));
    browser = await launch();
    stamps = await timeStampServer(folder);
  });
  after(async () => {
    await browser?.close();
    stamps?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  test("made, frozen, signed by a token, verified, sent, received, approved", { timeout: 120_000 }, async () => {
    const period = quarter();
    const khien = (...words) => execFileSync(KHIEN_BIN, [...words, "--config", KHIEN_CONFIG], { encoding: "utf8" });
    const { page, faults } = await signedIn(browser, KHIEN_USER, KHIEN_PASSWORD);
    assert.notEqual((await owed(page, period)).state, "met");

    khien("report", "make", KIND, "--period", period.id, "-o", join(folder, "draft.pdf"));
    const id = await makeDraft(page, period);
    await writeWords(page);
    assert.deepEqual(await axe(page), [], "the draft");
    assert.equal(await overflow(page), 0);
    await freeze(page, 7);
    const issued = await (await page.context().request.get(`${url}/api/v1/reports/${id}/file?format=pdf`)).body();
    writeFileSync(join(folder, "issued.pdf"), issued);

    const settings = join(folder, "sign.toml");
    writeFileSync(settings, readFileSync(KHIEN_CONFIG, "utf8").replace("[hub]\n", `[hub]\nsigning_tsa_url = "http://127.0.0.1:${stamps.address().port}/"\nsigning_tsa_ca = "${join(KHIEN_TOKEN, "ca.pem")}"\n`));
    const signed = join(folder, "signed.pdf");
    assert.match(await signByToken(settings, "report", "sign", join(folder, "issued.pdf"), "-o", signed), /SHA-256: [0-9a-f]{64}/);
    assert.deepEqual(readFileSync(signed).subarray(0, issued.length), issued);
    assert.match(execFileSync("pdfsig", ["-nocert", signed], { encoding: "utf8" }), /Signature is Valid/);
    const verified = JSON.parse(khien("verify", "--json", signed)).verification;
    assert.equal(verified.valid, true);
    assert.ok(verified.signatures[0].timestamped_at, "it carries a time stamp");

    // The sharing message by the same token, judged by a program that is not ours.
    const message = join(folder, "avreport.xml");
    await signByToken(settings, "share", "avreport", "--scheme", "2290", "-o", message, "--token", "khien-e2e");
    execFileSync("xmlsec1", ["--verify", "--trusted-pem", join(KHIEN_TOKEN, "ca.pem"), message], { stdio: "pipe" });

    await handIn(page, folder, signed);
    await verifyPage(page, signed);
    await recordSent(page, id);
    assert.equal((await owed(page, period)).state, "waiting");
    assert.match(khien("report", "list"), new RegExp(`^${id}\\t${KIND}\\t${period.id}\\t[^\\t]+\\t07/BC-CAT\\t`, "m"));

    const { page: second } = await signedIn(browser, KHIEN_SECOND_USER, KHIEN_SECOND_PASSWORD);
    const waiting = (await owed(second, period)).records.find(({ state }) => state === "waiting");
    await ask(second, `/duty-records/${waiting.id}/decision`, "POST", { approve: true });
    const done = await owed(page, period);
    assert.equal(done.state, "met");
    assert.deepEqual(done.records.find(({ state }) => state === "approved").evidence.map(({ sha256: hash }) => hash), [sha256(readFileSync(signed))]);
    assert.deepEqual(faults, []);
  });
});
