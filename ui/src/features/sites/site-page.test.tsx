import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { Role, SiteCase, SiteCaseDetail, SiteDetail } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { SitePage } from "./site-page";

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

const AT = "2026-11-26T04:00:00.000Z";
const one: SiteCase = {
  id: 7,
  site: { id: 3, name: "xaanloc.example" },
  unit: { id: 12, name: "UBND xã An Lộc" },
  state: "open",
  opened_at: AT,
  entered_at: AT,
  recurrences: 1,
  confirmed_by: null,
  cause: null,
  cause_text: "",
  rescan_since: null,
  watched_until: null,
  open_findings: 2,
};
const watch: SiteDetail["watch"] = { every_hours: null, due_at: AT, being_looked_at: false, looks: 4, finished_at: AT, failures: 0, failure: "", asked_at: null, rendering: null };
const detail: SiteDetail = {
  watched: {
    site: { id: 3, unit: one.unit, address: "xaanloc.example", title: "", label: "", label_valid_to: null, domain_valid_to: null, valid_to: null, open_findings: 2 },
    status: "ill",
    looked_at: AT,
    due_at: AT,
    being_looked_at: false,
    pages: 20,
    open_case: 7,
    case_state: "open",
    recurrences: 1,
    certificate_expires_at: null,
    uptime: 97,
    infected_pages: 2,
    worst_class: "cloaked",
  },
  watch,
  looks: [
    { look: 4, started_at: AT, finished_at: AT, answered: true, pages: 20, views: 80, limited: 0 },
    { look: 3, started_at: AT, finished_at: AT, answered: false, pages: 0, views: 4, limited: 4 },
  ],
  last_look: { look: 4, started_at: AT, finished_at: AT, answered: true, pages: 20, views: 80, limited: 0, facts: [{ name: "cms.name", value: "<b>CMS</b>" }, { name: "moi.la", value: "x" }], unread: [] },
  known_vulnerabilities: { looked_up: true, total: 9, items: [{ name: "CVE-2024-2", title: "<i>Lỗ hổng</i>", severity: "critical", exploited: true, product: "wordpress", fixed: "6.5" }] },
  listed: { pages: 0, looked_at: 0, newest: null },
  label_check: { ready: false, systems: 3, approved: 2, criteria: [{ criterion: "level", state: "failed" }, { criterion: "consent", state: "paper" }, { criterion: "encryption", state: "unknown" }, { criterion: "not_listed", state: "paper" }] },
  pages: [{ url: "https://xaanloc.example/a?<script>", class: "cloaked", score: 90, whole: false, seen_at: AT, evidence: 31, finding: 5, earlier: [{ id: 30, class: "compromised", taken_at: AT }] }],
  cases: [one],
};
const caseDetail = (change: Partial<SiteCase> = {}): SiteCaseDetail => ({
  case: { ...one, ...change },
  what_to_do: [{ vi: "Gỡ nội dung bị chèn.", en: "Remove it." }],
  pages: detail.pages,
  history: [{ at: AT, who: null, event: "found", state: "open", cause: null, note: "" }],
});

function showSite(change: Partial<SiteCase> = {}, role: Role = "unit_officer", site: Partial<SiteDetail> = {}) {
  const asked = stubHub({
    "GET /sites/3": [200, { ...detail, ...site }],
    "GET /site-cases/7": [200, caseDetail(change)],
    "POST /site-cases/7/decision": [200, caseDetail(change)],
    "POST /sites/3/listed-pages": [200, { added: 2, known: 1, elsewhere: 4, left_out: 0, listed: { pages: 3, looked_at: 0, newest: AT } }],
    "PUT /sites/3/rendering": [200, { ...detail, watch: { ...watch, rendering: { reason: "dựng bằng mã lệnh", set_at: AT } } }],
    "POST /sites/3/look": [200, { ...detail, watch: { ...watch, asked_at: "2026-11-26T05:00:00.000Z" } }],
  });
  show(<SitePage id={3} />, role);
  return asked;
}
const decided = (asked: ReturnType<typeof showSite>) => asked.filter(({ path }) => path === "/site-cases/7/decision").map(({ body }) => body);

