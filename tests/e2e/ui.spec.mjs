// The web UI as a person, a keyboard and a strict browser see it: node --test tests/e2e/ui.spec.mjs
// Runs against KHIEN_URL with KHIEN_USER and KHIEN_PASSWORD, or against the mock hub of ui/dev.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { DESKTOP, PHONE, axe, hubUnderTest, launch, listen, open, overflow, signIn } from "./browser.mjs";

const VIEWS = ["/tong-quan", "/phat-hien", "/may-tinh", "/co-quan", "/nguoi-dung", "/nhat-ky"];
const BUDGET_BYTES = 300_000;
const SETTLED_MS = 700;

let hub;
let browser;
let signedIn;

before(async () => {
  hub = await hubUnderTest();
  browser = await launch();
  const context = await open(browser);
  const page = await context.newPage();
  await signIn(page, hub);
  signedIn = await context.storageState();
  await context.close();
});

after(async () => {
  await browser?.close();
  hub?.stop();
});

/** A page of a signed-in person; the faults it gathers must stay empty. */
async function visit(path, options = {}) {
  const context = await open(browser, { ...options, storageState: signedIn });
  const page = await context.newPage();
  const faults = listen(page);
  await page.goto(hub.url + path);
  await page.waitForSelector("h1");
  await page.waitForTimeout(SETTLED_MS);
  return { context, page, faults };
}

const rowCount = (page) => page.locator('[role="row"][aria-rowindex]').count();

