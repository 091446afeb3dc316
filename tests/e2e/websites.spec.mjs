// A commune's website from the list to a case that is over, and back: a real hub looks at a real site in a real browser's
// sight. The site is imported and looked at; one page then holds a bookmaker's links for Google's robot alone; the finding
// is opened, both faces are compared, it is confirmed, the owner takes the links out, the cause is named, the site is looked
// at again and daily for thirty days, the case ends; the links come back, and the case says that it is the first time.
// Thirty days pass by the hub's clock (tests/e2e/hub_of_days.cpp); each of its looks is one that was due.
//   KHIEN_BIN     where khien and khien-hub-of-days are
//   KHIEN_SHOTS   optional: where to leave pictures
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { axe, DESKTOP, launch, listen, open, overflow, PHONE, settled, signIn } from "./browser.mjs";
import { startNames, startSite } from "./site-lab.mjs";

const { KHIEN_BIN, KHIEN_SHOTS } = process.env;
const skip = !KHIEN_BIN && "set KHIEN_BIN";

const NAME = "xaanloc.lamgiang.gov.vn";
const UNITS = new URL("data/don-vi.csv", import.meta.url).pathname;
const PASSWORD = "mat-khau-thu-nghiem-2026";
const STEP_MS = 30_000;
const HOUR_MS = 3_600_000;
const LOOK_HOURS = 26;  // from a daily look to the next that is due, with what keeps sites apart
const WATCHED_HOURS = 30 * 24;
const LOOKS = [
  ["desktop-light", { viewport: DESKTOP, theme: "light" }],
  ["desktop-dark", { viewport: DESKTOP, theme: "dark" }],
  ["phone-light", { viewport: PHONE, theme: "light" }],
  ["phone-dark", { viewport: PHONE, theme: "dark" }],
];

const frame = (title, body) => `<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>${title}</title></head>
<body><header><h1>Trang thông tin điện tử xã An Lộc</h1><nav><a href="/">Trang chủ</a> <a href="/gioi-thieu.html">Giới thiệu</a>
<a href="/tin-tuc.html">Tin tức</a></nav></header><main>${body}</main>
<footer>Ủy ban nhân dân xã An Lộc. Điện thoại: 0200 000 000</footer></body></html>`;
const NEWS = "<h2>Tin tức</h2><p>Sáng 20 tháng 11, Ủy ban nhân dân xã tổ chức hội nghị triển khai nhiệm vụ năm 2027.</p><p>Lịch tiếp công dân tháng 12 của lãnh đạo xã.</p>";
const BAD = ["8xbet", "789club", "sunwin", "go88", "hitclub", "b52club", "kubet", "fb88"].map((brand) => `https://${brand}-vip.example/`);
const SPAM = `<div style="position:absolute;left:-9999px">${BAD.map((link) => `<a href="${link}">game bài đổi thưởng, tài xỉu online uy tín</a>`).join(" ")}</div>`;
const HONEST = frame("Tin tức", NEWS);
const INFECTED = (visitor) => (visitor === "googlebot" ? frame("Tin tức", NEWS + SPAM) : HONEST);

const pages = {
  "/": frame("Xã An Lộc", "<p>Chào mừng bạn đến với trang thông tin của xã.</p>"),
  "/gioi-thieu.html": frame("Giới thiệu", "<p>Xã An Lộc có 12 thôn, diện tích 31 km².</p>"),
  "/tin-tuc.html": HONEST,
  "/robots.txt": "User-agent: *\nDisallow: /quan-tri\n",
};

let browser;
let folder;
let hub;
let site;
let names;
let url;
let hours = 0;
let state;

const khien = (...words) => execFileSync(join(KHIEN_BIN, "khien"), [...words, "--config", join(folder, "khien.toml")], { encoding: "utf8" });
const shown = () => JSON.parse(khien("site", "show", "1", "--json"));
const hubNow = () => new Date(Date.now() + hours * HOUR_MS);
const address = () => `http://${NAME}:${site.port}`;

function pass(by) {
  hours += by;
  writeFileSync(join(folder, "hours"), `${hours}\n`);
}

async function until(what, holds) {
  for (const end = Date.now() + STEP_MS; Date.now() < end; await sleep(100)) if (await holds()) return;
  throw new Error(`in vain: ${what}\n${JSON.stringify(shown())}\n${readFileSync(join(folder, "hub.log"), "utf8").slice(-3000)}`);
}

