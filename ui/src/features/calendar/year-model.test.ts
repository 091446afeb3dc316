import { expect, test } from "vitest";

import type { CalendarYear } from "@/lib/api-types";

import { byDay, marksOf } from "./year-model";

const text = { vi: "Tết", en: "Tet" };
const deadline = (due: string, clause: string) => ({ due, clause, duty: clause, title: text, units: 3, met: 1, basis: "law" as const });
const calendar: CalendarYear = {
  year: 2027,
  status: "announced",
  decision: null,
  holidays: [{ from: "2027-02-05", to: "2027-02-09", names: [text], status: "announced", core: ["2027-02-06"] }],
  swaps: [{ off: "2027-04-30", work: "2027-05-08" }],
  windows: [{ from: "2027-02-04", to: "2027-02-10", note: text }],
  deadlines: [deadline("2027-12-04", "B"), deadline("2027-03-19", "A"), deadline("2027-12-04", "C")],
};

test("each day carries what it is", () => {
  const marks = marksOf(calendar);
  expect(marks.get("2027-02-04")).toEqual({ window: true, deadlines: [] });
  expect(marks.get("2027-02-06")).toMatchObject({ core: true, window: true });
  expect(marks.get("2027-02-09")).toMatchObject({ core: false });
  expect(marks.get("2027-04-30")?.off).toBe(true);
  expect(marks.get("2027-05-08")?.work).toBe(true);
  expect(marks.get("2027-12-04")?.deadlines).toHaveLength(2);
  expect(marks.has("2027-07-01")).toBe(false);
});

test("a span that makes no sense marks nothing and hangs nothing", () => {
  const odd = { ...calendar, holidays: [{ ...calendar.holidays[0]!, from: "2027-02-09", to: "2027-02-05" }], windows: [] };
  expect(marksOf(odd).has("2027-02-06")).toBe(false);
});

test("deadlines of one day stand together, in order", () => {
  expect(byDay(calendar.deadlines).map(({ due, deadlines }) => [due, deadlines.length])).toEqual([
    ["2027-03-19", 1],
    ["2027-12-04", 2],
  ]);
});