test("says what is wrong and what to do, and an officer confirms", async () => {
  const asked = showSite();
  expect(await screen.findByText("Trang bị chèn nội dung lạ. Cần xác nhận và gỡ bỏ.")).toBeTruthy();
  expect(screen.getByText("Gỡ nội dung bị chèn.")).toBeTruthy();
  expect(screen.getByText(/Tái phát lần.1/)).toBeTruthy();
  expect(screen.getByText(/Che giấu/)).toBeTruthy();
  expect(screen.getByText("<b>CMS</b>")).toBeTruthy();
  expect(screen.getByText("moi.la")).toBeTruthy();
  expect(screen.getByText(/chưa xem được bằng đủ bốn kiểu khách/)).toBeTruthy();
  const current = within(screen.getByRole("list", { name: "Các bước xử lý" })).getByText("Xác nhận").closest("li");
  expect(current?.getAttribute("aria-current")).toBe("step");
  fireEvent.click(screen.getByRole("button", { name: "Xác nhận bị tấn công" }));
  await vi.waitFor(() => expect(decided(asked)).toEqual([{ event: "confirmed" }]));
});

test("what is removed is asked twice, for a look follows", async () => {
  const asked = showSite({ confirmed_by: { id: 2, name: "Lê Minh Đức" } });
  fireEvent.click(await screen.findByRole("button", { name: "Đã gỡ nội dung" }));
  const dialog = await screen.findByRole("dialog");
  expect(decided(asked)).toEqual([]);
  fireEvent.click(within(dialog).getByRole("button", { name: "Đã gỡ nội dung" }));
  await vi.waitFor(() => expect(decided(asked)).toEqual([{ event: "removed" }]));
});

test("the cause needs a choice and words, and what was typed outlives the dialog", async () => {
  const asked = showSite({ state: "cause_wanted" });
  fireEvent.click(await screen.findByRole("button", { name: "Nêu nguyên nhân" }));
  let dialog = within(await screen.findByRole("dialog"));
  fireEvent.click(dialog.getByRole("button", { name: "Lưu và quét lại" }));
  expect(dialog.getByText("Cần chọn nguyên nhân.")).toBeTruthy();
  expect(dialog.getByText("Cần mô tả cụ thể.")).toBeTruthy();
  fireEvent.change(dialog.getByLabelText("Mô tả cụ thể"), { target: { value: "  mật khẩu lộ " } });
  fireEvent.click(dialog.getByRole("button", { name: "Hủy" }));
  fireEvent.click(screen.getByRole("button", { name: "Nêu nguyên nhân" }));
  dialog = within(await screen.findByRole("dialog"));
  fireEvent.change(dialog.getByLabelText("Nguyên nhân"), { target: { value: "stolen_account" } });
  fireEvent.click(dialog.getByRole("button", { name: "Lưu và quét lại" }));
  await vi.waitFor(() => expect(decided(asked)).toEqual([{ event: "cause", cause: "stolen_account", text: "mật khẩu lộ" }]));
});

test("legitimate only with a reason", async () => {
  const asked = showSite();
  fireEvent.click(await screen.findByRole("button", { name: "Thay đổi hợp lệ" }));
  const dialog = within(await screen.findByRole("dialog"));
  fireEvent.click(dialog.getByRole("button", { name: "Thay đổi hợp lệ" }));
  expect(dialog.getByText("Cần nêu lý do.")).toBeTruthy();
  fireEvent.change(dialog.getByLabelText("Lý do"), { target: { value: "Bài tuyên truyền" } });
  fireEvent.click(dialog.getByRole("button", { name: "Thay đổi hợp lệ" }));
  await vi.waitFor(() => expect(decided(asked)).toEqual([{ event: "legitimate", text: "Bài tuyên truyền" }]));
});

