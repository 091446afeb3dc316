import { expect, test } from "vitest";

import type { RosterWindow, Shift } from "@/lib/api-types";

import { barsOf, daysOf, momentAt, nextBegin, placeIn, spanBetween, startOf, weeksOf, monthAfter } from "./roster-model";

const shift = (id: number, from: string, to: string, part: "main" | "deputy" = "main"): Shift => ({ id, unit: { id: 12, name: "UBND xã An Lộc" }, from, to, person: `Người ${id}`, phone: "", user: null, part, handover: null, may_edit: true });
const window = (from: string, to: string, gaps: RosterWindow["gaps"] = []): RosterWindow => ({ id: "2027-01-01", names: [], from, to, status: "enacted", gap_minutes: gaps.reduce((sum, { minutes }) => sum + minutes, 0), gaps, units_with_gaps: 1 });

test("a month is the weeks it touches, from Monday on", () => {
  expect(weeksOf("2027-01")).toEqual(["2026-12-28", "2027-01-04", "2027-01-11", "2027-01-18", "2027-01-25"]);
  expect(weeksOf("2027-02")).toEqual(["2027-02-01", "2027-02-08", "2027-02-15", "2027-02-22"]);
  expect(monthAfter("2026-12", 1)).toBe("2027-01");
  expect(monthAfter("2027-01", -1)).toBe("2026-12");
});

test("a bar stands at its minutes at UTC+7 and is open where it goes on", () => {
  expect(placeIn("2026-12-28", { from: "2026-12-31T10:00:00.000Z", to: "2026-12-31T22:00:00.000Z" })).toEqual({ from: 3 * 1440 + 17 * 60, to: 4 * 1440 + 5 * 60, before: false, after: false });
  expect(placeIn("2027-01-04", { from: "2027-01-03T10:00:00.000Z", to: "2027-01-04T00:30:00.000Z" })).toEqual({ from: 0, to: 450, before: true, after: false });
  expect(placeIn("2027-01-04", { from: "2027-01-03T10:00:00.000Z", to: "2027-01-03T17:00:00.000Z" })).toBeNull();
});

test("a gap of one minute has a place between its shifts, and deputies stand below", () => {
  const gap = { from: "2026-12-31T22:00:00.000Z", to: "2026-12-31T22:01:00.000Z", minutes: 1 };
  const { bars, lanes } = barsOf("2026-12-28", {
    shifts: [shift(1, "2026-12-31T10:00:00.000Z", "2026-12-31T22:00:00.000Z"), shift(2, "2026-12-31T22:01:00.000Z", "2027-01-01T10:00:00.000Z"), shift(3, "2026-12-31T12:00:00.000Z", "2027-01-01T10:00:00.000Z", "deputy")],
    windows: [window("2026-12-31T10:00:00.000Z", "2027-01-04T00:30:00.000Z", [gap])],
  });
  expect(lanes).toBe(2);
  expect(bars.map(({ kind, lane }) => [kind, lane])).toEqual([["shift", 0], ["gap", 0], ["shift", 0], ["shift", 1]]);
});

test("two at the same time do not cover each other", () => {
  const { bars, lanes } = barsOf("2026-12-28", { shifts: [shift(1, "2026-12-31T10:00:00.000Z", "2026-12-31T22:00:00.000Z"), shift(2, "2026-12-31T12:00:00.000Z", "2026-12-31T20:00:00.000Z")], windows: [] });
  expect(lanes).toBe(2);
  expect(new Set(bars.map(({ lane }) => lane)).size).toBe(2);
});

test("what is drawn is on the half hour, whichever way it was drawn", () => {
  const from = momentAt("2026-12-28", (3 * 1440 + 17 * 60 + 8) / 10080);
  expect(new Date(from).toISOString()).toBe("2026-12-31T10:00:00.000Z");
  expect(momentAt("2026-12-28", -1)).toBe(startOf("2026-12-28"));
  expect(spanBetween(from + 3_600_000, from)).toEqual({ from, to: from + 3_600_000 });
  expect(spanBetween(from, from)).toEqual({ from, to: from + 1_800_000 });
});

test("by days each shift stands once, where it begins", () => {
  const days = daysOf("2027-01", { shifts: [shift(1, "2026-12-31T18:00:00.000Z", "2027-01-01T22:00:00.000Z")], windows: [window("2026-12-31T10:00:00.000Z", "2027-01-04T00:30:00.000Z")] });
  expect(days).toHaveLength(31);
  expect(days.filter(({ shifts }) => shifts.length > 0).map(({ day }) => day)).toEqual(["2027-01-01"]);
  expect(days.filter(({ windows }) => windows.length > 0).map(({ day }) => day)).toEqual(["2027-01-01", "2027-01-02", "2027-01-03", "2027-01-04"]);
});

test("a new shift begins where the last ends", () => {
  const now = Date.parse("2026-12-31T09:20:00.000Z");
  expect(new Date(nextBegin([shift(1, "2026-12-31T10:00:00.000Z", "2026-12-31T22:00:00.000Z")], now).from).toISOString()).toBe("2026-12-31T22:00:00.000Z");
  expect(new Date(nextBegin([], now).from).toISOString()).toBe("2026-12-31T10:00:00.000Z");
});
