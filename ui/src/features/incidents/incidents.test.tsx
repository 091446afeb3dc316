import { configure, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Incident, IncidentClock, IncidentDetail, Role } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { IncidentPage } from "./incident-page";
import { IncidentsPage } from "./incidents-page";
import { NewIncidentPage } from "./new-incident-page";

configure({ asyncUtilTimeout: 5_000 });
beforeEach(() => sessionStorage.clear());
afterEach(() => vi.unstubAllGlobals());

const HOUR = 3_600_000;
// Half a minute beside the hour: the time a test takes changes no minute.
const from = (hours: number) => new Date(Date.now() + hours * HOUR + Math.sign(hours) * 30_000).toISOString();
const text = (vietnamese: string) => ({ vi: vietnamese, en: vietnamese });
const detected = from(-20);
const clock = (change: Partial<IncidentClock>): IncidentClock => ({ id: "initial", name: text("Thông báo ban đầu"), due_at: from(4), basis: "Nghị định 331/2026/NĐ-CP Điều 31", rule: "nd-331", receiver: text("Cơ quan chuyên trách"), content: text("Việc gì, hệ thống nào"), state: "soon", met_at: null, ...change });
const incident: Incident = {
  id: 7, unit: { id: 8, name: "Bệnh viện Đa khoa tỉnh" }, title: "Mã độc \u202egnp.exe", kind: "malware", severity: "high", state: "open", detected_at: detected, opened_at: detected, opened_by: { id: 2, name: "Lê Minh Đức" },
  source: "person", personal_data: true, next_clock: clock({}), late: 0, tasks_open: 1, owner: null,
};
const detail: IncidentDetail = {
  incident, duty: text("Báo cáo mọi sự cố."), caution: text(""), severity_label: text("Bảng mức độ nội bộ của tỉnh"), traits: [{ id: "personal_data", title: text("Lộ dữ liệu cá nhân"), said: true, by_severity: false }],
  clocks: [clock({}), clock({ id: "report", name: text("Báo cáo nguyên nhân"), due_at: from(-1), state: "late" }), clock({ id: "duty", name: text("Nghĩa vụ"), due_at: null, state: "no_number" })],
  reports: [], tasks: [{ id: 3, words: "Đổi mật khẩu", owner: null, due_at: null, done_at: null, done_by: null }], members: [], findings: [], machines: [], sites: [], cause: "", lesson: "",
  metrics: { minutes_to_detect: 12, minutes_to_report: null, minutes_to_contain: 250, minutes_to_close: null }, may_edit: true,
};
const timeline = { items: [{ id: 1, what: "note" as const, happened_at: from(-5), recorded_at: from(-4), by: { id: 2, name: "Đức" }, words: "<b>đậm</b>", told: null, evidence: [{ id: 9, file_name: "a\u202eb.txt", sha256: "c".repeat(64) }] }], total: 1, next: null };

function showOne(change: Partial<IncidentDetail> = {}, role: Role = "soc_operator") {
  const asked = stubHub({
    "GET /incidents/7": [200, { ...detail, ...change }],
    "GET /incidents/7/timeline": [200, timeline],
    "GET /reports": [200, { items: [], total: 0, next: null }],
    "POST /incidents/7/reports": [201, detail],
    "POST /incidents/7/state": [200, detail],
    "POST /incidents/7/timeline": [201, timeline.items[0]],
    "PATCH /incident-tasks/3": [200, detail],
  });
  show(<IncidentPage id={7} />, role);
  return asked;
}
const sent = (asked: ReturnType<typeof stubHub>, method: string) => asked.find((one) => one.method === method)?.body;

test("the board says the worst in its heading, and of each row what is left and by which article", async () => {
  stubHub({ "GET /incidents": [200, { items: [incident], total: 1, next: null, counts: { open: 3, contained: 1, closed: 9, late: 0, soon: 1 } }], "GET /incident-proposals": [200, { items: [] }] });
  show(<IncidentsPage search={{}} onSearch={() => undefined} />);
  await waitFor(() => expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("1 sự cố sắp hết hạn báo cáo"));
  const row = (await screen.findByRole("table")).querySelector("tbody tr")!;
  expect(row.textContent).toContain("còn 4 giờ");
  expect(row.textContent).toContain("Nghị định 331/2026/NĐ-CP Điều 31");
  expect(row.textContent).toContain("Chưa ai nhận");
  expect(row.textContent).toContain("U+202E");
  expect(screen.getByText(/bảng nội bộ của tỉnh, không phải quy định/)).toBeTruthy();
});

test("each clock says its state in words, one without a number says so", async () => {
  showOne();
  const clocks = within(await screen.findByRole("region", { name: "Hạn báo cáo" })).getAllByRole("listitem");
  expect(clocks.map((one) => one.querySelector("b + span")?.textContent)).toEqual(["Sắp hết hạn", "Quá hạn", "Không có hạn bằng số"]);
  expect(clocks[1]!.textContent).toContain("quá 1 giờ");
});