describe("signing in", () => {
  test("a wrong password is told in the hub's words and the right one leads to the page asked for", async () => {
    const context = await open(browser);
    const page = await context.newPage();
    const faults = listen(page);
    await page.goto(`${hub.url}/may-tinh?health=infected`);
    await page.locator('input[autocomplete="username"]').fill(hub.user);
    await page.locator('input[autocomplete="current-password"]').fill("sai-mat-khau-roi");
    await page.locator('button[type="submit"]').click();
    await page.getByRole("alert").waitFor();
    await page.locator('input[autocomplete="current-password"]').fill(hub.password);
    await page.locator('button[type="submit"]').click();
    await page.locator("#main h1").waitFor();
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, "/may-tinh?health=infected");
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("the second factor is asked for only when the hub wants it", async (t) => {
    if (!hub.mock) return t.skip("needs the mock's users");
    const context = await open(browser);
    const page = await context.newPage();
    await page.goto(hub.url);
    await page.locator('input[autocomplete="username"]').fill("giamsat");
    await page.locator('input[autocomplete="current-password"]').fill(hub.password);
    await page.locator('button[type="submit"]').click();
    await page.locator('input[autocomplete="one-time-code"]').fill(hub.totp);
    await page.locator('button[type="submit"]').click();
    await page.locator("#main h1").waitFor();
    assert.equal(await page.getByRole("link", { name: "Nhật ký kiểm toán" }).count(), 0, "a SOC operator has no audit log");
    await context.close();
  });
});

describe("every view", () => {
  for (const [device, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
    for (const theme of ["light", "dark"]) {
      test(`is accessible on ${device}, ${theme}, and breaks no policy`, async () => {
        const { context, page, faults } = await visit("/tong-quan", { viewport, theme });
        for (const path of VIEWS) {
          await page.goto(hub.url + path);
          await page.waitForSelector("h1");
          await page.waitForTimeout(SETTLED_MS);
          assert.deepEqual(await axe(page), [], `${path} ${device} ${theme}`);
        }
        assert.deepEqual(faults, []);
        await context.close();
      });
    }
  }

  test("fits 320 px without sideways scrolling", async () => {
    const { context, page } = await visit("/tong-quan", { viewport: { width: 320, height: 640 } });
    for (const path of VIEWS) {
      await page.goto(hub.url + path);
      await page.waitForSelector("h1");
      await page.waitForTimeout(SETTLED_MS);
      assert.equal(await overflow(page), 0, path);
    }
    await context.close();
  });

  test("the panel, a machine and the sign-in page are accessible too", async () => {
    const { context, page, faults } = await visit("/phat-hien");
    if ((await rowCount(page)) > 1) {
      await page.locator('[role="row"][aria-rowindex="2"]').click();
      await page.getByRole("button", { name: "Xem sự kiện gốc" }).first().click();
      await page.waitForTimeout(SETTLED_MS);
      assert.deepEqual(await axe(page), [], "panel");
      await page.setViewportSize({ width: 320, height: 640 });
      await page.waitForTimeout(SETTLED_MS);
      assert.equal(await overflow(page), 0, "panel at 320");
    }
    await page.setViewportSize(DESKTOP);
    await page.goto(`${hub.url}/may-tinh`);
    const first = page.locator("tbody th a").first();
    await page.waitForTimeout(SETTLED_MS);
    if ((await first.count()) > 0) {
      await first.click();
      await page.waitForTimeout(SETTLED_MS);
      assert.deepEqual(await axe(page), [], "machine");
      await page.setViewportSize({ width: 320, height: 640 });
      await page.waitForTimeout(300);
      assert.equal(await overflow(page), 0, "machine at 320");
    }
    assert.deepEqual(faults, []);
    await context.close();
    const stranger = await open(browser);
    const signInPage = await stranger.newPage();
    await signInPage.goto(hub.url);
    await signInPage.waitForSelector("form");
    assert.deepEqual(await axe(signInPage), [], "sign-in");
    await stranger.close();
  });
});

describe("Tổng quan", () => {
  test("answers the question in a sentence and prints on one A4", async () => {
    const { context, page } = await visit("/tong-quan");
    const heading = await page.locator("h1").innerText();
    assert.match(heading, /an toàn đến đâu\?/);
    assert.match(heading, /(Tốt|Khá|cần chú ý|Báo động|chưa có máy nào được xem xét)/);
    const pdf = await page.pdf({ format: "A4", printBackground: true, margin: { top: "12mm", bottom: "12mm", left: "12mm", right: "12mm" } });
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g).length;
    assert.equal(pages, 1);
    await context.close();
  });

  test("each figure is a link to the list that makes it", async () => {
    const { context, page } = await visit("/tong-quan");
    await page.getByRole("link", { name: /Máy đang nhiễm mã độc/ }).click();
    await page.waitForURL(/may-tinh\?.*health=infected/);
    await page.goBack();
    await page.waitForURL(/tong-quan/);
    await context.close();
  });

  test("the first load stays in the budget and nothing jumps", async () => {
    const context = await open(browser, { storageState: signedIn });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.enable");
    let bytes = 0;
    devtools.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
    await page.goto(`${hub.url}/tong-quan`);
    await page.waitForSelector("h1");
    await page.waitForTimeout(1500);
    const cls = await page.evaluate(() => window.__cls);
    console.log(`# first load ${bytes} bytes, CLS ${cls.toFixed(4)}`);
    assert.ok(bytes <= BUDGET_BYTES, `${bytes} bytes`);
    assert.ok(cls < 0.05, `CLS ${cls}`);
    await context.close();
  });
});

describe("Phát hiện", () => {
  test("is walked by keyboard, and shortcuts sleep in the search box", async (t) => {
    const { context, page, faults } = await visit("/phat-hien");
    if ((await rowCount(page)) < 4) return t.skip("too few findings");
    await page.locator('[role="grid"]').focus();
    const current = () => page.locator('[role="grid"]').getAttribute("aria-activedescendant");
    const first = await current();
    await page.keyboard.press("j");
    const second = await current();
    assert.notEqual(second, first);
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`id=${second.split("-")[1]}`));
    await page.keyboard.press("j");
    await page.waitForURL((url) => !url.search.includes(`id=${second.split("-")[1]}`));
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => !url.search.includes("id="));
    await page.keyboard.press("x");
    assert.equal(await page.locator('[role="row"][aria-selected="true"]').count(), 1);
    await page.getByRole("searchbox", { name: /Lọc theo/ }).focus();
    await page.keyboard.type("jex");
    assert.equal(await page.locator('[role="grid"], b').first().isVisible(), true);
    await page.waitForURL(/q=jex/);
    assert.equal(new URL(page.url()).searchParams.has("id"), false);
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("the evidence chain reaches the raw bytes, shown as text", async (t) => {
    const { context, page, faults } = await visit("/phat-hien?view=all");
    if ((await rowCount(page)) < 2) return t.skip("no findings");
    await page.locator('[role="row"][aria-rowindex="2"]').click();
    await page.getByRole("button", { name: "Xem sự kiện gốc" }).first().click();
    await page.getByText("Mã băm khớp").first().waitFor();
    assert.match(await page.locator("dd.mono").filter({ hasText: /^[0-9a-f]{64}$/ }).first().innerText(), /^[0-9a-f]{64}$/);
    assert.ok((await page.locator("pre").first().innerText()).length > 10);
    assert.equal(await page.locator("pre b, pre img, pre script").count(), 0);
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("text from outside is data", async () => {
    const { context, page, faults } = await visit("/phat-hien?view=all");
    await page.goto(`${hub.url}/may-tinh`);
    await page.waitForTimeout(SETTLED_MS);
    assert.equal(await page.evaluate(() => window.__xss), undefined);
    assert.notEqual(await page.title(), "XSS");
    assert.equal(await page.locator("#main img, #main script, #main a[href^='javascript']").count(), 0);
    if (hub.mock) {
      assert.ok((await page.getByText("<img src=x").count()) > 0, "markup is shown as it is");
      assert.ok((await page.locator("mark", { hasText: "U+202E" }).count()) > 0, "a bidi control is made visible");
    }
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("new findings wait to be asked for", async (t) => {
    if (!hub.mock) return t.skip("needs the mock's events");
    const { context, page } = await visit("/phat-hien");
    await page.getByText("Trực tiếp").first().waitFor();
    const before = await page.locator('[role="row"][aria-rowindex="2"]').innerText();
    hub.addFinding();
    hub.addFinding();
    const button = page.getByRole("button", { name: "2 phát hiện mới" });
    await button.waitFor();
    assert.equal(await page.locator('[role="row"][aria-rowindex="2"]').innerText(), before);
    await button.click();
    await button.waitFor({ state: "detached" });
    await context.close();
  });

  test("a false positive wants a reason", async (t) => {
    if (!hub.mock) return t.skip("changes findings");
    const { context, page, faults } = await visit("/phat-hien?severity=%5B%22low%22%5D");
    await page.locator('[role="row"][aria-rowindex="2"]').click();
    await page.getByRole("button", { name: "Báo nhầm", exact: true }).click();
    await page.getByRole("button", { name: "Xác nhận báo nhầm" }).click();
    await page.getByText("Hãy ghi lý do.").waitFor();
    await page.getByLabel("Vì sao đây là báo nhầm?").fill("Máy thử của Trung tâm.");
    await page.getByRole("button", { name: "Xác nhận báo nhầm" }).click();
    await page.getByRole("button", { name: "Mở lại" }).waitFor();
    await page.getByText("Máy thử của Trung tâm.").waitFor();
    assert.deepEqual(faults, []);
    await context.close();
  });
});

describe("dangerous acts", () => {
  test("revoking a certificate says what happens and asks for the password again", async (t) => {
    if (!hub.mock) return t.skip("changes machines");
    const { context, page, faults } = await visit("/may-tinh/40");
    await page.getByRole("button", { name: "Thu hồi chứng thư" }).click();
    await page.getByText("Không hoàn tác được").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Thu hồi chứng thư" }).click();
    await page.getByText("Xác nhận đúng là bạn").waitFor();
    await page.getByLabel("Mật khẩu", { exact: true }).fill(hub.password);
    await page.getByRole("button", { name: "Xác nhận", exact: true }).click();
    await page.getByText("Đã thu hồi chứng thư.").waitFor();
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("adding a person shows the one-time password once", async (t) => {
    if (!hub.mock) return t.skip("changes users");
    const { context, page, faults } = await visit("/nguoi-dung");
    await page.getByRole("button", { name: "Thêm người dùng" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Họ và tên").fill("Hoàng Văn Mới");
    await dialog.getByLabel("Tên đăng nhập").fill("moi");
    await dialog.getByText("UBND xã An Lộc").click();
    await dialog.getByRole("button", { name: "Thêm người dùng" }).click();
    const proof = page.getByLabel("Mật khẩu", { exact: true });
    await proof.or(page.getByText("Mật khẩu dùng một lần")).first().waitFor();
    if (await proof.isVisible()) {
      await proof.fill(hub.password);
      await page.getByRole("button", { name: "Xác nhận", exact: true }).click();
    }
    await page.getByRole("button", { name: "Tôi đã ghi lại" }).waitFor();
    assert.deepEqual(faults, []);
    await context.close();
  });
});

describe("a lost session", () => {
  test("asks to sign in again and keeps the address", async (t) => {
    if (!hub.mock) return t.skip("ends the session of others");
    const context = await open(browser);
    const page = await context.newPage();
    await signIn(page, { ...hub, path: "/phat-hien?view=all" });
    hub.endSessions();
    await page.getByRole("link", { name: "Máy tính" }).click();
    await page.getByText("Phiên làm việc đã kết thúc").waitFor();
    assert.equal(new URL(page.url()).pathname, "/may-tinh");
    await page.locator('input[autocomplete="username"]').fill(hub.user);
    await page.locator('input[autocomplete="current-password"]').fill(hub.password);
    await page.locator('button[type="submit"]').click();
    await page.locator("#main h1").waitFor();
    assert.equal(new URL(page.url()).pathname, "/may-tinh");
    await context.close();
  });

  test("the mock kept to the schema", (t) => {
    if (!hub.mock) return t.skip("mock only");
    assert.deepEqual([...new Set(hub.faults)], []);
  });
});
