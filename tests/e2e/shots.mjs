// Pictures of the views to look at: node tests/e2e/shots.mjs <folder> [name,…] [variant,…]
import { mkdirSync } from "node:fs";

import { DESKTOP, PHONE, hubUnderTest, launch, listen, open, signIn } from "./browser.mjs";

const [folder = "shots", names, variants] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

// Name, address, what to do there, whose page it is.
const VIEWS = [
  ["overview", "/tong-quan"],
  ["today", "/hom-nay", null, "anloc"],
  ["detections", "/phat-hien"],
  ["detection", "/phat-hien", (page) => page.locator('[role="row"][aria-rowindex="2"]').click()],
  ["detections-by-rule", "/phat-hien?group=rule"],
  ["machines", "/may-tinh"],
  ["coverage", "/do-phu"],
  ["quarantine", "/cach-ly"],
  ["machine", "/may-tinh", (page) => page.locator("tbody th a").first().click()],
  ["sites", "/website"],
  ["site", "/website/11"],
  ["site-watched", "/website/20"],
  ["site-clean", "/website/1"],
  ["site-cause", "/website/3", nameCause],
  ["site-look", "/website/11", lookAgain],
  ["compare", "/website/11/bang-chung/111"],
  ["compare-redirect", "/website/7/bang-chung/71"],
  ["policies", "/chinh-sach"],
  ["policy", "/chinh-sach/3", (page) => page.getByRole("status").last().waitFor()],
  ["policy-editor", "/chinh-sach/1/sua", previewPolicy],
  ["content", "/cap-nhat-noi-dung"],
  ["content-halted", "/cap-nhat-noi-dung?version=13"],
  ["duties", "/nghia-vu"],
  ["duties-communes", "/nghia-vu?group=commune"],
  ["duty-cell", "/nghia-vu?cell=16.KG-1.1a"],
  ["duty-record", "/nghia-vu?cell=16.KG-1.1a", recordForm],
  ["duties-unit", "/nghia-vu", null, "anloc"],
  ["inbox", "/nghia-vu/cho-duyet"],
  ["shares", "/nghia-vu/kha-nang"],
  ["systems", "/he-thong"],
  ["system", "/he-thong/9"],
  ["level-wizard", "/he-thong/9/cap-do", answerQuestions],
  ["level-plan", "/he-thong/2/phuong-an"],
  ["registers", "/so-dang-ky"],
  ["register", "/so-dang-ky/training_sessions"],
  ["register-form", "/so-dang-ky/training_sessions?add=true"],
  ["calendar", "/lich"],
  ["units", "/co-quan"],
  ["unit", "/co-quan/16"],
  ["unit-devices", "/co-quan/1?tab=devices"],
  ["unit-contacts", "/co-quan/1?tab=contacts"],
  ["users", "/nguoi-dung"],
  ["directives", "/van-ban"],
  ["directive", "/van-ban/2"],
  ["directive-editor", "/van-ban/moi", checkEmpty],
  ["import", "/nhap-du-lieu"],
  ["import-preview", "/nhap-du-lieu", previewFile],
  ["audit", "/nhat-ky"],
];
async function nameCause(page) {
  await page.getByRole("button", { name: /^(Nêu nguyên nhân|Name the cause)$/ }).click();
  await page.getByRole("button", { name: /Lưu và quét lại|Save and look again/ }).click();
}
async function lookAgain(page) {
  await page.getByRole("button", { name: /^(Kiểm tra lại|Check again)$/ }).click();
}
async function previewPolicy(page) {
  await page.getByRole("checkbox", { name: /Đặt tại đây|Set here/ }).nth(6).check();
  await page.getByRole("button", { name: /Xem máy nào|See whom/ }).click();
}
async function recordForm(page) {
  await page.locator("form, [role=dialog] button").first().waitFor();
  await page.getByRole("button", { name: /Ghi nhận việc đã làm|Record that it was done/ }).click();
  await page.getByRole("radio").first().check();
  await page.getByRole("heading", { level: 4 }).scrollIntoViewIfNeeded();
}
async function answerQuestions(page) {
  for (const group of (await page.getByRole("radiogroup").all()).slice(0, 5)) if (await group.getByRole("radio").count()) await group.getByRole("radio").first().check();
}
async function checkEmpty(page) {
  await page.getByRole("button", { name: /^(Kiểm tra|Check)$/ }).click();
}
async function previewFile(page) {
  const csv = "tên,loại,số sê-ri,địa chỉ\nPC-VT-01,máy trạm,SN900,10.22.1.5\nPC-VT-02,máy tính bảng,SN901,10.22.1\n,máy chủ,SN902,10.22.1.7\nPC-001,máy trạm,SN7300,10.9.9.9\n";
  await page.locator('input[type="file"]').setInputFiles({ name: "Danh sách máy tính.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
}
const wanted = (list, name) => !list || list.split(",").includes(name);

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
      const save = (name) => page.screenshot({ path: `${folder}/${name}-${variant}.png`, fullPage: device === "phone" && !["detections", "detection", "duty-cell", "duty-record", "register-form"].includes(name) });
      if (wanted(names, "sign-in")) {
        await page.goto(hub.url);
        await page.waitForSelector("form");
        await page.waitForTimeout(400);
        await save("sign-in");
      }
      let user = hub.user;
      await signIn(page, { ...hub });
      for (const [name, path, act, as = hub.user] of VIEWS) {
        if (!wanted(names, name)) continue;
        if (as !== user) {
          await context.clearCookies();
          await signIn(page, { ...hub, user: as });
          user = as;
        }
        await page.goto(hub.url + path);
        await page.waitForSelector("h1");
        await page.waitForTimeout(1000);
        if (act) {
          await act(page);
          await page.waitForTimeout(900);
        }
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
