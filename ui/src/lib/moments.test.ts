import { expect, test } from "vitest";

import { dayTimeOf, isTime, momentOf } from "./moments";

test("a typed moment is at UTC+7, and comes back as it was typed", () => {
  expect(momentOf({ day: "2026-11-26", time: "02:15" })).toBe("2026-11-25T19:15:00.000Z");
  expect(dayTimeOf("2026-11-25T19:15:00.000Z")).toEqual({ day: "2026-11-26", time: "02:15" });
});

test("hours are written as offices write them", () => {
  for (const text of ["7:30", "07.30", "7h30", "7g30", " 07:30 "]) expect(momentOf({ day: "2026-11-26", time: text })).toBe("2026-11-26T00:30:00.000Z");
  for (const text of ["", "24:00", "7", "7:5", "12:60", "noon"]) expect(isTime(text)).toBe(false);
  expect(momentOf({ day: "2026-02-30", time: "07:30" })).toBeNull();
});