async function startHub() {
  writeFileSync(
    join(folder, "khien.toml"),
    `[hub]\nfolder = "${folder}/hub"\nnames = ["localhost", "127.0.0.1"]\npeople_address = "127.0.0.1"\npeople_port = 0
agents_address = "127.0.0.1"\nagents_port = 0\nmonitor_port = 0\nwatch_private_networks = ["127.0.0.1"]\nwatch_ports = [${site.port}]
watch_dns_servers = "127.0.0.1:${names.port}"\n`,
  );
  pass(0);
  const said = join(folder, "hub.out");
  const log = openSync(join(folder, "hub.log"), "a");
  writeFileSync(said, "", { mode: 0o600 });
  hub = spawn(join(KHIEN_BIN, "khien-hub-of-days"), ["--config", join(folder, "khien.toml")], {
    env: { ...process.env, KHIEN_HOURS: join(folder, "hours") },
    stdio: ["ignore", openSync(said, "a"), log],
  });
  await until("the hub is ready", () => /^agents /m.test(readFileSync(said, "utf8")) || hub.exitCode !== null);
  const text = readFileSync(said, "utf8");
  assert.equal(hub.exitCode, null, readFileSync(join(folder, "hub.log"), "utf8"));
  url = `https://localhost:${/:(\d+)\/$/m.exec(text)[1]}`;
  return /^One-time password: (.*)$/m.exec(text)[1];
}

/** The browser's day is the hub's; its session of the day before is over. */
async function pageOf(how = {}) {
  const context = await open(browser, { ...how, storageState: state });
  await context.clock.setSystemTime(hubNow());
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_MS);
  return { context, page, faults: listen(page) };
}

async function signedIn(password) {
  state = undefined;
  const { context, page } = await pageOf();
  await signIn(page, { url, user: "admin", password, newPassword: PASSWORD });
  state = { ...(await context.storageState()), origins: [] };
  await context.close();
}

/** The page as it is, on both screens and in both themes; nothing overflows, nothing is hidden from a reader of screens. */
async function seen(path, name) {
  for (const [look, how] of KHIEN_SHOTS ? LOOKS : [LOOKS[0], LOOKS[3]]) {
    const { context, page, faults } = await pageOf(how);
    await page.goto(url + path);
    await settled(page);
    assert.equal(await overflow(page), 0, `${name}, ${look}`);
    if (look !== "desktop-dark") assert.deepEqual(await axe(page), [], `${name}, ${look}`);
    if (KHIEN_SHOTS) await page.screenshot({ path: join(KHIEN_SHOTS, `website-${name}-${look}.png`), fullPage: true });
    assert.deepEqual(faults, [], `${name}, ${look}`);
    await context.close();
  }
}

async function importList(page, kind, path, changes) {
  await page.goto(`${url}/nhap-du-lieu`);
  await page.getByRole("radio", { name: kind, exact: true }).check();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Chọn tệp", exact: true }).click();
  await (await chooser).setFiles(path);
  await page.getByRole("button", { name: `Xác nhận ${changes} thay đổi` }).click();
  await page.getByText("Đã nhập xong").first().waitFor();
}

/** One day after the other, each with the look that was due. */
async function passDays(hoursWanted) {
  for (let passed = 0; passed < hoursWanted; passed += LOOK_HOURS) {
    const before = shown().looked_at;
    pass(LOOK_HOURS);
    await until(`the look of hour ${hours}`, () => shown().looked_at > before);
  }
}

before(async () => {
  if (skip) return;
  if (KHIEN_SHOTS) mkdirSync(KHIEN_SHOTS, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), "khien-website-"));
  chmodSync(folder, 0o755);  // the hub gives its rights away
  site = await startSite(pages);
  names = await startNames([NAME]);
  browser = await launch();
  await signedIn(await startHub());
});

after(async () => {
  await browser?.close();
  if (hub && hub.exitCode === null) {
    const ended = new Promise((done) => hub.once("exit", done));
    hub.kill("SIGTERM");
    await ended;
  }
  await site?.stop();
  await names?.stop();
  if (folder && existsSync(folder)) rmSync(folder, { recursive: true });
});

