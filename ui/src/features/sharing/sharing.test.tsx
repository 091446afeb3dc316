import { configure, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { Role, ShareMessageDetail, SharePartner } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { MessagePage } from "./message-page";
import { SharingPage } from "./sharing-page";

afterEach(() => vi.unstubAllGlobals());

configure({ asyncUtilTimeout: 5_000 });
const AT = "2026-11-25T04:00:00.000Z";
const text = (vietnamese: string) => ({ vi: vietnamese, en: vietnamese });
const partner: SharePartner = {
  id: 1,
  name: text("Trung tâm"),
  scheme: "2290",
  address: "https://ncsc.example",
  ready: true,
  paused: false,
  why: text(""),
  last_success_at: AT,
  last_attempt_at: AT,
  last_error: "<b>503</b>",
  rows: { unshared: 3, queued: 12, shared: 1284, failed: 2 },
  messages_waiting: 1,
};
const message = { id: 41, partner: 1, state: "unclear" as const, made_at: AT, rows: 5, bytes: 20_000, attempts: 2, next_attempt_at: AT, accepted_at: null, sha256: "a".repeat(64) };
const units = [
  { unit: { id: 12, name: "UBND xã An Lộc" }, connected: true, regular: false, last_shared_at: AT, machines: 4, machines_waiting: 4 },
  { unit: { id: 13, name: "UBND xã Mỹ Châu" }, connected: false, regular: false, last_shared_at: null, machines: 0, machines_waiting: 0 },
];

function showSharing(partners: SharePartner[], role: Role = "soc_operator", unit?: number) {
  const asked = stubHub({
    "GET /sharing": [200, { partners, regular_days: 15, units: { total: 100, connected: 80, regular: 65 } }],
    "GET /sharing/units": [200, { items: units, total: 2, next: null }],
    "GET /sharing/messages": [200, { items: [message], total: 1, next: null }],
    "PATCH /sharing/partners/1": [200, { ...partner, paused: true }],
    "POST /sharing/partners/1/send": [200, partner],
  });
  show(<SharingPage search={{}} unit={unit} onSearch={() => undefined} />, role);
  return asked;
}
const heading = async () => (await screen.findByRole("heading", { level: 1 })).textContent;

test("the heading says when it last went well, and that 200 is not accepted", async () => {
  showSharing([partner]);
  expect(await heading()).toBe("Lần gửi thành công gần nhất: 25/11/2026 11:00");
  expect(screen.getByText(/Mã 200 chưa có nghĩa là đã nhận/)).toBeTruthy();
  expect(screen.getByText("<b>503</b>")).toBeTruthy();
});

test("without a partner nothing is set up", async () => {
  showSharing([]);
  expect(await heading()).toBe("Chưa thiết lập kết nối");
  expect(screen.getByText("Chưa khai báo nơi nhận nào")).toBeTruthy();
});

test("pausing says what it does before it does it", async () => {
  const asked = showSharing([partner]);
  fireEvent.click(await screen.findByRole("button", { name: "Tạm dừng" }));
  const dialog = await screen.findByRole("dialog");
  expect(dialog.textContent).toContain("Dữ liệu vẫn được gom và không mất");
  expect(asked.some(({ method }) => method === "PATCH")).toBe(false);
  fireEvent.click(within(dialog).getByRole("button", { name: "Tạm dừng" }));
  await waitFor(() => expect(asked.find(({ method }) => method === "PATCH")?.body).toEqual({ paused: true }));
});

test("paused says so, and offers to go on, not to send", async () => {
  showSharing([{ ...partner, paused: true, why: text("Đức tạm dừng") }]);
  expect(await heading()).toBe("Đang tạm dừng chia sẻ");
  expect(screen.getByRole("button", { name: "Gửi tiếp" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Gửi ngay" })).toBeNull();
});

test("who only reads has no acts", async () => {
  showSharing([partner], "leader");
  await heading();
  expect(screen.queryByRole("button", { name: /Gửi|dừng/ })).toBeNull();
});

test("silent and never connected are told apart, with their counts", async () => {
  showSharing([partner]);
  const table = await screen.findByRole("table", { name: "Cơ quan chia sẻ" });
  expect(within(table).getByText("Im lặng")).toBeTruthy();
  expect(within(table).getByText("Chưa kết nối")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Im lặng 15" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Chưa kết nối 20" })).toBeTruthy();
});

test("of a chosen agency the counts of the province are not shown", async () => {
  showSharing([partner], "soc_operator", 12);
  expect(await screen.findByRole("button", { name: "Im lặng" })).toBeTruthy();
});

const one: ShareMessageDetail = {
  message,
  request: `<x onload="alert(1)">${"ắ".repeat(30_000)}`,
  answers: [
    { at: "2026-11-25T04:00:00.000Z", status: 0, body: "", words: text("Hết giờ chờ.") },
    { at: "2026-11-25T05:00:00.000Z", status: 200, body: "<b>OK</b> \u202e", words: text("Không xác nhận tin nào.") },
  ],
};

test("one message: each answer raw with what it was taken for, newest first; the XML is words", async () => {
  stubHub({ "GET /sharing/messages/41": [200, one], "GET /sharing": [200, { partners: [partner], regular_days: 15, units: { total: 0, connected: 0, regular: 0 } }] });
  show(<MessagePage id={41} />, "leader");
  expect(await heading()).toBe("Tin 41: chưa rõ nơi nhận đã nhận hay chưa");
  const said = screen.getAllByText(/Không xác nhận tin nào|Hết giờ chờ/).map(({ textContent }) => textContent);
  expect(said).toEqual(["Không xác nhận tin nào.", "Hết giờ chờ."]);
  expect(screen.getByText("Không có trả lời")).toBeTruthy();
  expect(screen.getByText("U+202E")).toBeTruthy();
  expect(document.querySelector("pre b, pre x")).toBeNull();
});

test("a long message is drawn a piece at a time", async () => {
  stubHub({ "GET /sharing/messages/41": [200, { ...one, answers: [] }], "GET /sharing": [200, { partners: [], regular_days: 15, units: { total: 0, connected: 0, regular: 0 } }] });
  show(<MessagePage id={41} />, "leader");
  const more = await screen.findByText(/Hiện thêm/);
  const pre = document.querySelector("pre")!;
  expect(pre.textContent.length).toBe(20_000);
  fireEvent.click(more);
  expect(pre.textContent === one.request).toBe(true);
  expect(screen.queryByText(/Hiện thêm/)).toBeNull();
});
