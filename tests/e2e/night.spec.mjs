// A night on duty, on a real hub in a real browser: somebody is called and answers, an incident is opened on a suspicion,
// contained and reported, and the shift is handed over. Once with a mouse, once with nothing but a keyboard.
//   KHIEN_URL, KHIEN_USER, KHIEN_PASSWORD, KHIEN_NEW_PASSWORD    an administrator of a province whose units are imported
//   KHIEN_SHOTS                                                  optional: where to leave pictures
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { axe, launch, listen, open, overflow, settled, signIn } from "./browser.mjs";
import { Keyboard, Mouse } from "./hands.mjs";

const { KHIEN_URL, KHIEN_USER, KHIEN_PASSWORD, KHIEN_NEW_PASSWORD, KHIEN_SHOTS } = process.env;
const missing = Object.entries({ KHIEN_URL, KHIEN_USER, KHIEN_PASSWORD }).filter(([, value]) => !value).map(([name]) => name);
const skip = missing.length > 0 && `set ${missing.join(", ")}`;
const url = KHIEN_URL?.replace(/\/$/, "");
const STEP_MS = 20_000;
const HOUR = 3_600_000;
// A shift cannot begin in the past: this one begins while one waits for it.
const BEGINS_MS = 2_000;

const PASSES = [
  { unit: "Công an tỉnh", theme: "light", Hands: Mouse },
  { unit: "UBND xã An Lộc", theme: "dark", Hands: Keyboard },
];

let browser;
let state;

/** What the page itself would ask the hub, with the person's own session. */
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

/** The first unit of that name, or whichever there is: what counts is the night. */
async function unitFor(page, name) {
  const { items } = await ask(page, "/units");
  return items.find((unit) => unit.name === name) ?? items.at(-1);
}

async function putOnDuty(page, unit) {
  const { user } = await ask(page, "/session");
  const from = Date.now() + BEGINS_MS;
  await ask(page, "/roster/shifts", "POST", { unit: unit.id, from: new Date(from).toISOString(), to: new Date(from + 8 * HOUR).toISOString(), person: user.name, phone: "0912 000 001", user: user.id, part: "main" });
  await page.waitForTimeout(BEGINS_MS + 500);
  return user;
}

async function answerCall(page, hands, unit) {
  await page.goto(`${url}/lich-truc?unit=${unit.id}`);
  await settled(page);
  await hands.press(page.getByRole("button", { name: "Gọi thử người trực" }));
  await hands.press(page.getByRole("button", { name: "Tôi đang trực" }));
  await page.getByRole("button", { name: "Tôi đang trực" }).waitFor({ state: "detached" });
  await page.getByText(/trả lời sau/).first().waitFor();
  assert.deepEqual(await axe(page), [], "the roster");
}

async function openIncident(page, hands, unit, title) {
  await page.goto(`${url}/su-co/moi?unit=${unit.id}`);
  await settled(page);
  await hands.write(page.getByLabel("Tên sự cố"), title);
  await hands.write(page.getByLabel("Đã thấy gì"), "Máy chủ gửi dữ liệu ra ngoài trong đêm.");
  await hands.press(page.getByRole("button", { name: "Mở sự cố" }));
  await page.waitForURL(/\/su-co\/\d+/);
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

async function contain(page, hands) {
  await hands.press(page.getByRole("button", { name: "Đã khoanh vùng" }));
  const dialog = page.getByRole("dialog");
  await hands.write(dialog.getByLabel("Đã làm gì để khoanh vùng"), "Đã rút dây mạng.");
  await hands.press(dialog.getByRole("button", { name: "Đã khoanh vùng" }));
  await dialog.waitFor({ state: "detached" });
}

async function report(page, hands) {
  await hands.press(page.getByRole("button", { name: /^Đã báo\s*: / }).first());
  const dialog = page.getByRole("dialog");
  await hands.write(dialog.getByLabel("Người, nơi nhận"), "Phòng An ninh mạng");
  await hands.write(dialog.getByLabel("Nguyên nhân đã biết"), "Mật khẩu yếu, chưa rõ hơn.");
  await hands.press(dialog.getByRole("button", { name: "Ghi đã báo" }));
  await dialog.waitFor({ state: "detached" });
  await page.getByText("Đã báo đúng hạn").first().waitFor();
}

async function handOver(page, hands, unit, user) {
  await page.goto(`${url}/lich-truc?unit=${unit.id}`);
  await settled(page);
  const card = page.getByRole("region", { name: "Bàn giao gần đây" });
  await hands.press(card.getByRole("button", { name: new RegExp(user.name) }).first());
  const dialog = page.getByRole("dialog");
  await hands.write(dialog.getByLabel("Lời bàn giao cho ca sau"), "Sự cố đã khoanh vùng, đã báo; theo dõi máy chủ.");
  await hands.press(dialog.getByRole("button", { name: "Bàn giao", exact: true }));
  await dialog.waitFor({ state: "detached" });
  await card.getByText("Sự cố đã khoanh vùng, đã báo").first().waitFor();
}

before(async () => {
  if (skip) return;
  browser = await launch();
  const context = await open(browser);
  const page = await context.newPage();
  await signIn(page, { url, user: KHIEN_USER, password: KHIEN_PASSWORD, newPassword: KHIEN_NEW_PASSWORD });
  state = { ...(await context.storageState({ indexedDB: false })), origins: [] };
  await context.close();
});
after(() => browser?.close());

describe("a night on duty", { skip, concurrency: 1 }, () => {
  for (const { unit: name, theme, Hands } of PASSES) {
    const how = Hands === Keyboard ? "keyboard only" : "mouse";
    test(`called, opened, contained, reported, handed over: ${how}`, { timeout: 240_000 }, async () => {
      const context = await open(browser, { theme, storageState: state });
      const page = await context.newPage();
      page.setDefaultTimeout(STEP_MS);
      const faults = listen(page);
      const hands = new Hands(page);
      await page.goto(`${url}/lich-truc`);
      await settled(page);
      const unit = await unitFor(page, name);
      const user = await putOnDuty(page, unit);
      await answerCall(page, hands, unit);
      const title = `Nghi lộ dữ liệu tại ${unit.name} (${how})`;
      await openIncident(page, hands, unit, title);
      await contain(page, hands);
      await report(page, hands);
      assert.deepEqual(await axe(page), [], "the incident");
      assert.equal(await overflow(page), 0);
      if (KHIEN_SHOTS) {
        mkdirSync(KHIEN_SHOTS, { recursive: true });
        await page.screenshot({ path: join(KHIEN_SHOTS, `night-${theme}.png`) });
      }
      const words = await page.getByRole("region", { name: "Diễn biến" }).getByRole("listitem").allInnerTexts();
      assert.ok(words.some((line) => line.includes("Đã rút dây mạng.")), "the timeline tells what was done");
      await handOver(page, hands, unit, user);
      await page.goto(`${url}/nhat-ky?q=incident`);
      await page.getByRole("row").filter({ hasText: "incident." }).first().waitFor();
      assert.deepEqual(faults, []);
      await context.close();
    });
  }
});