describe("a website, from the list to a case that is over, and back", { skip, concurrency: 1 }, () => {
  test("the list is imported, the site is looked at and clean", { timeout: 120_000 }, async () => {
    const { context, page, faults } = await pageOf();
    const list = join(folder, "trang-web.csv");
    writeFileSync(list, `Địa chỉ,Cơ quan,Tên trang\n${address()},Văn phòng UBND tỉnh,Trang thông tin xã An Lộc\n`);
    await importList(page, "Cơ quan", UNITS, readFileSync(UNITS, "utf8").trim().split("\n").length - 1);
    await importList(page, "Trang web", list, 1);
    await page.goto(`${url}/website`);
    await page.getByRole("link", { name: new RegExp(NAME) }).first().click();
    await page.getByText("Trang này bình thường.").waitFor();
    assert.equal(shown().status, "clean");
    for (const visitor of ["desktop", "desktop-google", "googlebot", "mobile-google"]) {
      assert.ok(site.visits.some((visit) => visit.pathname === "/tin-tuc.html" && visit.visitor === visitor), `nobody came as ${visitor}`);
    }
    assert.deepEqual(faults, []);
    await context.close();
    await seen("/website/1", "clean");
  });

  test("a look that is asked for finds what only Google is shown, names each link, and both faces stand side by side", { timeout: 180_000 }, async () => {
    pages["/tin-tuc.html"] = INFECTED;
    const { context, page, faults } = await pageOf();
    await page.goto(`${url}/website/1`);
    await page.getByRole("button", { name: "Kiểm tra lại" }).click();
    await page.getByText("Trang bị chèn nội dung lạ. Cần xác nhận và gỡ bỏ.").waitFor();
    await seen("/website/1", "found");
    await page.getByRole("link", { name: "Xem bằng chứng" }).first().click();
    await page.getByText(`${BAD.length} liên kết lạ`).first().waitFor();
    for (const link of BAD) await page.getByText(new URL(link).hostname.replace(/\./g, "[.]")).first().or(page.getByText(new URL(link).hostname).first()).first().waitFor();
    const compared = new URL(page.url());
    assert.deepEqual(faults, []);
    await context.close();
    await seen(compared.pathname + compared.search, "compare");
  });

  test("it is confirmed, the owner takes it out, the cause is named, and the site is seen to be clean", { timeout: 180_000 }, async () => {
    const { context, page, faults } = await pageOf();
    await page.goto(`${url}/website/1`);
    await page.getByRole("button", { name: "Xác nhận bị tấn công" }).click();
    await page.getByText("Đã xác nhận bị tấn công. Cần gỡ nội dung lạ.").waitFor();
    pages["/tin-tuc.html"] = HONEST;
    await page.getByRole("button", { name: "Đã gỡ nội dung" }).click();
    await page.getByRole("alertdialog").or(page.getByRole("dialog")).getByRole("button", { name: "Đã gỡ nội dung" }).click();
    await page.getByText("Nội dung đã gỡ. Cần nêu nguyên nhân để không tái phát.").waitFor();
    await page.getByRole("button", { name: "Nêu nguyên nhân" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Nguyên nhân").selectOption({ label: "Lỗ hổng của tiện ích, giao diện cài thêm" });
    await dialog.getByLabel("Mô tả cụ thể").fill("Tiện ích đăng ảnh cũ cho tải tệp lên không cần đăng nhập. Đã gỡ tiện ích, đổi mật khẩu quản trị.");
    await dialog.getByRole("button", { name: "Lưu và quét lại" }).click();
    await page.getByText("Trang đã sạch. Khiên quét hằng ngày đến hết 30 ngày.").waitFor();
    assert.deepEqual(faults, []);
    await context.close();
    await seen("/website/1", "watching");
  });

  test("thirty daily looks find nothing, and the case ends by itself", { timeout: 240_000 }, async () => {
    const visits = site.visits.length;
    await passDays(WATCHED_HOURS - 2 * LOOK_HOURS);
    assert.equal(shown().case, "watching");
    await passDays(3 * LOOK_HOURS);
    await until("the case ends", () => shown().case === "");
    assert.ok(site.visits.length - visits > 25 * 4 * 3, "the site was looked at each day by each visitor");
    await signedIn(PASSWORD);
    const { context, page, faults } = await pageOf();
    await page.goto(`${url}/website/1`);
    await page.getByText("Trang này bình thường.").waitFor();
    await page.getByText("Sạch suốt 30 ngày, vụ việc tự đóng").waitFor();
    assert.deepEqual(faults, []);
    await context.close();
    await seen("/website/1", "closed");
  });

  test("what comes back is the same case, for the first time again", { timeout: 180_000 }, async () => {
    pages["/tin-tuc.html"] = INFECTED;
    pass(LOOK_HOURS);
    await until("it is found again", () => shown().case === "open");
    await signedIn(PASSWORD);
    const { context, page, faults } = await pageOf();
    await page.goto(`${url}/website/1`);
    await page.getByText("Trang bị chèn nội dung lạ. Cần xác nhận và gỡ bỏ.").waitFor();
    await page.getByText(/Tái phát lần\s1/).first().waitFor();
    await page.getByText("Nội dung lạ quay lại").waitFor();
    assert.equal(shown().recurrences, 1);
    assert.equal(shown().cases.length, 1);
    assert.deepEqual(faults, []);
    await context.close();
    await seen("/website/1", "recurrence");
    await seen("/website", "list");
  });
});
