// Pictures of the views to look at: node tests/e2e/shots.mjs <folder> [name,…] [variant,…]
import { mkdirSync } from "node:fs";

import { DESKTOP, PHONE, hubUnderTest, launch, listen, open, signIn } from "./browser.mjs";

const [folder = "shots", names, variants] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const VIEWS = [
  ["overview", "/tong-quan"],
  ["detections", "/phat-hien"],
  ["detection", "/phat-hien", "open"],
  ["machines", "/may-tinh"],
  ["machine", "/may-tinh", "open"],
  ["units", "/co-quan"],
  ["users", "/nguoi-dung"],
  ["audit", "/nhat-ky"],
];
const wanted = (list, name) => !list || list.split(",").includes(name);

async function openFirst(page, name) {
  if (name === "detection") await page.locator('[role="row"][aria-rowindex="2"]').click();
  if (name === "machine") await page.locator("tbody th a").first().click();
  await page.waitForTimeout(900);
}

const hub = await hubUnderTest();
const browser = await launch();
for (const theme of ["light", "dark"]) {
  for (const [device, viewport, scale] of [["desktop", DESKTOP, 1], ["phone", PHONE, 2]]) {
    for (const language of ["vi", "en"]) {
      const variant = `${device}-${theme}-${language}`;
      if (!wanted(variants, variant)) continue;
      const context = await open(browser, { viewport, theme, language, scale });
      const page = await context.newPage();
      const faults = listen(page);
      const save = (name) => page.screenshot({ path: `${folder}/${name}-${variant}.png`, fullPage: device === "phone" && name !== "detections" && name !== "detection" });
      if (wanted(names, "sign-in")) {
        await page.goto(hub.url);
        await page.waitForSelector("form");
        await page.waitForTimeout(400);
        await save("sign-in");
      }
      await signIn(page, { ...hub });
      for (const [name, path, act] of VIEWS) {
        if (!wanted(names, name)) continue;
        await page.goto(hub.url + path);
        await page.waitForSelector("h1");
        await page.waitForTimeout(1000);
        if (act) await openFirst(page, name);
        await save(name);
      }
      if (faults.length > 0) console.log(variant, [...new Set(faults)]);
      await context.close();
    }
  }
}
await browser.close();
hub.stop();
if (hub.faults?.length) console.log("schema faults", [...new Set(hub.faults)]);
