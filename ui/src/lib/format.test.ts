import { afterEach, expect, test } from "vitest";

import * as format from "./format";
import { setLanguage } from "./i18n";

afterEach(() => setLanguage("vi"));

test("times are those of Hanoi, whatever the clock of the browser", () => {
  expect(format.dateTime("2026-11-22T17:05:09.000Z")).toBe("23/11/2026 00:05");
  expect(format.dateTimeSeconds("2026-11-22T17:05:09.000Z")).toBe("23/11/2026 00:05:09");
  expect(format.dayMonth("2026-11-27")).toBe("27/11");
});

test("numbers are written as Vietnamese offices write them", async () => {
  expect(format.number(9069)).toBe("9.069");
  expect(format.percent(9069, 9504)).toBe("95,4%");
  await setLanguage("en");
  expect(format.number(9069)).toBe("9,069");
});

test("almost all is never rounded up to all", () => {
  expect(format.percent(9999, 10_000)).toBe("99,9%");
  expect(format.percent(10, 10)).toBe("100%");
  expect(format.percent(0, 0)).toBe("–");
});

test("a recent time is told from now, an older one by the clock", () => {
  const now = Date.parse("2026-11-22T05:00:00.000Z");
  expect(format.recent("2026-11-22T04:58:00.000Z", now)).toBe("2 phút trước");
  expect(format.recent("2026-11-22T01:00:00.000Z", now)).toBe("08:00");
  expect(format.recent("2026-11-20T01:00:00.000Z", now)).toBe("20/11 08:00");
  expect(format.recent("2025-11-20T01:00:00.000Z", now)).toBe("20/11/2025");
});

test("the initials of a Vietnamese name are of its last two words", () => {
  expect(format.initials("Trần Quốc Bảo")).toBe("QB");
  expect(format.initials("Đức")).toBe("Đ");
});

test("days in the hub's text are read as people write them", () => {
  expect(format.daysIn("28-CT/TW, 2013-09-16, Ban Bí thư")).toBe("28-CT/TW, 16/09/2013, Ban Bí thư");
  expect(format.daysIn("12026-11-22 · 331/2026/NĐ-CP")).toBe("12026-11-22 · 331/2026/NĐ-CP");
});
