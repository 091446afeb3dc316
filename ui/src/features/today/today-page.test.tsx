import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { Today } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { TodayPage } from "./today-page";

afterEach(() => vi.unstubAllGlobals());

const text = (vietnamese: string) => ({ vi: vietnamese, en: vietnamese });
const link = { duty: null, clause: null, register: null, unit: null, finding: null, machine: null, site_case: null, rule: null };
const today: Today = {
  as_of: "2026-11-25",
  unit: { id: 12, name: "UBND xã An Lộc" },
  tasks: [],
  next_due: { date: "2026-12-04", title: text("Báo cáo năm") },
  done: [],
  figures: { devices: 33, protected: 31, infected: 0, machines: 31, not_updated: 4, duties: 11, duties_met: 9 },
  help: null,
};
const shown = (change: Partial<Today>) => {
  stubHub({ "GET /today": [200, { ...today, ...change }] });
  show(<TodayPage />, "unit_officer");
};

test("nothing to do says so in the heading and names the next deadline", async () => {
  shown({});
  expect((await screen.findByRole("heading", { level: 1 })).textContent).toContain("Không còn việc nào hôm nay");
  expect(screen.getByText("Hạn kế tiếp: Báo cáo năm, 04/12/2026.")).toBeTruthy();
  expect(screen.getByText("31/33")).toBeTruthy();
});

test("a task tells why, by when, how, and leads to where it is done", async () => {
  const task = { kind: "duty" as const, urgent: true, title: text("Bảo vệ máy"), why: text("Còn 2 máy"), due: null, due_text: text("Hôm nay"), minutes: 15, steps: [text("Mở danh sách")], proof: text("Hệ thống tự đo"), link: { ...link, unit: 12, clause: "KG-1.3b" } };
  shown({ tasks: [task] });
  expect((await screen.findByRole("heading", { level: 1 })).textContent).toContain("Hôm nay có 1 việc cần làm");
  for (const words of ["Còn 2 máy", /Gấp · Hôm nay/, "khoảng 15 phút", "Mở danh sách", /Hệ thống tự đo/]) expect(screen.getByText(words)).toBeTruthy();
  expect(screen.getByRole("link", { name: /Bắt đầu làm/ }).getAttribute("href")).toContain("12.KG-1.3b");
  expect(document.querySelector(".lucide-clock")).not.toBeNull();
});

test("what has no day to be done by shows no clock", async () => {
  const task = { kind: "machine" as const, urgent: false, title: text("Máy mất liên lạc"), why: text("PC-01"), due: null, due_text: text(""), minutes: null, steps: [], proof: text("Máy báo về"), link: { ...link, machine: 3 } };
  shown({ tasks: [task] });
  expect(await screen.findByText("Máy mất liên lạc")).toBeTruthy();
  expect(document.querySelector(".lucide-clock")).toBeNull();
});
