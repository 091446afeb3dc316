// From an advisory to what a unit has to do, on a real hub with a real agent, in a real browser: a small KEV and OSV file of
// our own are imported by the command line, the list names what is exploited now, a person acknowledges it and accepts the
// risk until a day, ends that again, finds the package on the machine, and takes a letter in by its words.
//   KHIEN_URL, KHIEN_USER, KHIEN_PASSWORD   an administrator; a one-time password needs KHIEN_NEW_PASSWORD
//   KHIEN_BIN, KHIEN_CONFIG                 the program and the hub's settings; the agent runs on this machine
//   KHIEN_SHOTS                             optional: where to leave pictures
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { axe, launch, listen, open, settled, signIn } from "./browser.mjs";

const { KHIEN_URL, KHIEN_USER, KHIEN_PASSWORD, KHIEN_NEW_PASSWORD, KHIEN_BIN, KHIEN_CONFIG, KHIEN_SHOTS } = process.env;
const missing = Object.entries({ KHIEN_URL, KHIEN_USER, KHIEN_PASSWORD, KHIEN_BIN, KHIEN_CONFIG }).filter(([, value]) => !value).map(([name]) => name);
const STEP_MS = 20_000;
const SEEN_MS = 60_000;
const CVE = "CVE-2026-99001";
// On every Debian machine, and never as new as this.
const PACKAGE = "dpkg";
const FIXED = "999:1.0-1";

const day = (ahead) => new Date(Date.now() + 7 * 3_600_000 + ahead * 86_400_000).toISOString().slice(0, 10);
const written = (date) => date.split("-").reverse().join("/");
const release = () => /VERSION_ID="?(\d+)/.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "12";

function feeds(folder) {
  const kev = {
    title: "CISA Catalog of Known Exploited Vulnerabilities", catalogVersion: "2026.11.20", dateReleased: `${day(-1)}T10:00:00.0000Z`, count: 1,
    vulnerabilities: [{ cveID: CVE, vendorProject: "Debian", product: PACKAGE, vulnerabilityName: "Made-up example", dateAdded: day(-1), shortDescription: "A made-up vulnerability of a test.", requiredAction: "Apply updates per vendor instructions.", dueDate: day(20), knownRansomwareCampaignUse: "Unknown", notes: "", cwes: [] }],
  };
  const osv = {
    schema_version: "1.7.0", id: `DEBIAN-${CVE}`, upstream: [CVE], modified: `${day(-1)}T10:00:00Z`, published: `${day(-1)}T10:00:00Z`, summary: "Made-up example", details: "A made-up vulnerability of a test.",
    affected: [{ package: { ecosystem: `Debian:${release()}`, name: PACKAGE, purl: `pkg:deb/debian/${PACKAGE}?arch=source` }, ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: FIXED }] }] }],
  };
  return [["kev.json", kev], ["osv.json", osv]].map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  });
}

