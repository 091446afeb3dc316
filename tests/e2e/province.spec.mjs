// A province is imported and one of its duties is done, on a real hub in a real browser: the list of units is shown before
// it is confirmed, a red cell of the matrix is opened, what was done is recorded with a file, a second person approves, the
// cell turns green; then the record is withdrawn and the audit log says so. In Vietnamese and English, light and dark, once
// with nothing but a keyboard.
//   KHIEN_URL, KHIEN_USER, KHIEN_PASSWORD, KHIEN_NEW_PASSWORD    an administrator
//   KHIEN_SECOND_USER, KHIEN_SECOND_PASSWORD                     a leader; one-time passwords need KHIEN_NEW_PASSWORD
//   KHIEN_SHOTS                                                  optional: where to leave pictures
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { axe, launch, listen, open, overflow, signIn } from "./browser.mjs";
import { Keyboard, Mouse } from "./hands.mjs";

const { KHIEN_URL, KHIEN_USER, KHIEN_PASSWORD, KHIEN_NEW_PASSWORD, KHIEN_SECOND_USER, KHIEN_SECOND_PASSWORD, KHIEN_SHOTS } = process.env;
const needed = { KHIEN_URL, KHIEN_USER, KHIEN_PASSWORD, KHIEN_NEW_PASSWORD, KHIEN_SECOND_USER, KHIEN_SECOND_PASSWORD };
const missing = Object.entries(needed).filter(([, value]) => !value).map(([name]) => name);
const skip = missing.length > 0 && `set ${missing.join(", ")}`;

const url = KHIEN_URL?.replace(/\/$/, "");
const LIST = new URL("data/don-vi.csv", import.meta.url).pathname;
const UNITS = readFileSync(LIST, "utf8").trim().split("\n").length - 1;
const BODY = "Công an tỉnh";
const STEP_MS = 20_000;

const WORDS = {
  vi: {
    units: "Cơ quan", preview: /^Xem trước: /, confirm: `Xác nhận ${UNITS} thay đổi`, imported: "Đã nhập xong", nothing: "Tệp không làm thay đổi gì",
    choose: "Chọn tệp", overdue: "Quá hạn", waiting: "Chờ duyệt", met: "Đạt", record: "Ghi nhận việc đã làm", statement: "Trình bày", notClassified: "Không mật",
    submit: "Ghi nhận", approve: "Duyệt", withdraw: "Rút lại", close: "Đóng",
  },
  en: {
    units: "Agencies", preview: /^Preview: /, confirm: `Confirm ${UNITS} changes`, imported: "Imported", nothing: "The file changes nothing",
    choose: "Choose a file", overdue: "Overdue", waiting: "In review", met: "Met", record: "Record that it was done", statement: "Statement", notClassified: "Not classified",
    submit: "Record", approve: "Approve", withdraw: "Withdraw", close: "Close",
  },
};

const PASSES = [
  { language: "vi", theme: "light", Hands: Mouse },
  { language: "en", theme: "dark", Hands: Mouse },
  { language: "vi", theme: "dark", Hands: Keyboard },
];

let browser;
let folder;
const people = {};

