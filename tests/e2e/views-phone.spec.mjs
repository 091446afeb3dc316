// Every view on a phone: node --test tests/e2e/views-phone.spec.mjs
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { PHONE, overflow } from "./browser.mjs";
import { keptToSchema, stage } from "./stage.mjs";
import { VIEWS, goWithin, viewsOf, walk } from "./views.mjs";

let hub;
let visit;
let end;

before(async () => {
  ({ hub, visit, end } = await stage());
});
after(() => end?.());

// A page is as dark on a phone as on a desk, where the dark colours of every view are looked at; but for these few.
const OWN_COLOURS = [
  { file: "components/data-table.module.css", page: "/may-tinh" },
  { file: "app/top-bar.module.css", page: "/hom-nay" },
  { file: "features/overview/figures.module.css", page: "/tong-quan" },
  { file: "features/session/sign-in.module.css", page: null },
];
const UI = new URL("../../ui/src/", import.meta.url);

/** Style sheets that give something another colour where the screen is narrow. */
function colouredByWidth() {
  const COLOUR = /(^|[\s;{])(color|background(-color)?|border(-[a-z]+)?(-color)?|fill|stroke|opacity):(?!\s*(0|none)\b)/;
  const narrow = (text) => text.split(/@media[^{]*(?:max|min)-width[^{]*\{/).slice(1).map((rest) => {
    let depth = 1;
    const end = [...rest].findIndex((letter) => (depth += letter === "{" ? 1 : letter === "}" ? -1 : 0) === 0);
    return rest.slice(0, end);
  });
  const sheets = readdirSync(UI, { recursive: true }).filter((name) => name.endsWith(".css"));
  return sheets.filter((name) => narrow(readFileSync(new URL(name, UI), "utf8")).some((block) => block.split("\n").some((line) => COLOUR.test(line) && !/var\(--line/.test(line))));
}

describe("every view", () => {
  test("has the colours of a desk, but for a few that are looked at in the dark here too", () => {
    assert.deepEqual(colouredByWidth().sort(), OWN_COLOURS.map(({ file }) => file).sort());
  });

  test("is accessible on phone in both themes, breaks no policy, does not jump and fits", async () => {
    const { context, page, faults } = await visit("/tong-quan", { viewport: PHONE, reducedMotion: "reduce" });
    const seen = { page, hub, viewport: PHONE, width: 320, inDark: (path) => OWN_COLOURS.some((one) => one.page === path) };
    // Each view by its address, as a link in a message opens it; the pages of things by going on.
    const views = viewsOf(hub);
    const wrong = await walk({ ...seen, paths: views.filter((path) => VIEWS.includes(path)) });
    wrong.push(...(await walk({ ...seen, paths: views.filter((path) => !VIEWS.includes(path)), within: true })));
    assert.deepEqual(wrong, []);
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("speaks English and still fits 320 px", async () => {
    const { context, page, faults } = await visit("/tong-quan", { viewport: { width: 320, height: 640 }, reducedMotion: "reduce" });
    await page.evaluate(() => localStorage.setItem("khien.language", "en"));
    await page.reload();
    const wrong = [];
    for (const path of VIEWS) {
      await goWithin(page, path);
      if ((await overflow(page)) > 0) wrong.push(`${path}: too wide`);
      const heading = await page.locator("h1").first().innerText();
      if (/[ăâđêôơư]/i.test(heading.replace(/Khiên|[^ ]*Lam Giang[^ ]*|Trần Quốc Bảo|Tỉnh/g, ""))) wrong.push(`${path}: «${heading}» is not English`);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("the mock kept to the schema", (t) => keptToSchema(hub, t, assert));
});
