import { configure, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Role, Roster, Shift } from "@/lib/api-types";
import { today } from "@/lib/days";
import { show, stubHub } from "@/lib/test-hub";

import { PingBar } from "./ping-bar";
import { RosterPage } from "./roster-page";

configure({ asyncUtilTimeout: 5_000 });
beforeEach(() => sessionStorage.clear());
afterEach(() => vi.unstubAllGlobals());

const HOUR = 3_600_000;
const at = (hours: number) => new Date(Math.floor(Date.now() / HOUR) * HOUR + hours * HOUR).toISOString();
const unit = { id: 12, name: "UBND xã An Lộc" };
const shift = (id: number, from: number, to: number, change: Partial<Shift> = {}): Shift => ({ id, unit, from: at(from), to: at(to), person: "Nguyễn Thị Hạnh", phone: "0912 000 001", user: null, part: "main", handover: null, may_edit: from > 0, ...change });
const running = shift(1, -2, 6);
const gap = { from: at(30), to: new Date(Date.parse(at(30)) + 60_000).toISOString(), minutes: 1 };
const roster: Roster = {
  unit,
  shifts: [running, shift(2, 8, 20)],
  windows: [{ id: today(Date.now() + 30 * HOUR), names: [{ vi: "Tết Dương lịch", en: "New Year" }], from: at(24), to: at(48), status: "unknown", gap_minutes: 1, gaps: [gap], units_with_gaps: 4 }],
  double_bookings: [{ person: "Nguyễn Thị Hạnh", shifts: [1, 9], span: { from: at(1), to: at(2), minutes: 60 } }],
  on_duty: [running],
};
const ping = { id: 5, unit, asked_at: at(-1), asked_by: { id: 2, name: "Trần Quốc Bảo" }, person: "Hạnh", answered_at: null, answered_by: null, escalated_at: null, seconds_to_answer: null };

function showRoster(answer: Roster = roster, role: Role = "soc_operator") {
  const asked = stubHub({
    "GET /roster": [200, answer],
    "GET /roster/pings": [200, { items: [{ ...ping, answered_at: at(-1), seconds_to_answer: 132 }], total: 1, next: null }],
    "GET /roster/units": [200, { items: [{ unit, gap_minutes: 61, shifts: 9, first_gap: gap }], total: 1, next: null }],
    "GET /people": [200, { items: [{ id: 3, name: "Lò Văn Pánh", role: "unit_officer" }] }],
    "POST /roster/shifts": [201, running],
    "POST /roster/shifts/1/handover": [201, running],
    "POST /roster/pings": [201, ping],
    "DELETE /roster/shifts/2": [204],
  });
  show(<RosterPage search={{}} unit={answer.unit?.id} onSearch={() => undefined} />, role);
  return asked;
}
const sent = (asked: ReturnType<typeof stubHub>) => asked.find(({ method }) => method === "POST");

test("the heading says who is on duty; a hole of one minute is told in words, and of an unannounced holiday that it may change", async () => {
  showRoster();
  expect((await screen.findByRole("heading", { level: 1 })).textContent).toMatch(/^Đang trực: Nguyễn Thị Hạnh, đến /);
  expect(await screen.findByText("Trống 1 phút")).toBeTruthy();
  expect(screen.getByText(/lịch nghỉ chưa công bố/)).toBeTruthy();
  expect(screen.getByText(/Nguyễn Thị Hạnh có hai ca cùng lúc/)).toBeTruthy();
});

