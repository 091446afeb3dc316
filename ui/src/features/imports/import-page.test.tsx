import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { ImportPlan } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { ImportPage } from "./import-page";

afterEach(() => vi.unstubAllGlobals());

const plan: ImportPlan = {
  id: 3,
  kind: "devices",
  unit: { id: 1, name: "Tỉnh Lam Giang" },
  file_name: "may \u202evsc.csv",
  state: "previewed",
  rows: 3,
  adds: 2,
  changes: 1,
  same: 0,
  problems_total: 0,
  problems: [],
  notes: [{ vi: "Bảng mã TCVN3", en: "Encoded in TCVN3" }],
  sample: [{ row: 2, action: "add", text: "<b>PC</b>" }],
};
const shown = (change: Partial<ImportPlan>) => {
  stubHub({ "GET /imports/3": [200, { ...plan, ...change }] });
  show(<ImportPage id={3} />);
};

test("a whole preview can be confirmed; text from the file stays text", async () => {
  shown({});
  expect(await screen.findByRole("button", { name: "Xác nhận 3 thay đổi" })).toBeTruthy();
  expect(screen.getByText("<b>PC</b>")).toBeTruthy();
  expect(screen.getByText("U+202E")).toBeTruthy();
  expect(screen.getByText("Bảng mã TCVN3")).toBeTruthy();
});

test("while a row is bad there is nothing to confirm, and row and column are named", async () => {
  shown({ problems_total: 2, problems: [{ row: 5, column: "địa chỉ", value: "10.1", message: { vi: "Không đúng dạng", en: "Wrong" } }] });
  expect(await screen.findByText("Không đúng dạng")).toBeTruthy();
  expect(screen.getByText("Dòng 5")).toBeTruthy();
  expect(screen.getByText("địa chỉ")).toBeTruthy();
  expect(screen.getByText("Đang hiện 1 trên 2 lỗi.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Xác nhận/ })).toBeNull();
});

test("importing the same again says that nothing changes", async () => {
  shown({ adds: 0, changes: 0, same: 3, sample: [] });
  expect(await screen.findByText("Tệp không làm thay đổi gì")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Xác nhận/ })).toBeNull();
});

test("a preview that became stale cannot be confirmed", async () => {
  shown({ state: "stale" });
  expect((await screen.findAllByText("Dữ liệu đã đổi từ lúc xem trước")).length).toBeGreaterThan(0);
  expect(screen.queryByRole("button", { name: /Xác nhận/ })).toBeNull();
});

test("software of many devices: what was taken stands with the unit's devices", async () => {
  shown({ kind: "appliances", state: "confirmed", file_name: "tuong-lua.csv" });
  const link = await screen.findByRole("link", { name: "Xem phần mềm của thiết bị" });
  expect(link.getAttribute("href")).toBe("/co-quan/1?tab=devices");
});
