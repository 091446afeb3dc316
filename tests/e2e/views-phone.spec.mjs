// Every view on a phone: node --test tests/e2e/views-phone.spec.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { PHONE, overflow } from "./browser.mjs";
import { keptToSchema, stage } from "./stage.mjs";
import { VIEWS, look, viewsOf, walk } from "./views.mjs";

let hub;
let visit;
let end;

before(async () => {
  ({ hub, visit, end } = await stage());
});
after(() => end?.());

describe("every view", () => {
  test("is accessible on phone in both themes, breaks no policy, does not jump and fits", async () => {
    const { context, page, faults } = await visit("/tong-quan", { viewport: PHONE });
    // The dark colours of a thing's page are looked at on a desk.
    const inDark = (path) => VIEWS.includes(path);
    assert.deepEqual(await walk({ page, hub, viewport: PHONE, width: 320, paths: viewsOf(hub), inDark }), []);
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("speaks English and still fits 320 px", async () => {
    const { context, page, faults } = await visit("/tong-quan", { viewport: { width: 320, height: 640 } });
    await page.evaluate(() => localStorage.setItem("khien.language", "en"));
    const wrong = [];
    for (const path of VIEWS) {
      await look(page, hub.url + path);
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
