import { configure, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { Advisory, AdvisoryDetail, AdvisoryMachine, AdvisoryPage as AdvisoryList, LetterDetail, Role, SoftwarePage } from "@/lib/api-types";
import { addDays, today } from "@/lib/days";
import { show, stubHub, type Answers } from "@/lib/test-hub";

import { AdvisoriesPage } from "./advisories-page";
import { AdvisoryPage } from "./advisory-page";
import type { AdvisorySearch } from "./advisory-search";
import { LetterIntake } from "./letter-intake";
import { LetterPage } from "./letter-page";
import { SoftwareCard } from "./software-card";

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

// Looking for roles goes over the whole page, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 5_000 });
const AT = "2026-11-25T04:00:00.000Z";
const unit = { id: 12, name: "UBND xã An Lộc" };
const counts = { open: 2, overdue: 2, mitigated: 0, accepted: 0, patched: 3, not_affected: 9, unknown: 1 };
const advisory: Advisory = {
  id: 7,
  kind: "vulnerability",
  name: "CVE-2026-31337",
  title: "OpenSSL <script>",
  severity: "critical",
  reasons: ["exploited", "letter"],
  ransomware: true,
  likelihood: 0.934,
  cvss_score: 9.8,
  followed_since: AT,
  due_on: addDays(today(), -2),
  due_by: "letter",
  overdue: true,
  counts,
  units: 1,
  units_acknowledged: 0,
  units_done: 0,
  letters: [{ id: 1, name: "18/NCSC", sender: "Trung tâm" }],
};
const detail: AdvisoryDetail = {
  advisory,
  description: "Mô tả",
  cvss_vector: "",
  published_at: AT,
  exploited: { vendor: "", product: "", name: "", added_on: "2026-11-20", due_on: null, ransomware: true, action: "" },
  references: ["https://example.test/a"],
  records: ["DSA-5911-1"],
  vulnerabilities: [],
  letter: null,
  what_to_do: [{ vi: "Cập nhật gói.", en: "Update it." }],
  reboot: true,
  fixes: [{ package: "deb/debian/openssl", fixed: "3.0.15-1~deb12u1", machines: 2, record: "DSA-5911-1", rule: "debian 12 openssl < 3.0.15-1~deb12u1" }],
  units: [{ unit, counts, acknowledged_at: null, acknowledged_by: null, reminded_at: null, escalated_at: AT, overdue: true, done: false }],
  decisions: [],
  history: [{ at: AT, who: null, event: "followed", unit: null, note: "" }],
  may: ["acknowledge", "decide"],
};
const machine: AdvisoryMachine = {
  machine: { id: 31, name: "pc-anloc-31" },
  device: null,
  site: null,
  unit,
  state: "open",
  since: AT,
  packages: [{ package: "deb/debian/openssl", name: "libssl3", version: "", fixed: "3.0.15-1~deb12u1" }],
  reboot_needed: true,
  kernel_running: "6.1.0-39",
  inventory_at: AT,
  decision: null,
  proof: { id: 5, kind: "inventory", observed_at: AT, received_at: AT, event_sha256: "a".repeat(64) },
  finding: 1004,
};
const list: AdvisoryList = { items: [], total: 0, next: null, counts: { open: 0, overdue: 0, exploited: 0, unknown: 0, all: 0 }, followed: { vulnerabilities: 300_000, machines: 20, without_inventory: 0, not_followed: 0 } };
const feeds = { items: [], vulnerabilities: 300_000, exploited: 1, in_force_since: AT, matched: true, running: null };

function showList(change: Partial<AdvisoryList>, search: AdvisorySearch = {}, more: Answers = {}) {
  stubHub({ "GET /advisories": [200, { ...list, ...change }], "GET /advisory-feeds": [200, feeds], "GET /letters": [200, { items: [] }], ...more });
  show(<AdvisoriesPage search={search} onSearch={() => undefined} />);
}
function showOne(change: Partial<AdvisoryDetail> = {}, role: Role = "unit_officer") {
  const asked = stubHub({
    "GET /advisories/7": [200, { ...detail, ...change }],
    "GET /advisories/7/machines": [200, { items: [machine], total: 1, next: null, counts }],
    "POST /advisories/7/acknowledgement": [200, detail],
    "POST /advisories/7/decisions": [201, detail],
    "POST /advisories/7/reminder": [200, detail],
  });
  show(<AdvisoryPage id={7} search={{}} onSearch={() => undefined} />, role);
  return asked;
}
const sent = (asked: ReturnType<typeof showOne>, method: string) => asked.filter((one) => one.method === method).map(({ body }) => body);

test("without data nobody knows, and the page says what to do next", async () => {
  showList({ followed: { ...list.followed, vulnerabilities: 0 } });
  expect(await screen.findByText("Chưa có cảnh báo áp dụng")).toBeTruthy();
  expect(screen.getByText(/khien advisory import/)).toBeTruthy();
});

test("machines without an inventory are said where nothing is to do", async () => {
  showList({ followed: { ...list.followed, without_inventory: 4 } });
  expect(await screen.findByText(/4 máy chưa gửi danh sách phần mềm, nên chưa rõ/)).toBeTruthy();
});

test("no inventory at all is no good news", async () => {
  showList({ followed: { ...list.followed, machines: 0 } });
  expect(await screen.findByText(/Chưa có máy nào gửi danh sách phần mềm/)).toBeTruthy();
});

test("a filter that matches nothing can be taken away", async () => {
  showList({}, { q: "x" });
  expect(await screen.findByText("Không có cảnh báo nào khớp")).toBeTruthy();
  expect(screen.getByRole("button", { name: /Bỏ/ })).toBeTruthy();
});

test("old data are warned of", async () => {
  const old = { feed: "nvd", records: 1, newest_at: AT, imported_at: AT, age_days: 12, stale: true, file: "", failure: "", failed_at: null };
  showList({}, {}, { "GET /advisory-feeds": [200, { ...feeds, items: [old] }] });
  expect(await screen.findByText(/Dữ liệu lỗ hổng đã cũ/)).toBeTruthy();
});

test("one advisory says what is left, by when, why and how, with its proof", async () => {
  showOne();
  expect(await screen.findByText("Còn 2 máy chưa vá tại 1 cơ quan")).toBeTruthy();
  for (const words of [/đã quá 2 ngày/, /Phải khởi động lại/, /Vào danh mục ngày 20\/11\/2026/, "93,4%", "9,8", /Đã báo cấp trên/, "chưa rõ phiên bản", /đang chạy nhân/]) {
    expect((await screen.findAllByText(words)).length).toBeGreaterThan(0);
  }
  expect(screen.getByText(/install --only-upgrade/)).toBeTruthy();
  expect(screen.getByText("hxxps://example.test/a")).toBeTruthy();
  expect(screen.getByRole("link", { name: /Xem phát hiện/ }).getAttribute("href")).toContain("id=1004");
  expect(screen.queryByRole("button", { name: "Nhắc cơ quan chưa xong" })).toBeNull();
});

test("an officer acknowledges for the own agency", async () => {
  const asked = showOne();
  fireEvent.click(await screen.findByRole("button", { name: "Xác nhận đã nhận" }));
  const dialog = within(await screen.findByRole("dialog"));
  fireEvent.change(dialog.getByLabelText(/Ghi chú/), { target: { value: " đã báo lãnh đạo " } });
  fireEvent.click(dialog.getByRole("button", { name: "Xác nhận đã nhận" }));
  await vi.waitFor(() => expect(sent(asked, "POST")).toEqual([{ unit: 1, note: "đã báo lãnh đạo" }]));
});

test("a decision on a machine needs a reason and a day that is ahead", async () => {
  const asked = showOne();
  const row = (await screen.findByRole("link", { name: "pc-anloc-31" })).closest("tr")!;
  fireEvent.click(within(row).getByRole("button", { name: /Quyết định pc-anloc-31/ }));
  const dialog = within(await screen.findByRole("dialog"));
  fireEvent.change(dialog.getByLabelText("Hiệu lực đến hết ngày"), { target: { value: "01/01/2020" } });
  fireEvent.click(dialog.getByRole("button", { name: "Ghi quyết định" }));
  expect(dialog.getByText("Cần nêu lý do.")).toBeTruthy();
  expect(dialog.getByText(/Chọn một ngày từ hôm nay/)).toBeTruthy();
  expect(sent(asked, "POST")).toEqual([]);
  const until = addDays(today(), 10);
  fireEvent.change(dialog.getByLabelText("Hiệu lực đến hết ngày"), { target: { value: until } });
  fireEvent.change(dialog.getByLabelText("Lý do"), { target: { value: "Đã chặn cổng" } });
  fireEvent.click(dialog.getByRole("button", { name: "Ghi quyết định" }));
  await vi.waitFor(() => expect(sent(asked, "POST")).toEqual([{ kind: "mitigated", machine: 31, reason: "Đã chặn cổng", until }]));
});

test("who may do nothing sees no button, and the province reminds those that are not done", async () => {
  showOne({ may: [] }, "leader");
  await screen.findByText("Còn 2 máy chưa vá tại 1 cơ quan");
  expect(screen.queryByRole("button", { name: /Xác nhận|Nhắc|Ghi quyết định/ })).toBeNull();
});

test("the reminder names whom it goes to", async () => {
  const asked = showOne({ may: ["remind"] }, "soc_operator");
  fireEvent.click(await screen.findByRole("button", { name: "Nhắc cơ quan chưa xong" }));
  const dialog = within(await screen.findByRole("dialog"));
  fireEvent.click(dialog.getByRole("button", { name: "Nhắc cơ quan chưa xong" }));
  await vi.waitFor(() => expect(sent(asked, "POST")).toEqual([{ units: [12] }]));
});

const reading = (field: LetterDetail["found"][number]["field"], value: string, change: Partial<LetterDetail["found"][number]> = {}) => ({ field, value, fixed: "", package: null, confidence: "certain" as const, words: value, ...change });
const letter: LetterDetail = {
  letter: { id: 3, state: "read", number: "18/NCSC", sender: "Trung tâm", title: "Lỗ hổng", issued_on: "2026-11-20", due_on: null, cves: [], fixes: [], file_name: "a.pdf", received_by: { id: 1, name: "A" }, received_at: AT, confirmed_by: null, confirmed_at: null, advisory: null, evidence: null },
  found: [
    reading("number", "18/NCSC"),
    reading("sender", "Trung tâm"),
    reading("title", "Lỗ hổng"),
    reading("issued_on", "2026-11-20", { words: "ngày 20 tháng 11 năm 2026" }),
    reading("cve", "CVE-2026-31337"),
    reading("due_on", "2026-12-05", { confidence: "choice", words: "05/12/2026" }),
    reading("due_on", "2026-12-10", { confidence: "choice", words: "10/12/2026" }),
  ],
  text: "Số 18/NCSC, Trung tâm, ngày 20 tháng 11 năm 2026. Lỗ hổng CVE-2026-31337, trước 05/12/2026, báo cáo 10/12/2026",
  warnings: [],
};

test("a letter is confirmed as a person chose, not as it was guessed", async () => {
  const asked = stubHub({ "GET /letters/3": [200, letter], "POST /letters/3/confirm": [200, { ...letter, letter: { ...letter.letter, state: "confirmed", advisory: 9 } }] });
  show(<LetterPage id={3} />);
  expect((await screen.findAllByRole("button", { name: /Đã đọc là: Hạn vá/ })).length).toBe(2);
  fireEvent.click(screen.getByRole("radio", { name: "05/12/2026" }));
  fireEvent.change(screen.getByLabelText("Nơi gửi"), { target: { value: "Cục An toàn thông tin" } });
  fireEvent.click(screen.getByRole("button", { name: "Xác nhận, theo dõi cảnh báo" }));
  await vi.waitFor(() =>
    expect(sent(asked, "POST")).toEqual([{ number: "18/NCSC", sender: "Cục An toàn thông tin", title: "Lỗ hổng", issued_on: "2026-11-20", due_on: "2026-12-05", cves: ["CVE-2026-31337"], fixes: [] }]),
  );
  expect(await screen.findByRole("link", { name: "Mở cảnh báo" })).toBeTruthy();
});

test("a reader of letters cannot confirm", async () => {
  stubHub({ "GET /letters/3": [200, letter] });
  show(<LetterPage id={3} />, "inspector");
  expect((await screen.findAllByText("Chờ xác nhận")).length).toBeGreaterThan(0);
  expect(screen.queryByRole("button", { name: /Xác nhận, theo dõi|Bỏ công văn/ })).toBeNull();
});

test("a classified letter is never asked for", () => {
  const asked = stubHub({});
  show(<LetterIntake />);
  expect(screen.queryByLabelText("Dán nội dung công văn")).toBeNull();
  fireEvent.click(screen.getByRole("radio", { name: "Mật" }));
  expect(screen.getByRole("alert").textContent).toContain("Không được đưa tài liệu mật");
  expect(screen.queryByLabelText("Dán nội dung công văn")).toBeNull();
  fireEvent.click(screen.getByRole("radio", { name: "Không mật" }));
  fireEvent.click(screen.getByRole("button", { name: "Đọc công văn" }));
  expect(screen.getByText("Dán nội dung hoặc chọn một tệp.")).toBeTruthy();
  expect(asked).toEqual([]);
});

const software: SoftwarePage = {
  items: [
    { purl: "pkg:a", name: "Máy in cũ", version: "", source: "", source_version: "", vulnerabilities: [] },
    { purl: "pkg:b", name: "libssl3", version: "3.0.14", source: "openssl", source_version: "3.0.14", vulnerabilities: [{ name: "CVE-2026-31337", severity: "critical", state: "affected", standing: "affected", fixed: "3.0.15", record: "DSA-1", rule: "", followed: true, exploited: true, likelihood: null, advisory: 7 }] },
    { purl: "pkg:c", name: "bash", version: "5.2", source: "", source_version: "", vulnerabilities: [] },
  ],
  total: 3,
  next: null,
  counts: { packages: 3, vulnerable: 1, vulnerabilities: 1, followed: 1 },
  inventory_at: AT,
  kernel_running: "6.1.0-39",
  kernel_installed: "6.1.0-40",
  judged: true,
};

test("software of unknown version is unknown, and a kernel that waits for a reboot is said", async () => {
  stubHub({ "GET /machines/6/software": [200, software] });
  show(<SoftwareCard machine={6} />);
  const row = (await screen.findByText("Máy in cũ")).closest("tr")!;
  expect(within(row).getByText("chưa rõ phiên bản")).toBeTruthy();
  expect(within(row).getByText("Chưa rõ")).toBeTruthy();
  expect(within(screen.getByText("bash").closest("tr")!).getByText("Chưa thấy")).toBeTruthy();
  expect(screen.getByText(/Khởi động lại để bản vá có hiệu lực/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "CVE-2026-31337" }).getAttribute("href")).toBe("/canh-bao/7");
});

test("without data no software looks safe", async () => {
  stubHub({ "GET /machines/6/software": [200, { ...software, judged: false }] });
  show(<SoftwareCard machine={6} />);
  expect(within((await screen.findByText("bash")).closest("tr")!).getByText("Chưa rõ")).toBeTruthy();
  expect(screen.getByText(/nên chưa rõ phần mềm nào có lỗ hổng/)).toBeTruthy();
});
