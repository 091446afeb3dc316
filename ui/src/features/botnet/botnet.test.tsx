import { configure, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { BotnetAddress, BotnetAddressDetail, BotnetListDetail, BotnetLookupState, Role } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { AddressPage } from "./address-page";
import { BotnetPage } from "./botnet-page";
import { BringPage } from "./bring-page";
import { ListPage } from "./list-page";
import { LookupsPage } from "./lookups-page";

afterEach(() => {
  sessionStorage.clear();
  vi.unstubAllGlobals();
});

configure({ asyncUtilTimeout: 5_000 });
const AT = "2026-11-25T04:00:00.000Z";
const text = (vietnamese: string) => ({ vi: vietnamese, en: vietnamese });
const lookup: BotnetLookupState = { days_since: 6, every_days: 7, late: false, label: text("Mốc do tỉnh đặt."), may_import: true };
const address: BotnetAddress = {
  id: 7,
  address: "203.0.113.5",
  source: "Trung tâm",
  unit: { id: 12, name: "UBND xã An Lộc" },
  range: "203.0.113.0/28",
  purpose: "NAT",
  state: "cleaning",
  opened_at: AT,
  entered_at: AT,
  first_listed: "2026-11-20",
  open_since: "2026-11-20",
  last_listed: "2026-11-24",
  last_seen_at: AT,
  age_days: 5,
  absences: 1,
  recurrences: 0,
  malware: "<b>Mirai</b>",
  controller: "198.51.100.7",
  machine: null,
};
const counts = { open: 1, waiting: 0, working: 1, delisted: 3, unknown: 0, all: 4, recurred: 0, oldest_days: 5 };
const step = (id: string, done: boolean) => ({ id, required: true, title: text(`Bước ${id}`), how: text(`Làm ${id}`), done_at: done ? AT : null, done_by: done ? { id: 1, name: "Chị Hạnh" } : null });
const detail: BotnetAddressDetail = {
  address,
  steps: [step("find", true), step("scan", false)],
  sightings: [{ listed_on: "2026-11-24", seen_at: AT, port: 4432, malware: "Mirai", controller: "198.51.100.7", controller_port: 80, origin: "" }],
  connections: [{ matched: "controller", inside: "10.0.0.5", outside: "198.51.100.7", port: 80, first_at: AT, last_at: AT, times: 12, machine: { id: 3, name: "pc-003" }, machines: 1 }],
  history: [{ at: AT, who: null, event: "listed", state: "new", round: 0, step: "", note: "" }],
  may: ["step", "host", "note"],
  lookup,
};
const listDetail: BotnetListDetail = {
  list: { id: 4, source: "Trung tâm", listed_on: "2026-11-24", complete: true, file_name: "a.csv", state: "previewed", rows: 2, addresses: 2, problems_total: 0, created_at: AT, created_by: { id: 1, name: "A" }, confirmed_at: null },
  report: {
    rows: 2, addresses: 2, duplicates: 0, fresh: 1, again: 1, recurring: 0, missing: 3, delisting: 1, unknown: 1, units: [{ unit: { id: 12, name: "UBND xã An Lộc" }, addresses: 1 }],
    sample: [
      { row: 2, address: "203.0.113.5", port: null, seen_at: AT, malware: "Mirai", controller: "", controller_port: null, what: "again", unit: { id: 12, name: "UBND xã An Lộc" }, range: "203.0.113.0/28" },
      { row: 3, address: "192.0.2.9", port: null, seen_at: null, malware: "", controller: "", controller_port: null, what: "fresh", unit: null, range: "" },
    ],
    problems_total: 0, problems: [], notes: [],
  },
};

function showList(change: { items?: BotnetAddress[]; open?: number; lookup?: Partial<BotnetLookupState> } = {}, role: Role = "soc_operator") {
  const asked = stubHub({ "GET /botnet/addresses": [200, { items: change.items ?? [address], total: 1, next: null, counts: { ...counts, open: change.open ?? 1 }, lookup: { ...lookup, ...change.lookup } }] });
  show(<BotnetPage search={{}} onSearch={() => undefined} />, role);
  return asked;
}
const heading = async () => (await screen.findByRole("heading", { level: 1 })).textContent;

test("the heading is the answer, and text of a list stays text", async () => {
  showList();
  expect(await heading()).toBe("1 địa chỉ còn trong danh sách botnet");
  expect(screen.getByText("<b>Mirai</b>")).toBeTruthy();
  expect(screen.getByText("Tra cứu gần nhất: 6 ngày trước")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Nhập danh sách" })).toBeTruthy();
});

test("without a look-up of late it does not say that there is none", async () => {
  showList({ items: [], open: 0, lookup: { days_since: 30, late: true } });
  expect(await heading()).toBe("Chưa biết có địa chỉ nào trong danh sách botnet");
  expect(screen.getByText(/Quá hạn tra cứu/)).toBeTruthy();
});

test("none is said where somebody looked, and nobody is offered what the hub refuses", async () => {
  showList({ items: [], open: 0, lookup: { may_import: false } }, "leader");
  expect(await heading()).toBe("Không có địa chỉ nào trong danh sách botnet");
  expect(screen.queryByRole("link", { name: "Nhập danh sách" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Tải nhật ký tường lửa" })).toBeNull();
});

test("a step is ticked off once, and clean cannot be said before", async () => {
  const asked = stubHub({ "GET /botnet/addresses/7": [200, detail], "POST /botnet/addresses/7/move": [200, { ...detail, may: ["reported_clean", "note"] }] });
  show(<AddressPage id={7} />);
  const box = await screen.findByRole("checkbox", { name: "Đánh dấu xong: Bước scan" });
  expect(screen.getByText("Một danh sách sau đó đã vắng địa chỉ này; cần thêm một danh sách nữa.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Báo đã sạch" })).toBeNull();
  expect(screen.getByText("Chị Hạnh, 25/11/2026 11:00")).toBeTruthy();
  fireEvent.click(box);
  await waitFor(() => expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ event: "step", step: "scan" }));
  fireEvent.click(await screen.findByRole("button", { name: "Báo đã sạch" }));
  expect((await screen.findByRole("dialog")).textContent).toContain("tính là tái xuất hiện");
});

test("the incident that an address became is named with its state; without one nothing stands there", async () => {
  stubHub({ "GET /botnet/addresses/7": [200, { ...detail, incidents: [{ id: 4, title: "Máy nhiễm <b>Mirai</b>", state: "contained" }] }] });
  const { unmount } = show(<AddressPage id={7} />);
  expect((await screen.findByRole("link", { name: "Máy nhiễm <b>Mirai</b>" })).getAttribute("href")).toContain("/su-co/4");
  expect(screen.getByText("Đã khoanh vùng")).toBeTruthy();
  unmount();
  stubHub({ "GET /botnet/addresses/7": [200, detail] });
  show(<AddressPage id={7} />);
  await screen.findByRole("heading", { name: "203.0.113.5" });
  expect(screen.queryByText("Sự cố đã mở từ địa chỉ này")).toBeNull();
});

test("an address becomes an incident once: where one is open, none is offered", async () => {
  const became = { ...detail, incidents: [{ id: 9, title: "Máy nhiễm Mirai", state: "open" }] };
  const asked = stubHub({ "GET /botnet/addresses/7": [200, { ...detail, may: ["note"] }], "POST /botnet/addresses/7/incident": [200, { ...became, may: ["note"] }] });
  show(<AddressPage id={7} />);
  fireEvent.click(await screen.findByRole("button", { name: "Mở sự cố" }));
  const dialog = within(await screen.findByRole("dialog"));
  fireEvent.change(dialog.getByRole("textbox"), { target: { value: "Gửi thư rác" } });
  fireEvent.click(dialog.getByRole("button", { name: "Mở sự cố" }));
  await waitFor(() => expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ severity: "medium", words: "Gửi thư rác" }));
  expect(await screen.findByRole("link", { name: "Máy nhiễm Mirai" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Mở sự cố" })).toBeNull();
});

test("a machine that a log names is chosen by a person", async () => {
  const asked = stubHub({ "GET /botnet/addresses/7": [200, detail], "POST /botnet/addresses/7/move": [200, detail] });
  show(<AddressPage id={7} />);
  fireEvent.click(await screen.findByRole("button", { name: "Là máy này" }));
  await waitFor(() => expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ event: "host", machine: 3 }));
});

test("a preview shows whose each address is, and is confirmed as a whole", async () => {
  const asked = stubHub({ "GET /botnet/lists/4": [200, listDetail], "POST /botnet/lists/4/confirm": [200, { ...listDetail, list: { ...listDetail.list, state: "confirmed", confirmed_at: AT } }] });
  show(<ListPage id={4} />);
  expect(await heading()).toBe("Xem trước: 2 địa chỉ");
  expect(within(screen.getByRole("table")).getAllByText("UBND xã An Lộc").length).toBe(1);
  expect(within(screen.getByRole("table")).getByText("Chưa rõ đơn vị")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Nhập danh sách này" }));
  expect((await screen.findAllByText("Đã nhập danh sách")).length).toBeGreaterThan(0);
  expect(asked.some(({ method }) => method === "POST")).toBe(true);
});

test("while a row is wrong there is nothing to confirm, and it is named", async () => {
  const bad = { ...listDetail, report: { ...listDetail.report, problems_total: 1, problems: [{ row: 5, column: "IP", value: "10.0.0.1", message: text("Địa chỉ nội bộ") }] } };
  stubHub({ "GET /botnet/lists/4": [200, bad] });
  show(<ListPage id={4} />);
  expect(await screen.findByText("Địa chỉ nội bộ")).toBeTruthy();
  expect(screen.getByText("Dòng 5")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Nhập danh sách này" })).toBeNull();
  expect(screen.getByRole("button", { name: "Bỏ và nhập lại" })).toBeTruthy();
});

test("what was pasted is there again when a line of it was wrong, and gone once it was confirmed", async () => {
  sessionStorage.setItem("khien.draft.botnet-list.pasted", JSON.stringify("203.0.113.5\n10.0.0.1"));
  stubHub({ "GET /botnet/lists": [200, { items: [], total: 0, next: null, sources: [] }], "GET /botnet/lists/4": [200, listDetail], "POST /botnet/lists/4/confirm": [200, { ...listDetail, list: { ...listDetail.list, state: "confirmed" } }] });
  const { unmount } = show(<BringPage />);
  expect(screen.getByRole<HTMLTextAreaElement>("textbox", { name: /Văn bản/ }).value).toBe("203.0.113.5\n10.0.0.1");
  unmount();
  show(<ListPage id={4} />);
  fireEvent.click(await screen.findByRole("button", { name: "Nhập danh sách này" }));
  await waitFor(() => expect(sessionStorage.getItem("khien.draft.botnet-list.pasted")).toBeNull());
});

test("pasted words go with source, day and whether they are all", async () => {
  const asked = stubHub({ "GET /botnet/lists": [200, { items: [], total: 0, next: null, sources: ["Trung tâm"] }], "POST /botnet/lists": [201, listDetail] });
  show(<BringPage />);
  expect(await screen.findByDisplayValue("Trung tâm")).toBeTruthy();
  fireEvent.click(screen.getByRole("radio", { name: "Chỉ một phần" }));
  fireEvent.click(screen.getByRole("radio", { name: "Dán văn bản" }));
  fireEvent.change(screen.getByRole("textbox", { name: /Văn bản/ }), { target: { value: "203[.]0[.]113[.]5" } });
  fireEvent.click(screen.getByRole("button", { name: "Xem trước" }));
  await waitFor(() => expect(asked.find(({ method }) => method === "POST")?.body).toMatchObject({ source: "Trung tâm", complete: false, text: "203[.]0[.]113[.]5" }));
});

test("a look-up that found none is recorded", async () => {
  const page = { items: [{ id: 1, unit: { id: 1, name: "Tỉnh" }, looked_up_at: AT, who: null, found: 0, note: "", by_list: false }], total: 1, next: null, lookup };
  const asked = stubHub({ "GET /botnet/lookups": [200, page], "GET /botnet/lists": [200, { items: [], total: 0, next: null, sources: [] }], "POST /botnet/lookups": [201, page] });
  show(<LookupsPage />);
  expect(await screen.findByText("Không có địa chỉ nào")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Ghi một lần tra cứu" }));
  const dialog = await screen.findByRole("dialog");
  fireEvent.change(within(dialog).getByRole("textbox", { name: "Số địa chỉ tìm thấy" }), { target: { value: "x" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Lưu" }));
  expect(await within(dialog).findByText("Ghi một số từ 0 đến 1.000.000.")).toBeTruthy();
  fireEvent.change(within(dialog).getByRole("textbox", { name: "Số địa chỉ tìm thấy" }), { target: { value: "0" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Lưu" }));
  await waitFor(() => expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ found: 0, note: "" }));
});
