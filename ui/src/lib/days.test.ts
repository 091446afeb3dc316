import { expect, test } from "vitest";

import { addDays, daysBetween, isDay, monthRows, readDay, today, weekday } from "./days";

test("today is the day of Hanoi: 18:00 UTC is already tomorrow", () => {
  expect(today(Date.parse("2026-11-22T16:59:59Z"))).toBe("2026-11-22");
  expect(today(Date.parse("2026-11-22T18:00:00Z"))).toBe("2026-11-23");
});

test.each([
  ["5/12/2026", "2026-12-05"],
  ["05.12.2026", "2026-12-05"],
  [" 5-12-26 ", "2026-12-05"],
  ["2026-12-05", "2026-12-05"],
  ["29/2/2028", "2028-02-29"],
])("a person may type %s", (typed, day) => expect(readDay(typed)).toBe(day));

test.each(["30/2/2027", "31/4/2026", "12/5", "5/13/2026", "", "hôm nay", "2027-02-30"])("there is no day %j", (typed) => {
  expect(readDay(typed)).toBeNull();
});

test("days are counted over months, years and leap days", () => {
  expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  expect(daysBetween("2028-02-28", "2028-03-01")).toBe(2);
  expect(daysBetween("2026-12-05", "2026-11-25")).toBe(-10);
  expect(isDay("2027-02-30")).toBe(false);
});

test("a month is rows from Monday to Sunday", () => {
  expect(weekday("2026-11-22")).toBe(6);
  const rows = monthRows(2026, 11);
  expect(rows[0]).toEqual([null, null, null, null, null, null, "2026-11-01"]);
  expect(rows.flat().filter(Boolean)).toHaveLength(30);
  expect(monthRows(2028, 2).flat()).toContain("2028-02-29");
});