test("a line says when it happened and when it was written; its file has its hash; nothing in it is markup", async () => {
  showOne();
  const line = (await screen.findByText("<b>đậm</b>")).closest("li")!;
  expect(line.textContent).toMatch(/ghi lúc \d\d\/\d\d\/\d{4}/);
  expect(line.querySelector("code")!.title).toBe("c".repeat(64));
  expect(line.textContent).toContain("U+202E");
});

test("a report is recorded with what was asked, not before detection and not after now", async () => {
  const asked = showOne();
  fireEvent.click(await screen.findByRole("button", { name: /^Đã báo\s*: Thông báo ban đầu/ }));
  const dialog = await screen.findByRole("dialog");
  fireEvent.click(within(dialog).getByRole("button", { name: "Ghi đã báo" }));
  expect(within(dialog).getByText("Hãy ghi đã báo cho ai.")).toBeTruthy();
  fireEvent.change(within(dialog).getByLabelText("Người, nơi nhận"), { target: { value: " Phòng An ninh mạng " } });
  fireEvent.change(within(dialog).getByLabelText("Báo lúc"), { target: { value: "01/01/2020" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Ghi đã báo" }));
  expect(within(dialog).getByText(/Không thể trước lúc phát hiện/)).toBeTruthy();
  expect(sent(asked, "POST")).toBeUndefined();
  const [day, time] = new Date(Date.now() + 7 * HOUR - HOUR).toISOString().split("T") as [string, string];
  fireEvent.change(within(dialog).getByLabelText("Báo lúc"), { target: { value: day.split("-").reverse().join("/") } });
  fireEvent.change(within(dialog).getByLabelText("Giờ"), { target: { value: time.slice(0, 5) } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Ghi đã báo" }));
  await waitFor(() => expect(sent(asked, "POST")).toMatchObject({ clock: "initial", step: "standing_body", channel: "phone", recipient: "Phòng An ninh mạng" }));
});

test("the report of the cause is not recorded without one", async () => {
  const asked = showOne();
  fireEvent.click(await screen.findByRole("button", { name: /^Đã báo\s*: Báo cáo nguyên nhân/ }));
  const dialog = await screen.findByRole("dialog");
  fireEvent.change(within(dialog).getByLabelText("Người, nơi nhận"), { target: { value: "Bộ Công an" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Ghi đã báo" }));
  expect(within(dialog).getByText("Hãy ghi nguyên nhân đã biết.")).toBeTruthy();
  expect(sent(asked, "POST")).toBeUndefined();
  fireEvent.change(within(dialog).getByLabelText("Nguyên nhân đã biết"), { target: { value: "Mật khẩu yếu" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Ghi đã báo" }));
  await waitFor(() => expect(sent(asked, "POST")).toMatchObject({ clock: "report", recipient: "Bộ Công an", cause: "Mật khẩu yếu" }));
});

test("closing asks for the cause, and says which clocks are not met", async () => {
  const asked = showOne();
  fireEvent.click(await screen.findByRole("button", { name: "Đóng sự cố" }));
  const dialog = await screen.findByRole("dialog");
  expect(dialog.textContent).toContain("Còn 2 hạn báo cáo chưa báo");
  fireEvent.click(within(dialog).getByRole("button", { name: "Đóng sự cố" }));
  expect(within(dialog).getByText("Cần nêu nguyên nhân để đóng.")).toBeTruthy();
  expect(within(dialog).getByText("Còn hạn chưa báo: hãy ghi vì sao.")).toBeTruthy();
  expect(sent(asked, "POST")).toBeUndefined();
  fireEvent.change(within(dialog).getByLabelText("Nguyên nhân gốc"), { target: { value: "Mật khẩu yếu" } });
  fireEvent.change(within(dialog).getByLabelText(/^Vì sao chưa báo/), { target: { value: "Báo qua điện thoại" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Đóng sự cố" }));
  await waitFor(() => expect(sent(asked, "POST")).toEqual({ state: "closed", cause: "Mật khẩu yếu", words: "Báo qua điện thoại" }));
});

test("a closed incident takes the reports that it owes, its closing report, and being opened again", async () => {
  showOne({ incident: { ...incident, state: "closed" }, may_edit: false, cause: "Vì thế" });
  await screen.findByRole("button", { name: "Mở lại" });
  await screen.findByText("<b>đậm</b>");
  expect(screen.queryAllByRole("button").map(({ textContent }) => textContent)).toEqual(["Mở lại", "Đã báo: Thông báo ban đầu", "Đã báo: Báo cáo nguyên nhân", "Đã báo: Nghĩa vụ"]);
  expect(screen.getByRole("link", { name: "Lập báo cáo kết thúc" })).toBeTruthy();
  expect(screen.queryByRole("textbox")).toBeNull();
  expect(screen.getByText("Vì thế")).toBeTruthy();
});

test("a report tells when it was sent and when it was written down; a website of the findings is named", async () => {
  showOne({
    reports: [{ clock: "initial", step: "unit", sent_at: "2026-11-26T01:00:00.000Z", recorded_at: "2026-11-27T03:30:00.000Z", recipient: "A05", channel: "phone", receipt: "", document: null, by: { id: 2, name: "Đức" } }],
    sites: [{ id: 4, name: "https://xa.lamgiang.gov.vn" }],
  });
  expect(await screen.findByText(/gửi lúc.*08:00.*ghi lúc.*10:30/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "https://xa.lamgiang.gov.vn" }).getAttribute("href")).toContain("/website/4");
});

test("an address of a botnet that it is about is named with its unit, and leads there", async () => {
  showOne({ botnet: [{ id: 5, address: "203.0.113.5", unit: { id: 8, name: "Bệnh viện" }, state: "cleaning" }] });
  expect((await screen.findByRole("link", { name: "203.0.113.5" })).getAttribute("href")).toContain("/botnet/5");
  expect(screen.getByText(/\(Bệnh viện\)/)).toBeTruthy();
});

test("who only reads has no acts", async () => {
  showOne({ may_edit: false }, "leader");
  await screen.findByText("<b>đậm</b>");
  expect(screen.queryAllByRole("button")).toEqual([]);
});

test("what is typed into the timeline stays until it is sent", async () => {
  const asked = showOne();
  fireEvent.change(await screen.findByLabelText("Ghi vào diễn biến"), { target: { value: "Đã rút mạng" } });
  expect(sessionStorage.getItem("khien.draft.incident-note.7")).toContain("Đã rút mạng");
  fireEvent.click(screen.getByRole("button", { name: "Ghi" }));
  await waitFor(() => expect(sent(asked, "POST")).toEqual({ words: "Đã rút mạng" }));
  await waitFor(() => expect(sessionStorage.getItem("khien.draft.incident-note.7")).toBeNull());
});

test("what the hub tells is told in the reader's words, what a person wrote beside it", async () => {
  stubHub({ "GET /incidents/7": [200, detail], "GET /incidents/7/timeline": [200, { items: [{ ...timeline.items[0]!, what: "reported", words: "Nhờ anh Lực", told: { vi: "Báo cáo ban đầu", en: "First report" }, evidence: [] }], total: 1, next: null }] });
  show(<IncidentPage id={7} />);
  const line = (await screen.findByText("Nhờ anh Lực")).closest("li")!;
  expect(line.textContent).toContain("Báo cáo ban đầu");
});

test("a task is taken by the person who presses it", async () => {
  const asked = showOne();
  fireEvent.click(await screen.findByRole("button", { name: /^Nhận\s*: Đổi mật khẩu/ }));
  await waitFor(() => expect(sent(asked, "PATCH")).toEqual({ owner: 1 }));
});

test("a new one shows its clocks before it is opened, and takes the finding along", async () => {
  const finding = { id: 1003, title: text("Mã độc tống tiền"), severity: "critical", state: "new", judge: "scan", rule: "x", subject: "/opt/a", asset: { kind: "machine", id: 4, name: "srv-04" }, unit: { id: 8, name: "Bệnh viện" }, first_seen: from(-2), last_seen: from(-1), sightings: 1, owner: null };
  const asked = stubHub({
    "GET /findings/1003": [200, { finding, what_happened: text("Thấy tệp lạ"), what_to_do: [], facts: [], history: [], observations: [], clause: null }],
    "GET /incident-clocks": [200, { rule: "nd-331", duty: text("Phải báo"), caution: text(""), severity_label: text("Nội bộ"), clocks: [clock({ state: "running" })], traits: detail.traits }],
    "GET /units": [200, { items: [{ id: 8, name: "Bệnh viện", kind: "hospital", parent: null, code: null, valid_from: null, valid_to: null, machines: 1, open_findings: 1 }] }],
    "POST /incidents": [201, detail],
  });
  show(<NewIncidentPage search={{ finding: 1003 }} />);
  expect(await screen.findByDisplayValue("Mã độc tống tiền: srv-04")).toBeTruthy();
  expect(await screen.findByText("Thông báo ban đầu")).toBeTruthy();
  fireEvent.click(screen.getByLabelText("Lộ dữ liệu cá nhân"));
  fireEvent.click(screen.getByRole("button", { name: "Mở sự cố" }));
  await waitFor(() => expect(sent(asked, "POST")).toMatchObject({ unit: 8, severity: "critical", kind: "malware", findings: [1003], source: "finding", traits: ["personal_data"], words: "Thấy tệp lạ" }));
});