/** What the page itself would ask the hub, with the person's own session. */
const ask = (page, path, method = "GET", body = undefined) =>
  page.evaluate(
    async ([where, how, what]) => {
      const session = await (await fetch("/api/v1/session")).json();
      const answer = await fetch(`/api/v1${where}`, {
        method: how,
        headers: how === "GET" ? {} : { "Content-Type": "application/json", "X-Khien-Csrf": session.csrf },
        body: what && JSON.stringify(what),
      });
      if (!answer.ok) throw new Error(`${how} ${where}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    [path, method, body],
  );

async function signedIn(user, password) {
  const context = await open(browser);
  const page = await context.newPage();
  await signIn(page, { url, user, password, newPassword: KHIEN_NEW_PASSWORD });
  const state = await context.storageState({ indexedDB: false });
  await context.close();
  return { ...state, origins: [] };  // the language and theme are each pass's own
}

async function pageOf(person, { language, theme }) {
  const context = await open(browser, { language, theme, storageState: people[person] });
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_MS);
  return { context, page, faults: listen(page) };
}

/** Gives the body its role, then a clause of it that is due once, is overdue and has one duty that two people settle. */
async function redCell(page, taken) {
  const { items } = await ask(page, "/units");
  const body = items.find((unit) => unit.name === BODY);
  const detail = await ask(page, `/units/${body.id}`);
  if (detail.roles.length === 0) {
    await ask(page, `/units/${body.id}/roles`, "POST", { role: "standing_security_body", valid_from: "2025-03-01", decision: "312/QĐ-UBND" });
  }
  const matrix = await ask(page, `/duties/matrix`);
  const row = matrix.rows.find(({ unit }) => unit.id === body.id);
  for (const [index, column] of matrix.columns.entries()) {
    if (row.cells[index] !== "o" || column.recurrence !== "once" || taken.has(column.clause)) continue;
    const cell = await ask(page, `/duties/cell?unit=${body.id}&clause=${encodeURIComponent(column.clause)}`);
    const [instance] = cell.instances;
    if (cell.instances.length !== 1 || !instance.may_record || instance.needs !== "record" || instance.approval !== "second_person") continue;
    taken.add(column.clause);
    return { unit: body.id, clause: column.clause, title: column.title };
  }
  throw new Error("No cell of the matrix is red and settled by one record");
}

async function importUnits(page, hands, words, first) {
  await page.goto(`${url}/nhap-du-lieu`);
  await page.locator("h1").waitFor();
  await hands.choose(page.getByRole("radio", { name: words.units, exact: true }));
  await hands.chooseFile(page.getByRole("button", { name: words.choose, exact: true }), LIST);
  await page.getByRole("heading", { name: words.preview }).waitFor();
  if (!first) return page.getByText(words.nothing).waitFor();
  await hands.press(page.getByRole("button", { name: words.confirm }));
  return page.getByText(words.imported).first().waitFor();
}

const cellLabel = (words, state, { title }, language) => `${words[state]}: ${title[language]}. ${BODY}`;

async function openMatrix(page) {
  await page.goto(`${url}/nghia-vu?q=${encodeURIComponent(BODY)}`);
  const grid = page.getByRole("grid");
  await grid.waitFor();
  return grid;
}

async function openCell(page, hands, label) {
  const grid = await openMatrix(page);
  await hands.openCell(grid, page.getByRole("gridcell", { name: label, exact: true }));
  const panel = page.getByRole("dialog");
  await panel.waitFor();
  return panel;
}

async function recordDone(page, hands, words, panel, file) {
  await hands.press(panel.getByRole("button", { name: words.record, exact: true }));
  await hands.write(panel.getByLabel(words.statement), "Đã ban hành văn bản và triển khai đến các đơn vị.");
  await hands.choose(panel.getByRole("radio", { name: words.notClassified, exact: true }));
  await hands.chooseFile(panel.getByRole("button", { name: words.choose, exact: true }), file);
  await panel.getByText("bien-ban.txt").first().waitFor();
  await hands.press(panel.getByRole("button", { name: words.submit, exact: true }));
  await panel.getByText(words.waiting, { exact: true }).first().waitFor();
  assert.equal(await panel.getByRole("button", { name: words.approve, exact: true }).count(), 0, "whoever recorded it may not approve");
}

async function approveAsSecond(pass, words, red) {
  const { context, page, faults } = await pageOf("second", pass);
  const hands = new pass.Hands(page);
  await page.goto(`${url}/nghia-vu/cho-duyet`);
  const item = page.getByRole("listitem").filter({ hasText: BODY }).filter({ has: page.getByRole("button", { name: words.approve, exact: true }) }).first();
  await item.getByText("bien-ban.txt").waitFor();
  await hands.press(item.getByRole("button", { name: words.approve, exact: true }));
  await item.waitFor({ state: "detached" });
  const panel = await openCell(page, hands, cellLabel(words, "met", red, pass.language));
  await panel.getByText(words.met, { exact: true }).first().waitFor();
  assert.deepEqual(faults, []);
  await context.close();
}

async function withdrawAndSeeLog(page, hands, words, red, language) {
  const panel = await openCell(page, hands, cellLabel(words, "met", red, language));
  await hands.press(panel.getByRole("button", { name: words.withdraw, exact: true }).first());
  const question = page.getByRole("alertdialog").or(page.getByRole("dialog").filter({ has: page.getByRole("button", { name: words.withdraw, exact: true }) })).last();
  await hands.press(question.getByRole("button", { name: words.withdraw, exact: true }).last());
  await panel.getByText(words.overdue, { exact: true }).first().waitFor();
  await openCell(page, hands, cellLabel(words, "overdue", red, language));
  await page.goto(`${url}/nhat-ky?q=duty_record`);
  const entry = page.getByRole("row").filter({ hasText: "duty_record.withdraw" }).filter({ hasText: KHIEN_USER }).first();
  await entry.waitFor();
  return entry;
}

before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), "khien-province-"));
  writeFileSync(join(folder, "bien-ban.txt"), "Biên bản triển khai\nNgày 20 tháng 11 năm 2026\n");
  browser = await launch();
  people.first = await signedIn(KHIEN_USER, KHIEN_PASSWORD);
  people.second = await signedIn(KHIEN_SECOND_USER, KHIEN_SECOND_PASSWORD);
});

after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

describe("a province and one of its duties", { skip, concurrency: 1 }, () => {
  const taken = new Set();
  for (const [index, pass] of PASSES.entries()) {
    const how = `${pass.language}, ${pass.theme}, ${pass.Hands === Keyboard ? "keyboard only" : "mouse"}`;
    test(`from the list of units to a green cell, and back: ${how}`, { timeout: 240_000 }, async () => {
      const words = WORDS[pass.language];
      const { context, page, faults } = await pageOf("first", pass);
      const hands = new pass.Hands(page);
      await importUnits(page, hands, words, index === 0);

      const red = await redCell(page, taken);
      const panel = await openCell(page, hands, cellLabel(words, "overdue", red, pass.language));
      assert.deepEqual(await axe(page), [], `the open cell, ${how}`);
      assert.equal(await overflow(page), 0);
      if (KHIEN_SHOTS) {
        mkdirSync(KHIEN_SHOTS, { recursive: true });
        await page.screenshot({ path: join(KHIEN_SHOTS, `province-${pass.language}-${pass.theme}.png`) });
      }
      await recordDone(page, hands, words, panel, join(folder, "bien-ban.txt"));
      await approveAsSecond(pass, words, red);
      const entry = await withdrawAndSeeLog(page, hands, words, red, pass.language);
      assert.match(await entry.innerText(), /duty_record\.withdraw/);
      assert.deepEqual(faults, []);
      await context.close();
    });
  }
});
