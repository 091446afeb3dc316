import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { AgentOrder, QuarantineItem, Role } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { QuarantinePage } from "./quarantine-page";

afterEach(() => vi.unstubAllGlobals());

const item: QuarantineItem = {
  id: 7,
  state: "held",
  machine: { id: 1, name: "pc-01" },
  unit: { id: 2, name: "UBND xã An Lộc" },
  path: "/etc/<b>x</b>\u202ecod.exe",
  sha256: "a".repeat(64),
  size: 68,
  rule: "yara:khien_eicar",
  automatic: true,
  emptied: false,
  running: true,
  two_persons: true,
  held_at: "2026-11-22T05:00:00.000Z",
  restored_at: null,
};

const order: AgentOrder = {
  id: 9,
  verb: "restore",
  state: "waiting_second",
  answer: null,
  machine: item.machine,
  unit: item.unit,
  finding: null,
  quarantine_item: 7,
  path: "/etc/cron.d/x",
  insist: false,
  two_persons: true,
  reason: "tệp của đơn vị",
  allow_until: "2027-01-31T17:00:00.000Z",
  created_at: "2026-11-22T05:00:00.000Z",
  created_by: { id: 4, name: "Đỗ Văn Bốn" },
  expires_at: "2026-11-25T05:00:00.000Z",
  decided_at: null,
  decided_by: null,
  note: "",
  answered_at: null,
};

interface Shown {
  items?: QuarantineItem[];
  orders?: AgentOrder[];
  role?: Role;
}

function showPage({ items = [item], orders = [order], role = "soc_operator" }: Shown = {}) {
  const asked = stubHub({
    "GET /quarantine": [200, { items, total: items.length, next: null }],
    "GET /orders": [200, { items: orders, total: orders.length, next: null }],
    "POST /quarantine/7/restore": [201, { ...order, state: "waiting_second" }],
    "POST /orders/9/decision": [200, { ...order, state: "waiting" }],
  });
  show(<QuarantinePage unit={undefined} q="" onSearch={() => undefined} />, role);
  return asked;
}

test("a held file is text, says that its program still runs, and is put back with a reason and a day", async () => {
  const asked = showPage({ orders: [] });
  const row = (await screen.findByText("pc-01")).closest("tr")!;
  expect(row.querySelector("b")).toBeNull();
  expect(within(row).getByText(/vẫn đang chạy/)).toBeTruthy();
  fireEvent.click(within(row).getByRole("button", { name: "Trả lại" }));
  const dialog = await screen.findByRole("dialog");
  expect(within(dialog).getByText(/người thứ hai đồng ý/)).toBeTruthy();
  fireEvent.change(within(dialog).getByLabelText("Lý do"), { target: { value: " báo nhầm " } });
  fireEvent.change(within(dialog).getByLabelText(/hết ngày/), { target: { value: "31/01/2027" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Trả lại" }));
  await vi.waitFor(() => expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ reason: "báo nhầm", allow_until: "2027-01-31" }));
});

test("an order of another person is agreed to; one's own is not", async () => {
  const asked = showPage();
  fireEvent.click(await screen.findByRole("button", { name: "Duyệt" }));
  await vi.waitFor(() => expect(asked.find(({ path }) => path === "/orders/9/decision")?.body).toEqual({ approve: true }));
});

test("one's own order waits for another", async () => {
  showPage({ orders: [{ ...order, created_by: { id: 1, name: "Trần Quốc Bảo" } }] });
  expect(await screen.findByText(/người khác phải đồng ý/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Duyệt" })).toBeNull();
});

test("who may only look is asked nothing", async () => {
  const asked = showPage({ role: "leader" });
  await screen.findByText("pc-01");
  expect(screen.queryByRole("button", { name: "Trả lại" })).toBeNull();
  expect(asked.some(({ path }) => path === "/orders")).toBe(false);
});

test("nothing in quarantine is said so", async () => {
  showPage({ items: [], orders: [] });
  expect(await screen.findByText("Không có tệp nào đang cách ly")).toBeTruthy();
});