describe("from an advisory to what is to be done", { skip: missing.length > 0 && `set ${missing.join(", ")}` }, () => {
  const url = KHIEN_URL?.replace(/\/$/, "");
  let browser;
  let page;
  let faults;
  let folder;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "khien-advisory-"));
    chmodSync(folder, 0o755); // the hub reads it as its own user
    execFileSync(KHIEN_BIN, ["advisory", "import", ...feeds(folder), "--config", KHIEN_CONFIG], { stdio: "inherit" });
    browser = await launch();
    page = await (await open(browser)).newPage();
    faults = listen(page);
    page.setDefaultTimeout(STEP_MS);
    await signIn(page, { url, user: KHIEN_USER, password: KHIEN_PASSWORD, newPassword: KHIEN_NEW_PASSWORD });
  });
  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const picture = async (name) => {
    if (!KHIEN_SHOTS) return;
    mkdirSync(KHIEN_SHOTS, { recursive: true });
    await page.screenshot({ path: join(KHIEN_SHOTS, `${name}.png`) });
  };
  const openAdvisory = async () => {
    await page.goto(`${url}/canh-bao?show=all&q=${CVE}`);
    await page.getByRole("link", { name: CVE, exact: true }).click();
    await page.getByRole("heading", { level: 1, name: CVE }).waitFor();
    await settled(page);
  };

  test("what is exploited stands in the list with its due day, and its page passes axe", async () => {
    await page.goto(`${url}/canh-bao`);
    const row = page.getByRole("row", { name: new RegExp(CVE) });
    // The inventory and the book meet in the background.
    const shows = () => row.first().waitFor({ timeout: 3_000 }).then(() => true, () => false);
    for (const until = Date.now() + SEEN_MS; !(await shows()) && Date.now() < until; ) await page.reload();
    await row.getByText("Đang bị khai thác", { exact: true }).waitFor();
    await row.getByText(/còn \d+ ngày · vì đang bị khai thác/).waitFor();
    await openAdvisory();
    await page.getByText(/Còn 1 máy chưa vá tại 1 cơ quan/).waitFor();
    await page.getByText(/apt install --only-upgrade/).waitFor();
    await page.getByText(/Danh sách phần mềm lúc/).first().waitFor();
    assert.deepEqual(await axe(page), []);
    await picture("advisory");
  });

  test("it is acknowledged, and accepted until a day; ended, it is open again", async () => {
    await openAdvisory();
    await page.getByRole("button", { name: "Xác nhận đã nhận" }).click();
    const dialog = page.getByRole("dialog");
    const unit = dialog.getByLabel("Cơ quan");
    if ((await unit.inputValue()) === "") await unit.selectOption({ index: 1 });
    await dialog.getByRole("button", { name: "Xác nhận đã nhận" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("table", { name: "Tiến độ của từng cơ quan" }).getByText("Chưa xác nhận").waitFor({ state: "hidden" });

    await page.getByRole("table", { name: "Các máy của cảnh báo này" }).getByRole("button", { name: /^Quyết định/ }).first().click();
    await dialog.getByRole("radio", { name: /Chấp nhận tạm/ }).check();
    await dialog.getByLabel("Lý do").fill("Chờ khóa sổ quyết toán.");
    await dialog.getByLabel("Hiệu lực đến hết ngày").fill(written(day(10)));
    await dialog.getByRole("button", { name: "Ghi quyết định" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText(/Không còn máy nào chưa vá/).waitFor();

    await page.getByRole("button", { name: "Kết thúc", exact: true }).click();
    await dialog.getByRole("button", { name: "Kết thúc" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText(/Còn 1 máy chưa vá/).waitFor();
  });

  test("the machine's software names it first", async () => {
    await openAdvisory();
    await page.getByRole("table", { name: "Các máy của cảnh báo này" }).locator("tbody th a").first().click();
    const software = page.getByRole("table", { name: "Phần mềm đã cài" });
    await software.getByRole("link", { name: CVE }).first().waitFor();
    await settled(page);
    assert.deepEqual(await axe(page), []);
  });

  test("a letter is read, corrected by a person, and becomes an advisory with its own due day", async () => {
    const number = `${Date.now() % 100_000}/NCSC-CBLH`;
    await page.goto(`${url}/canh-bao/cong-van`);
    await page.getByRole("radio", { name: "Không mật" }).check();
    await page.getByLabel("Dán nội dung công văn").fill(
      `TRUNG TÂM GIÁM SÁT AN TOÀN KHÔNG GIAN MẠNG QUỐC GIA\nSố: ${number}\nV/v lỗ hổng trong phần mềm quản lý gói\nHà Nội, ngày 20 tháng 11 năm 2026\nLỗ hổng ${CVE} ảnh hưởng nghiêm trọng. Đề nghị cập nhật bản vá trước ngày ${written(day(5))}.`,
    );
    await page.getByRole("button", { name: "Đọc công văn" }).click();
    await page.getByRole("heading", { level: 1, name: "Kiểm tra công văn" }).waitFor();
    await page.getByRole("button", { name: new RegExp(`${number.replace("/", ".")}.*Số công văn`) }).waitFor();
    assert.equal(await page.getByLabel("Số công văn").inputValue(), number);
    await page.getByLabel("Nơi gửi").fill("Trung tâm Giám sát an toàn không gian mạng quốc gia");
    await page.getByLabel("Trích yếu").fill("Lỗ hổng trong phần mềm quản lý gói");
    await page.getByRole("textbox", { name: "Ngày ban hành" }).fill("20/11/2026");
    await page.getByRole("textbox", { name: /^Hạn vá/ }).fill(written(day(5)));
    await picture("letter");
    assert.deepEqual(await axe(page), []);
    await page.getByRole("button", { name: "Xác nhận, theo dõi cảnh báo" }).click();
    await page.getByRole("link", { name: "Mở cảnh báo" }).click();
    await page.getByRole("heading", { level: 1, name: `Công văn ${number}` }).waitFor();
    await page.getByText(new RegExp(`Hạn vá ${written(day(5))}`)).first().waitFor();
  });

  test("every act stands in the log in words, and nothing broke a policy", async () => {
    await page.goto(`${url}/nhat-ky`);
    for (const act of ["Xác nhận cơ quan đã nhận cảnh báo", "Quyết định về cảnh báo lỗ hổng", "Kết thúc quyết định về cảnh báo", "Xác nhận công văn cảnh báo"]) {
      await page.getByText(act).first().waitFor();
    }
    assert.deepEqual(faults, []);
  });
});
