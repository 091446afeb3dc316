import { expect, test } from "vitest";

import { readSiteSearch } from "./site-search";
import { daysUntil, isOverdue, labelState, lasted, stepOf, watchedDay } from "./site-state";

const NOW = Date.parse("2026-11-26T05:00:00.000Z");
const TODAY = "2026-11-26";

test("a look is overdue an hour after it was due, and not while it runs or where none is due", () => {
  expect(isOverdue({ due_at: "2026-11-26T03:59:59.000Z", being_looked_at: false }, NOW)).toBe(true);
  expect(isOverdue({ due_at: "2026-11-26T04:00:00.000Z", being_looked_at: false }, NOW)).toBe(false);
  expect(isOverdue({ due_at: "2026-11-20T04:00:00.000Z", being_looked_at: true }, NOW)).toBe(false);
  expect(isOverdue({ due_at: null, being_looked_at: false }, NOW)).toBe(false);
});

test("a label holds to the end of its last day", () => {
  const state = (label: string, to: string | null) => labelState({ label, label_valid_to: to }, TODAY);
  expect(state("", null)).toBe("none");
  expect(state("", "2030-01-01")).toBe("none");
  expect(state("TNM-1", null)).toBe("valid");
  expect(state("TNM-1", "2026-11-25")).toBe("expired");
  expect(state("TNM-1", TODAY)).toBe("soon");
  expect(state("TNM-1", "2026-12-26")).toBe("soon");
  expect(state("TNM-1", "2026-12-27")).toBe("valid");
  expect(daysUntil("2026-12-26", TODAY)).toBe(30);
});

test("a case stands at one step, and what is legitimate at none", () => {
  const by = { id: 1, name: "Lê Minh Đức" };
  expect(stepOf({ state: "open", confirmed_by: null })).toBe("confirm");
  expect(stepOf({ state: "open", confirmed_by: by })).toBe("remove");
  expect(stepOf({ state: "cause_wanted", confirmed_by: null })).toBe("cause");
  expect(stepOf({ state: "rescanning", confirmed_by: by })).toBe("rescan");
  expect(stepOf({ state: "watching", confirmed_by: by })).toBe("watch");
  expect(stepOf({ state: "closed", confirmed_by: by })).toBe("close");
  expect(stepOf({ state: "legitimate", confirmed_by: null })).toBeNull();
});

test("the days of the watch are counted from the first to the thirtieth", () => {
  expect(watchedDay("2026-12-26T05:00:00.000Z", NOW)).toBe(1);
  expect(watchedDay("2026-11-27T04:00:00.000Z", NOW)).toBe(30);
  expect(watchedDay("2026-11-20T00:00:00.000Z", NOW)).toBe(30);
  expect(lasted("2026-11-24T03:00:00.000Z", NOW)).toEqual({ days: 2, hours: 2 });
  expect(lasted("2026-11-27T03:00:00.000Z", NOW)).toEqual({ days: 0, hours: 0 });
});

test("the address of the list keeps only what it knows", () => {
  expect(readSiteSearch({ q: 12, status: "ill", class: "defaced", label: "soon", certificate: "expired", overdue: true, waiting: true, add: true })).toEqual({ q: "12", status: "ill", class: "defaced", label: "soon", certificate: "expired", overdue: true, waiting: true, add: true });
  expect(readSiteSearch({ q: "", status: "bad", class: "clean", label: "x", certificate: "y", overdue: "true", add: 1 })).toEqual({});
});