test("a leader reads and decides nothing", async () => {
  showSite({}, "leader");
  expect(await screen.findByText("Gỡ nội dung bị chèn.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Xác nhận|Đã gỡ|hợp lệ|Kiểm tra lại/ })).toBeNull();
  expect(screen.queryByLabelText("Quét mỗi")).toBeNull();
  expect(screen.queryByRole("link", { name: "Lập hồ sơ đề nghị cấp nhãn" })).toBeNull();
  expect(screen.getAllByRole("link", { name: /Xem bằng chứng/ }).length).toBeGreaterThan(0);
});

test("with a living case the wish for a look is part of it; without one the site is asked", async () => {
  const asked = showSite();
  await screen.findByText("Gỡ nội dung bị chèn.");
  fireEvent.click(screen.getByRole("button", { name: "Kiểm tra lại" }));
  await vi.waitFor(() => expect(decided(asked)).toEqual([{ event: "recheck" }]));
});

test("an operator has the site opened in a browser and says why; others read the reason", async () => {
  const asked = showSite({}, "soc_operator");
  const set = await screen.findByRole("button", { name: "Mở bằng trình duyệt", hidden: true });
  expect(set).toHaveProperty("disabled", true);
  fireEvent.change(screen.getByLabelText("Vì sao cần"), { target: { value: " dựng bằng mã lệnh " } });
  fireEvent.click(set);
  expect(await screen.findByText("dựng bằng mã lệnh")).toBeTruthy();
  expect(asked.find(({ path }) => path === "/sites/3/rendering")?.body).toEqual({ reason: "dựng bằng mã lệnh" });
  expect(screen.getByRole("button", { name: "Thôi mở bằng trình duyệt" })).toBeTruthy();
});

test("a look that was asked for is told step by step", async () => {
  const calm = { ...detail.watched, status: "clean" as const, open_case: null, case_state: null };
  const asked = showSite({}, "unit_officer", { watched: calm, cases: [] });
  expect(await screen.findByText("Trang này bình thường.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Kiểm tra lại" }));
  await vi.waitFor(() => expect(asked.some(({ path }) => path === "/sites/3/look")).toBe(true));
  const step = (await screen.findByText("Đã nhận yêu cầu")).closest("li");
  expect(step?.getAttribute("aria-current")).toBe("step");
});

test("the label's conditions are the hub's word, and who may make documents is led to the application", async () => {
  showSite();
  expect(await screen.findByText("2/3 hệ thống của cơ quan đã được duyệt cấp độ")).toBeTruthy();
  expect(screen.getByText("Máy kiểm thấy chưa đạt")).toBeTruthy();
  expect(screen.getAllByText("Xem hồ sơ")).toHaveLength(2);
  const link = screen.getByRole("link", { name: "Lập hồ sơ đề nghị cấp nhãn" });
  expect(link.getAttribute("href")).toContain("make=label-application");
});

test("what is known of the site's software is told, text from outside as text", async () => {
  showSite();
  expect(await screen.findByText("<i>Lỗ hổng</i>")).toBeTruthy();
  expect(screen.getByText("Đang bị khai thác")).toBeTruthy();
  expect(screen.getByText("Khắc phục ở wordpress 6.5")).toBeTruthy();
  expect(screen.getByText("Còn 8 lỗ hổng khác.")).toBeTruthy();
});

test("a list of a search engine is pasted, and what became of it is told", async () => {
  const asked = showSite();
  fireEvent.click(await screen.findByRole("button", { name: "Nhập danh sách" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByText(/«site:xaanloc.example»/)).toBeTruthy();
  fireEvent.change(dialog.getByLabelText("Danh sách địa chỉ"), { target: { value: "https://xaanloc.example/a" } });
  fireEvent.click(dialog.getByRole("button", { name: "Thêm" }));
  expect(await screen.findByText("Thuộc trang web khác, không nhận")).toBeTruthy();
  expect(asked.find(({ path }) => path === "/sites/3/listed-pages")?.body).toEqual({ text: "https://xaanloc.example/a" });
});

test("what was not looked at does not look safe", async () => {
  showSite({}, "unit_officer", { watched: { ...detail.watched, status: "not_yet", looked_at: null, open_case: null, case_state: null }, cases: [], pages: [], last_look: null });
  expect(await screen.findByText(/Chưa quét không có nghĩa là an toàn/)).toBeTruthy();
  expect(screen.getByText("Chưa có lần quét nào.")).toBeTruthy();
});
