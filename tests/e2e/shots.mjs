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
  ["botnet", "/botnet"],
  ["botnet-unknown", "/botnet?show=unknown"],
  ["botnet-address", "/botnet/1"],
  ["botnet-clean", "/botnet/2", markNote],
  ["botnet-bring", "/botnet/nhap"],
  ["botnet-preview", "/botnet/nhap", pasteList],
  ["botnet-lookups", "/botnet/tra-cuu"],
  ["botnet-officer", "/botnet", null, "anloc"],
  ["compare", "/website/11/bang-chung/111"],
  ["compare-redirect", "/website/7/bang-chung/71"],
  ["advisories", "/canh-bao"],
  ["advisory", "/canh-bao/1"],
  ["advisory-letter", "/canh-bao/4"],
  ["advisory-kernel", "/canh-bao/2"],
  ["advisory-decide", "/canh-bao/1", decide],
  ["letters", "/canh-bao/cong-van", takeIn],
  ["letter", "/canh-bao/cong-van/1"],
  ["letter-confirmed", "/canh-bao/cong-van/2"],
  ["advisory-sources", "/canh-bao/nguon"],
  ["software", "/may-tinh/6", (page) => page.getByRole("heading", { name: /Phần mềm và lỗ hổng|Software and vulnerabilities/ }).scrollIntoViewIfNeeded()],
  ["policies", "/chinh-sach"],
  ["policy", "/chinh-sach/3", (page) => page.getByRole("status").last().waitFor()],
  ["policy-editor", "/chinh-sach/1/sua", previewPolicy],
  ["content", "/cap-nhat-noi-dung"],
  ["content-halted", "/cap-nhat-noi-dung?version=13"],
  ["incidents", "/su-co"],
  ["incident", "/su-co/1"],
  ["incident-report", "/su-co/1", recordReport],
  ["incident-closed", "/su-co/6"],
  ["incident-close", "/su-co/2", (page) => page.getByRole("button", { name: /^(Đóng sự cố|Close the incident)$/ }).click()],
  ["incident-new", "/su-co/moi"],
  ["incident-from-finding", "/su-co/moi?finding=1003"],
  ["roster-province", "/lich-truc"],
  ["roster", "/lich-truc?unit=12&month=2027-01"],
  ["roster-now", "/lich-truc?unit=16", callDuty],
  ["roster-form", "/lich-truc?unit=12&month=2027-01", (page) => page.getByRole("button", { name: /^(Thêm ca trực|Add a shift)$/ }).click()],
  ["duties", "/nghia-vu"],
  ["duties-communes", "/nghia-vu?group=commune"],
  ["duty-cell", "/nghia-vu?cell=16.KG-1.1a"],
  ["duty-record", "/nghia-vu?cell=16.KG-1.1a", recordForm],
  ["duties-unit", "/nghia-vu", null, "anloc"],
  ["inbox", "/nghia-vu/cho-duyet"],
  ["shares", "/nghia-vu/kha-nang"],
  ["requests", "/yeu-cau"],
  ["request", "/yeu-cau/1"],
  ["request-line", "/yeu-cau/1", (page) => page.locator("tbody th button").nth(1).click()],
  ["request-new", "/yeu-cau/moi"],
  ["request-officer", "/yeu-cau/3", null, "anloc"],
  ["requests-officer", "/yeu-cau", null, "anloc"],
  ["outside", "/yeu-cau/ben-ngoai"],
  ["outside-request", "/yeu-cau/ben-ngoai/1"],
  ["outside-package", "/yeu-cau/ben-ngoai/2"],
  ["help", "/ho-tro"],
  ["help-request", "/ho-tro/1"],
  ["help-officer", "/ho-tro/3", null, "anloc"],
  ["help-ask", "/ho-tro/moi?about=finding&about_id=%2212%22&page=%2Fphat-hien", null, "anloc"],
  ["reports", "/bao-cao"],
  ["reports-units", "/bao-cao", unfoldUnits],
  ["report-new", "/bao-cao", newDocument],
  ["reports-officer", "/bao-cao", null, "anloc"],
  ["reports-done", "/bao-cao?owed=done"],
  ["report-draft", "/bao-cao/7"],
  ["report-words", "/bao-cao/7?edit=words"],
  ["report-issuer", "/bao-cao/7?edit=issuer"],
  ["report-figure", "/bao-cao/7?figure=machines_infected"],
  ["report-frozen", "/bao-cao/6"],
  ["report-signed", "/bao-cao/4"],
  ["report-sent", "/bao-cao/3", recordReceipt],
  ["report-received", "/bao-cao/1"],
  ["report-freeze", "/bao-cao/7", openFreeze],
  ["verify", "/bao-cao/kiem-tra-chu-ky"],
  ["verify-bad", "/bao-cao/kiem-tra-chu-ky", verifyBad],
  ["messages", "/thong-bao"],
  ["bell", "/phat-hien", (page) => page.getByRole("button", { name: /^(Thông báo|Messages):/ }).click()],
  ["sharing", "/chia-se"],
  ["share-message", "/chia-se/43"],
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
  ["unit-device-software", "/co-quan/1?tab=devices&state=unknown", typeProduct],
  ["unit-contacts", "/co-quan/1?tab=contacts"],
  ["users", "/nguoi-dung"],
  ["directives", "/van-ban"],
  ["directive", "/van-ban/2"],
  ["directive-editor", "/van-ban/moi", checkEmpty],
  ["import", "/nhap-du-lieu"],
  ["import-preview", "/nhap-du-lieu", previewFile],
  ["import-appliances", "/nhap-du-lieu?kind=appliances"],
  ["import-appliances-preview", "/nhap-du-lieu?kind=appliances", (page) => previewAppliances(page, "Hộp đen")],
  ["import-appliances-taken", "/nhap-du-lieu?kind=appliances", takeAppliances],
  ["audit", "/nhat-ky"],
];
async function markNote(page) {
  await page.getByRole("button", { name: /^(Ghi chú|Note)$/ }).click();
}
async function typeProduct(page) {
  await page.getByRole("row").filter({ hasText: /PC-0/ }).getByRole("button").first().click();
  await page.getByRole("menuitem", { name: /^(Phần mềm|Software)$/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /^(Nhập tay|Type by hand)/ }).click();
  await dialog.getByLabel(/Sản phẩm|Product/).fill("FortiOS");
  await dialog.getByRole("button", { name: /^(Xem trước|Preview)$/ }).click();
}
async function pasteList(page) {
  await page.getByRole("radio", { name: /Dán văn bản|Paste words/ }).check();
  await page.getByRole("textbox", { name: /Văn bản|Words/ }).fill("203[.]0[.]113[.]5 và 203.0.113.20, 192.0.2.99\n10.1.2.3 và 203.0.113.0/24\n203.0.113.20\n");
  await page.getByRole("button", { name: /^(Xem trước|Preview)$/ }).click();
}
async function recordReport(page) {
  await page.getByRole("button", { name: /^(Đã báo|Reported)\s*:/ }).first().click();
}
async function callDuty(page) {
  await page.getByRole("button", { name: /^(Gọi thử người trực|Test call)$/ }).click();
  await page.getByRole("button", { name: /^(Tôi đang trực|I am on duty)$/ }).waitFor();
}
async function unfoldUnits(page) {
  await page.locator("button[aria-expanded]").filter({ hasText: /cơ quan|agencies/ }).first().click();
}
async function newDocument(page) {
  await page.getByRole("button", { name: /Lập văn bản khác|Make another document/ }).click();
}
async function recordReceipt(page) {
  await page.getByRole("button", { name: /^(Ghi biên nhận|Record the receipt)$/ }).click();
}
async function openFreeze(page) {
  await page.getByRole("button", { name: /^(Sửa lời văn|Edit the words)$/ }).click();
  for (const field of await page.getByRole("dialog").getByRole("textbox").all()) await field.fill("Đề nghị bố trí kinh phí thay máy cũ, tập huấn người dùng máy tính ở cấp xã.");
  await page.getByRole("button", { name: /^(Lưu|Save)$/ }).click();
  await page.getByRole("button", { name: /^(Chốt số|Freeze)$/ }).click();
}
async function verifyBad(page) {
  await page.getByRole("radio").first().check();
  await page.locator('input[type="file"]').setInputFiles({ name: "Báo cáo quý III.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 ALTERED") });
}
async function decide(page) {
  await page.getByRole("button", { name: /^(Ghi quyết định|Record a decision)$/ }).click();
  await page.getByRole("button", { name: /^(Ghi quyết định|Record a decision)$/ }).last().click();
}
async function takeIn(page) {
  await page.getByRole("radio").first().check();
}
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
async function previewAppliances(page, product) {
  const csv = `Thiết bị,Hãng,Sản phẩm,Phiên bản\nPC-001,Fortinet,FortiOS,7.4.3\nPC-002,F5,BIG-IP,\nPC-003,Vô danh,${product},1.0\n`;
  await page.locator('input[type="file"]').setInputFiles({ name: "Tường lửa.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
}
async function takeAppliances(page) {
  await previewAppliances(page, "ESXi");
  await page.getByRole("button", { name: /^(Xác nhận|Confirm)/ }).click();
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
      const save = (name) => page.screenshot({ path: `${folder}/${name}-${variant}.png`, fullPage: device === "phone" && !["detections", "detection", "duty-cell", "duty-record", "register-form", "report-words", "report-issuer", "report-figure", "report-freeze"].includes(name) });
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
