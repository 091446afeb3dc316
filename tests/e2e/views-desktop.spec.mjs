// Every view on a desk, and what opens over them: node --test tests/e2e/views-desktop.spec.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { DESKTOP, axe, open, overflow, settled } from "./browser.mjs";
import { keptToSchema, stage } from "./stage.mjs";
import { viewsOf, walk } from "./views.mjs";

let hub;
let browser;
let visit;
let end;

before(async () => {
  ({ hub, browser, visit, end } = await stage());
});
after(() => end?.());

describe("every view", () => {
  test("is accessible on desktop in both themes, breaks no policy, does not jump and fits", async () => {
    const { context, page, faults } = await visit("/tong-quan", { viewport: DESKTOP });
    assert.deepEqual(await walk({ page, hub, viewport: DESKTOP, width: 1560, paths: viewsOf(hub), within: true }), []);
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("the panel, a machine and the sign-in page are accessible too", async () => {
    const { context, page, faults } = await visit("/phat-hien");
    if ((await page.locator('[role="row"][aria-rowindex]').count()) > 1) {
      await page.locator('[role="row"][aria-rowindex="2"]').click();
      await page.getByRole("button", { name: "Xem sự kiện gốc" }).first().click();
      await settled(page);
      assert.deepEqual(await axe(page), [], "panel");
      await page.setViewportSize({ width: 320, height: 640 });
      await settled(page);
      assert.equal(await overflow(page), 0, "panel at 320");
    }
    await page.setViewportSize(DESKTOP);
    await page.goto(`${hub.url}/may-tinh`);
    await settled(page);
    const first = page.locator("tbody th a").first();
    if ((await first.count()) > 0) {
      await first.click();
      await page.waitForURL(/may-tinh\/\d+/);
      await settled(page);
      assert.deepEqual(await axe(page), [], "machine");
      await page.setViewportSize({ width: 320, height: 640 });
      await settled(page);
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

  test("the mock kept to the schema", (t) => keptToSchema(hub, t, assert));
});