test("a gap is filled with exactly its minutes", async () => {
  const asked = showRoster();
  fireEvent.click((await screen.findAllByRole("button", { name: /^Xếp người vào .*trống 1 phút$/ }))[0]!);
  const dialog = await screen.findByRole("dialog");
  fireEvent.change(await within(dialog).findByLabelText(/Tài khoản Khiên/), { target: { value: "3" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Lưu ca trực" }));
  await waitFor(() => expect(sent(asked)?.body).toEqual({ unit: 12, from: gap.from, to: gap.to, person: "Lò Văn Pánh", phone: "", part: "main", user: 3 }));
});

test("a shift that ends before it begins, or begins in the past, is not sent", async () => {
  const asked = showRoster();
  fireEvent.click(await screen.findByRole("button", { name: "Thêm ca trực" }));
  const dialog = await screen.findByRole("dialog");
  fireEvent.change(within(dialog).getByLabelText("Người trực"), { target: { value: "Bùi Văn Ớt" } });
  fireEvent.change(within(dialog).getByLabelText("Từ ngày"), { target: { value: "01/01/2020" } });
  fireEvent.change(within(dialog).getByLabelText("Đến ngày"), { target: { value: "01/01/2019" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Lưu ca trực" }));
  expect(within(dialog).getByText("Ca không thể bắt đầu trong quá khứ.")).toBeTruthy();
  expect(within(dialog).getByText("Giờ hết ca phải sau giờ bắt đầu.")).toBeTruthy();
  expect(sent(asked)).toBeUndefined();
});

test("a shift that has begun takes a handover and nothing else", async () => {
  const asked = showRoster();
  fireEvent.click((await screen.findAllByRole("button", { name: /^Nguyễn Thị Hạnh/ }))[0]!);
  const dialog = await screen.findByRole("dialog");
  expect(within(dialog).queryByRole("button", { name: "Bỏ ca" })).toBeNull();
  fireEvent.change(within(dialog).getByLabelText("Lời bàn giao cho ca sau"), { target: { value: "Theo dõi hai máy chủ" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Bàn giao" }));
  await waitFor(() => expect(sent(asked)).toMatchObject({ path: "/roster/shifts/1/handover", body: { words: "Theo dõi hai máy chủ" } }));
});

test("the person on duty is called, and how soon others answered is told", async () => {
  const asked = showRoster();
  expect(await screen.findByText(/trả lời sau 2 phút/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Gọi thử người trực" }));
  await waitFor(() => expect(sent(asked)).toMatchObject({ path: "/roster/pings", body: { unit: 12 } }));
  expect(await screen.findByText(/Đã gọi thử Hạnh/)).toBeTruthy();
});

test("with nobody on duty nobody can be called, and it is said", async () => {
  showRoster({ ...roster, on_duty: [] });
  expect((await screen.findByRole("heading", { level: 1 })).textContent).toBe("Hiện không có ai trực");
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Gọi thử người trực" }).disabled).toBe(true);
});

test("who only reads draws nothing", async () => {
  showRoster(roster, "leader");
  await screen.findByRole("heading", { level: 1 });
  expect(screen.queryByRole("button", { name: /Thêm ca trực|Gọi thử/ })).toBeNull();
  expect(screen.queryAllByRole<HTMLButtonElement>("button", { name: /^Xếp người/ }).every(({ disabled }) => disabled)).toBe(true);
});

test("of a province the units with gaps are listed, each with its first", async () => {
  showRoster({ ...roster, unit: null, windows: [{ ...roster.windows[0]!, gap_minutes: null, gaps: [] }] });
  expect((await screen.findByRole("heading", { level: 1 })).textContent).toBe("4 cơ quan còn trống ca trong đợt Tết Dương lịch");
  const table = await screen.findByRole("table", { name: "Cơ quan và ca trống" });
  expect(within(table).getByText("1 giờ 1 phút")).toBeTruthy();
});

test("a call that waits is answered with one press", async () => {
  const asked = stubHub({ "POST /roster/pings/5/answer": [200, ping] });
  show(<PingBar pings={[ping]} />);
  expect(screen.getByRole("status").textContent).toContain("Trần Quốc Bảo gọi thử người trực UBND xã An Lộc");
  fireEvent.click(screen.getByRole("button", { name: "Tôi đang trực" }));
  await waitFor(() => expect(sent(asked)?.path).toBe("/roster/pings/5/answer"));
});
