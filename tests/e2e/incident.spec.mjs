// Incidents and rosters as a person uses them, against the strict mock: node --test tests/e2e/incident.spec.mjs
// How the pages look is in views-desktop.spec.mjs and views-phone.spec.mjs.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { axe, overflow, settled } from "./browser.mjs";
import { keptToSchema, stage } from "./stage.mjs";

let hub;
let visit;
let end;

before(async () => {
  ({ hub, visit, end } = await stage());
});
after(() => end?.());

const button = (scope, name) => scope.getByRole("button", { name });

describe("an incident", () => {
  test("is opened from a finding with its clocks in sight, reported, contained and closed with its cause", async (t) => {
    if (!hub.mock) return t.skip("needs the mock's findings");
    const { context, page, faults } = await visit("/phat-hien?id=1002");
    await page.getByRole("link", { name: "Tạo sự cố" }).click();
    await page.getByRole("heading", { name: "Phải báo cho ai, trước khi nào" }).waitFor();
    const clocks = page.getByRole("region", { name: "Phải báo cho ai, trước khi nào" });
    await clocks.getByRole("listitem").first().waitFor();
    const before = await clocks.getByRole("listitem").count();
    await page.getByLabel("Lộ, mất hoặc xâm phạm dữ liệu cá nhân").check();
    await clocks.getByText("Thông báo vi phạm dữ liệu cá nhân").waitFor();
    assert.equal(await clocks.getByRole("listitem").count(), before + 1, "a trait has its own clock");
    await button(page, "Mở sự cố").click();
    await page.waitForURL(/su-co\/\d+/);
    await settled(page);

    await button(page, /^Đã báo\s*: Báo cáo nguyên nhân/).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Người, nơi nhận").fill("Phòng An ninh mạng");
    await dialog.getByLabel("Nguyên nhân đã biết").fill("Mở tệp đính kèm.");
    assert.deepEqual(await axe(page), [], "the report form");
    await button(dialog, "Ghi đã báo").click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("Đã báo đúng hạn").or(page.getByText("Đã báo, muộn")).first().waitFor();

    await button(page, "Đã khoanh vùng").click();
    await dialog.getByLabel("Đã làm gì để khoanh vùng").fill("Đã rút dây mạng.");
    await button(dialog, "Đã khoanh vùng").click();
    await dialog.waitFor({ state: "detached" });
    await button(page, "Đóng sự cố").click();
    const root = dialog.getByLabel("Nguyên nhân gốc");
    assert.equal(await root.inputValue(), "Mở tệp đính kèm.", "what the report named");
    await root.fill("");
    await button(dialog, "Đóng sự cố").click();
    await dialog.getByText("Cần nêu nguyên nhân để đóng.").waitFor();
    await root.fill("Mở tệp đính kèm.");
    await dialog.getByRole("textbox").nth(1).fill("Đã báo bằng điện thoại.");
    await button(dialog, "Đóng sự cố").click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("Sự cố đã đóng: chỉ ghi được báo cáo còn phải gửi").waitFor();
    // A report that is owed can still be told of; nothing else changes but by opening it again.
    const left = (await page.locator("main button").allInnerTexts()).filter((words) => !words.startsWith("Đã báo"));
    assert.deepEqual(left, ["Mở lại"]);
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("what was typed survives a reload, and Back restores the board", async () => {
    const { context, page, faults } = await visit("/su-co");
    await page.getByRole("link", { name: /^Đã đóng/ }).click();
    await page.waitForURL(/show=closed/);
    // The rows that stood there before are another list's.
    await settled(page);
    const first = page.locator("tbody th a").first();
    const name = await first.innerText();
    await first.click();
    await page.waitForURL(/su-co\/\d+/);
    await page.goBack();
    await page.waitForURL(/show=closed/);
    await page.getByRole("link", { name }).first().waitFor();
    await page.goto(`${hub.url}/su-co/2`);
    await page.getByLabel("Ghi vào diễn biến").fill("Nhà cung cấp đang gỡ.");
    await page.reload();
    await settled(page);
    assert.equal(await page.getByLabel("Ghi vào diễn biến").inputValue(), "Nhà cung cấp đang gỡ.");
    assert.deepEqual(faults, []);
    await context.close();
  });
});

describe("a roster", () => {
  test("a shift is drawn with the mouse, and a hole of a minute is closed", async (t) => {
    if (!hub.mock) return t.skip("needs the mock's shifts");
    const { context, page, faults } = await visit("/lich-truc?unit=12&month=2027-01");
    const week = page.locator('[data-week="2027-01-11"]');
    await week.scrollIntoViewIfNeeded();
    const { x, y, width } = await week.boundingBox();
    await page.mouse.move(x + width * 0.1, y + 50);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.2, y + 50, { steps: 4 });
    await page.mouse.up();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Người trực", { exact: true }).fill("Bùi Văn Ớt");
    assert.equal(await dialog.getByLabel("Từ ngày").inputValue(), "11/01/2027");
    assert.deepEqual(await axe(page), [], "the form of a shift");
    await button(dialog, "Lưu ca trực").click();
    await dialog.waitFor({ state: "detached" });
    await button(page, /^Bùi Văn Ớt, trực chính, .* 11\/01/).waitFor();

    await button(page, /Xếp người vào .*trống 1 phút$/).click();
    await dialog.getByLabel("Người trực", { exact: true }).fill("Đặng Quốc Huy");
    await button(dialog, "Lưu ca trực").click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("Trống 1 giờ", { exact: true }).waitFor();
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("by keyboard alone the same form opens, and a call is answered from any page", async (t) => {
    if (!hub.mock) return t.skip("the mock calls whoever asks");
    const { context, page, faults } = await visit("/lich-truc?unit=16");
    await button(page, "Thêm ca trực").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await button(page, "Gọi thử người trực").click();
    await button(page, "Tôi đang trực").waitFor();
    await page.goto(`${hub.url}/may-tinh`);
    await settled(page);
    assert.deepEqual(await axe(page), [], "the bar of a call");
    await page.setViewportSize({ width: 320, height: 640 });
    assert.equal(await overflow(page), 0, "the bar at 320");
    await button(page, "Tôi đang trực").click();
    await button(page, "Tôi đang trực").waitFor({ state: "detached" });
    assert.deepEqual(faults, []);
    await context.close();
  });
});

test("the mock kept to the schema", (t) => keptToSchema(hub, t, assert));
