import { configure, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { ReportCalendarItem, ReportDetail, ReportKind, Role, Verification } from "@/lib/api-types";
import { addDays, today } from "@/lib/days";
import { problem, show, stubHub, type Answers } from "@/lib/test-hub";

import { DueReports } from "./due-reports";
import { ReportPage } from "./report-page";
import type { ReportSearch } from "./report-search";
import { ReportsPage } from "./reports-page";
import { VerifyPage } from "./verify-page";

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

configure({ asyncUtilTimeout: 5_000 });
const AT = "2026-11-25T04:00:00.000Z";
const text = (vietnamese: string) => ({ vi: vietnamese, en: vietnamese });
const unit = { id: 12, name: "UBND xã An Lộc" };
const period = { id: "2026-Q4", name: text("Quý IV năm 2026"), from: "2026-10-01", to: "2026-12-31" };
const kind: ReportKind = {
  id: "malware_index",
  version: 1,
  name: text("Chỉ số lây nhiễm"),
  every: "quarter",
  of_unit: true,
  of_tenant: false,
  duties: [],
  fields: [{ id: "assessment", label: text("Nhận định"), required: true, most_characters: 100 }],
};
const owed: ReportCalendarItem = { kind: kind.id, name: kind.name, duty: "d", clause: "KG-1.5b", unit, period, due_on: addDays(today(), 12), state: "due_soon", report: null };
const detail: ReportDetail = {
  report: { id: 7, kind: kind.id, name: kind.name, unit, period, state: "draft", number: "", issued_on: null, cut_off: AT, digest: "a".repeat(64), made_by: { id: 1, name: "Bảo" }, made_at: AT, sent_on: null, signer: "", replaces: null, replaced_by: null, incident: null },
  words: [{ field: "assessment", text: "Cũ" }],
  missing: [],
  issuer: { parent_agency: "", agency: "UBND XÃ AN LỘC", place: "An Lộc", symbol: "BC-UBND", signer_mode: "", signer_mode_title: "", signer_title: "CHỦ TỊCH", signer_name: "Lê An", recipients: ["Sở KHCN;", "Lưu: VT."] },
  figures: [{ id: "infected", label: text("Máy nhiễm"), words: text("5"), known: true, query: "may-nhiem v4", row_count: 2, before: text("11"), changed: true }],
  preview: {
    parent_agency: "",
    agency: "UBND XÃ AN LỘC",
    number: "   /BC-UBND",
    place_and_day: "An Lộc, ngày   tháng   năm 2026",
    type: "Báo cáo",
    subject: "<b>Chỉ số</b>",
    to: "",
    blocks: [{ role: "body", runs: [{ text: "Có ", bold: false, italic: false, note: null }, { text: "5", bold: true, italic: false, note: 0 }], title: "", head: [], rows: [] }],
    titles: ["CHỦ TỊCH"],
    signer: "Lê An",
    columns: [],
    recipients: ["Sở KHCN;", "Lưu: VT."],
    notes: [{ text: "Máy nhiễm: may-nhiem v4", figure: "infected" }],
    draft: true,
  },
  history: [{ what: "made", at: AT, by: { id: 1, name: "Bảo" }, words: "" }],
  previous_period: "2026-Q3",
  duties: [],
  may_edit: true,
};
const kinds: Answers = { "GET /report-kinds": [200, { items: [kind] }] };

function showList(items: ReportCalendarItem[], role: Role = "unit_officer", more: Answers = {}) {
  const asked = stubHub({ ...kinds, "GET /report-calendar": [200, { items }], "GET /reports": [200, { items: [], total: 0, next: null }], "POST /reports": [201, detail], "GET /reports/7": [200, detail], ...more });
  show(<ReportsPage search={{}} onSearch={() => undefined} />, role);
  return asked;
}
function showOne(change: Partial<ReportDetail> = {}, search: ReportSearch = {}, more: Answers = {}, onSearch = vi.fn()) {
  const rows = [{ key: "machine:3", name: "pc-03", link: "/may-tinh/3" }, { key: "machine:9", name: "", link: "" }];
  const asked = stubHub({
    ...kinds,
    "GET /reports/7": [200, { ...detail, ...change }],
    "GET /reports/7/rows": [200, { items: rows, total: 2, next: null }],
    "PATCH /reports/7": [200, detail],
    "POST /reports/7/freeze": [200, { ...detail, report: { ...detail.report, state: "frozen", number: "07/BC-UBND" } }],
    "POST /reports/7/sent": [200, detail],
    ...more,
  });
  show(<ReportPage id={7} search={search} onSearch={onSearch} />, "unit_officer");
  return { asked, onSearch };
}
const heading = async () => (await screen.findByRole("heading", { level: 1 })).textContent;
const sent = (asked: ReturnType<typeof stubHub>, method: string) => asked.filter((one) => one.method === method).map(({ path, body }) => ({ path, body }));

test("the heading answers how many are due", async () => {
  showList([owed]);
  expect(await heading()).toBe("Còn 1 báo cáo phải nộp trong 30 ngày tới");
});

test("what is late is said first", async () => {
  showList([owed, { ...owed, kind: "year", state: "overdue", due_on: addDays(today(), -2) }]);
  expect(await heading()).toBe("1 báo cáo đã quá hạn, còn 1 báo cáo phải nộp trong 30 ngày tới");
});

test("nothing late is calm, and no directive at all is not the same", async () => {
  showList([{ ...owed, state: "met", report: 7 }]);
  expect(await heading()).toBe("Không có báo cáo nào quá hạn");
  expect(screen.getByText("Không còn báo cáo nào phải nộp")).toBeTruthy();
});

test("without a directive the page says that nothing asks for a report", async () => {
  showList([]);
  expect(await heading()).toBe("Chưa có báo cáo nào phải nộp");
  expect(screen.getByText(/Chưa văn bản chỉ đạo nào đang có hiệu lực giao báo cáo/)).toBeTruthy();
});

test("one press makes the draft of the period and the unit", async () => {
  const asked = showList([owed]);
  const button = await screen.findByRole("button", { name: /^Lập báo cáo/ });
  await waitFor(() => expect(button.hasAttribute("disabled")).toBe(false));
  fireEvent.click(button);
  await waitFor(() => expect(sent(asked, "POST")).toEqual([{ path: "/reports", body: { kind: "malware_index", period: "2026-Q4", unit: 12 } }]));
});

test("an incident's document is made of the incident, on the day it was found", async () => {
  const first: ReportKind = { ...kind, id: "incident-first", name: text("Báo cáo ban đầu về sự cố"), every: "once" };
  const asked = stubHub({ "GET /report-kinds": [200, { items: [kind, first] }], "GET /report-calendar": [200, { items: [owed] }], "GET /reports": [200, { items: [], total: 0, next: null }], "POST /reports": [201, detail], "GET /reports/7": [200, detail] });
  show(<ReportsPage search={{ make: "incident-first", incident: 31, of: 12, day: "2026-11-20" }} onSearch={() => undefined} />, "unit_officer");
  const dialog = await screen.findByRole("dialog");
  const button = await within(dialog).findByRole("button", { name: "Lập báo cáo" });
  await waitFor(() => expect(button.hasAttribute("disabled")).toBe(false));
  fireEvent.click(button);
  await waitFor(() => expect(sent(asked, "POST")).toEqual([{ path: "/reports", body: { kind: "incident-first", period: "2026-11-20", unit: 12, incident: 31 } }]));
});

test("who only reads makes nothing", async () => {
  showList([owed], "leader");
  expect(await heading()).toContain("Còn 1 báo cáo");
  expect(screen.queryByRole("button", { name: /Lập/ })).toBeNull();
});

test("what changed since the period before stands beside the page, by its name", async () => {
  showOne();
  const card = await screen.findByRole("region", { name: "Thay đổi so với kỳ trước" });
  expect(card.textContent).toContain("So với Quý III năm 2026");
  expect(within(card).getByRole("button", { name: /Máy nhiễm.*11.*5/ })).toBeTruthy();
});

test("whom it addresses and who sign beside each other stand on the page", async () => {
  const columns = [{ title: "ĐẠI DIỆN ĐOÀN KIỂM TRA", name: "Trần Bình" }, { title: "ĐẠI DIỆN ĐƠN VỊ", name: "" }];
  showOne({ preview: { ...detail.preview, to: "Kính gửi: Bộ Công an", columns } });
  const paper = await screen.findByRole("article", { name: "Trang văn bản" });
  expect(paper.textContent).toContain("Kính gửi: Bộ Công an");
  for (const { title } of columns) expect(paper.textContent).toContain(title);
  expect(paper.textContent).toContain("Trần Bình");
  expect(paper.textContent).not.toContain("Lê An"); // they sign instead
});

test("a frozen document is replaced by one that says why", async () => {
  const frozen = { ...detail.report, state: "sent" as const, number: "07/BC-UBND", sent_on: "2026-11-25" };
  const { asked } = showOne({ report: frozen }, {}, { "POST /reports": [201, { ...detail, report: { ...detail.report, id: 8, replaces: 7 } }] });
  fireEvent.click(await screen.findByRole("button", { name: "Lập văn bản thay thế" }));
  const dialog = await screen.findByRole("dialog");
  fireEvent.click(within(dialog).getByRole("button", { name: "Lập văn bản thay thế" }));
  expect(await within(dialog).findByText("Hãy ghi lý do.")).toBeTruthy();
  fireEvent.change(within(dialog).getByLabelText(/Lý do thay thế/), { target: { value: "Sai số máy" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Lập văn bản thay thế" }));
  await waitFor(() => expect(sent(asked, "POST")).toEqual([{ path: "/reports", body: { kind: "malware_index", period: "2026-Q4", replaces: 7, reason: "Sai số máy", unit: 12 } }]));
});

test("what was replaced says so and leads on; a draft is not replaced", async () => {
  showOne({ report: { ...detail.report, state: "frozen", replaced_by: 8 } });
  expect((await screen.findByRole("link", { name: "Mở văn bản thay thế" })).getAttribute("href")).toContain("/bao-cao/8");
  expect(screen.queryByRole("button", { name: "Lập văn bản thay thế" })).toBeNull();
});

test("a first period has nothing to compare with, and says so", async () => {
  showOne({ previous_period: null });
  expect(await screen.findByText("Chưa có kỳ trước để so sánh.")).toBeTruthy();
});

test("a figure's raised number opens its source", async () => {
  const { onSearch } = showOne();
  fireEvent.click(await screen.findByRole("button", { name: "Nguồn 1: Máy nhiễm" }));
  expect(onSearch).toHaveBeenCalledWith({ figure: "infected", edit: undefined });
});

test("the source names value, last value, statement and every row; what is gone keeps its key", async () => {
  showOne({}, { figure: "infected" });
  const panel = await screen.findByRole("dialog");
  expect((await within(panel).findByRole("link", { name: "pc-03" })).getAttribute("href")).toContain("/may-tinh/3");
  for (const words of ["may-nhiem v4", "2 dòng", "machine:9", "Không còn trong hệ thống"]) expect(within(panel).getByText(words)).toBeTruthy();
  expect(panel.textContent).toContain("11 (đã thay đổi)");
});

test("a figure that is not known says that unknown is not none", async () => {
  showOne({ figures: [{ ...detail.figures[0]!, known: false, row_count: 0, before: null }] }, { figure: "infected" });
  expect(await screen.findByText(/Chưa biết không có nghĩa là không có/)).toBeTruthy();
  expect(screen.getByText("Không có dòng nào đứng sau con số này.")).toBeTruthy();
});

test("the page is words: markup in it stays as it is", async () => {
  showOne();
  const paper = await screen.findByRole("article", { name: "Trang văn bản" });
  expect(within(paper).getByText("<b>Chỉ số</b>")).toBeTruthy();
  expect(paper.getAttribute("data-mark")).toBe("BẢN NHÁP");
});

test("what is missing bars the freezing and is named", async () => {
  showOne({ missing: [text("Chưa viết mục «Nhận định».")] });
  expect(await screen.findByText("Chưa viết mục «Nhận định».")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Chốt số" }).hasAttribute("disabled")).toBe(true);
});

test("freezing says what it means and wants a number", async () => {
  const { asked } = showOne();
  fireEvent.click(await screen.findByRole("button", { name: "Chốt số" }));
  const dialog = await screen.findByRole("dialog");
  expect(within(dialog).getByText(/không ai sửa được gì nữa/)).toBeTruthy();
  fireEvent.click(within(dialog).getByRole("button", { name: "Chốt số" }));
  expect(await within(dialog).findByText("Số từ 1 đến 99.999.")).toBeTruthy();
  expect(sent(asked, "POST")).toEqual([]);
  fireEvent.change(within(dialog).getByLabelText("Số văn bản"), { target: { value: "7" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Chốt số" }));
  await waitFor(() => expect(sent(asked, "POST")).toEqual([{ path: "/reports/7/freeze", body: { number: 7, issued_on: today() } }]));
});

test("words are saved as they were typed, and survive closing the form", async () => {
  const { asked, onSearch } = showOne({}, { edit: "words" });
  const field = await screen.findByLabelText("Nhận định");
  fireEvent.change(field, { target: { value: "Mới" } });
  expect(sessionStorage.getItem("khien.draft.report.7.words")).toContain("Mới");
  fireEvent.click(screen.getByRole("button", { name: "Lưu" }));
  await waitFor(() => expect(onSearch).toHaveBeenCalledWith({ figure: undefined, edit: undefined }));
  expect(sent(asked, "PATCH")).toEqual([{ path: "/reports/7", body: { words: [{ field: "assessment", text: "Mới" }] } }]);
  expect(sessionStorage.getItem("khien.draft.report.7.words")).toBeNull();
});

test("a frozen document offers no editing, and the address cannot open it either", async () => {
  showOne({ report: { ...detail.report, state: "frozen", number: "07/BC-UBND", issued_on: "2026-11-25" } }, { edit: "words" });
  expect(await screen.findByRole("heading", { name: "Ký văn bản" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Sửa lời văn" })).toBeNull();
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a day of sending before the day of issue is refused", async () => {
  const { asked } = showOne({ report: { ...detail.report, state: "signed", number: "07/BC-UBND", issued_on: today() } });
  fireEvent.click(await screen.findByRole("button", { name: "Ghi nhận đã gửi" }));
  const dialog = await screen.findByRole("dialog");
  fireEvent.change(within(dialog).getByLabelText(/Ngày gửi/), { target: { value: "01/01/2026" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Ghi nhận" }));
  expect(await within(dialog).findByText(/Ngày gửi phải từ ngày ban hành/)).toBeTruthy();
  fireEvent.change(within(dialog).getByLabelText(/Ngày gửi/), { target: { value: today() } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Ghi nhận" }));
  await waitFor(() => expect(sent(asked, "POST")).toEqual([{ path: "/reports/7/sent", body: { sent_on: today(), recipient: "Sở KHCN", channel: "document_axis" } }]));
});

test("a receipt is wanted where only the receipt is missing", async () => {
  const { asked } = showOne({ report: { ...detail.report, state: "sent", number: "07/BC-UBND", issued_on: today(), sent_on: today() } });
  fireEvent.click(await screen.findByRole("button", { name: "Ghi biên nhận" }));
  fireEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Ghi nhận" }));
  expect(await screen.findByText("Hãy ghi số hoặc lời của biên nhận.")).toBeTruthy();
  expect(sent(asked, "POST")).toEqual([]);
});

test("who may not change it sees no act", async () => {
  showOne({ may_edit: false });
  expect(await screen.findByText(/xem được văn bản này nhưng không thay đổi được/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Sửa|Chốt|Bỏ|Cập nhật/ })).toBeNull();
});

test("what is due soon stands beside the day's tasks, and nothing where nothing is", async () => {
  stubHub({ "GET /report-calendar": [200, { items: [owed, { ...owed, kind: "far", name: text("Xa"), due_on: addDays(today(), 31) }, { ...owed, kind: "met", name: text("Xong"), state: "met" }] }] });
  show(<DueReports unit={12} />, "unit_officer");
  const aside = await screen.findByRole("region", { name: "Báo cáo sắp đến hạn" });
  expect(within(aside).getAllByRole("listitem")).toHaveLength(1);
  expect(aside.textContent).toContain("còn 12 ngày");
});

const verification: Verification = { kind: "pdf", valid: false, words: text("Tệp đã bị sửa sau khi ký."), sha256: "b".repeat(64), report: null, signatures: [{ signer: "Hải \u202e<b>", issuer: "CN=CA", serial: "01", signed_at: AT, timestamped_at: null, state: "altered", words: text("Một vùng byte đã đổi.") }] };

// jsdom's files have no arrayBuffer.
const fileOf = (words: string) => Object.assign(new File([words], "bao-cao.pdf"), { arrayBuffer: () => Promise.resolve(new TextEncoder().encode(words).buffer) });

async function chooseFile() {
  fireEvent.click(screen.getByRole("radio", { name: "Không mật" }));
  fireEvent.change(screen.getByLabelText("Tệp PDF hoặc XML cần kiểm tra"), { target: { files: [fileOf("%PDF")] } });
  await waitFor(() => expect(screen.queryByText("Đang kiểm tra…")).toBeNull());
}

test("a file that was altered is said in words, with who signed and why it does not hold", async () => {
  const asked = stubHub({ "POST /verifications": [200, verification] });
  show(<VerifyPage />, "unit_officer");
  await chooseFile();
  expect(await screen.findByRole("heading", { name: "Tệp đã bị sửa sau khi ký." })).toBeTruthy();
  for (const words of ["Đã bị sửa sau khi ký", "Một vùng byte đã đổi.", "Chữ ký 1/1", "U+202E"]) expect(screen.getByText(words)).toBeTruthy();
  expect(sent(asked, "POST")).toEqual([{ path: "/verifications", body: { file_name: "bao-cao.pdf", content: btoa("%PDF") } }]);
});

test("a classified file cannot be chosen", () => {
  const asked = stubHub({});
  show(<VerifyPage />, "unit_officer");
  expect(screen.queryByLabelText("Tệp PDF hoặc XML cần kiểm tra")).toBeNull();
  fireEvent.click(screen.getByRole("radio", { name: "Mật" }));
  expect(screen.getByRole("alert").textContent).toContain("Không được đưa tài liệu mật lên Khiên");
  expect(screen.queryByLabelText("Tệp PDF hoặc XML cần kiểm tra")).toBeNull();
  expect(asked).toEqual([]);
});

test("no signature is neither good nor bad", async () => {
  stubHub({ "POST /verifications": [200, { ...verification, words: text("Không có chữ ký số."), signatures: [] }] });
  show(<VerifyPage />, "unit_officer");
  await chooseFile();
  expect(await screen.findByText("Tệp này không có chữ ký nào.")).toBeTruthy();
  expect(screen.getByRole("status", { name: "Kết quả kiểm tra" }).dataset.standing).toBe("none");
});

test("a refused signed copy is told in the hub's words", async () => {
  showOne({ report: { ...detail.report, state: "frozen", number: "07/BC-UBND", issued_on: today() } }, {}, { "POST /reports/7/signed-copy": [422, problem("invalid", "Không phải bản đã ký.")] });
  fireEvent.change(await screen.findByLabelText("Bản PDF đã ký"), { target: { files: [fileOf("x")] } });
  expect(await screen.findByText("Không phải bản đã ký.")).toBeTruthy();
});
