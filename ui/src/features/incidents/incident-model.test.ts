import { expect, test } from "vitest";

import { answerOf, documentsFor, isAtOnce, leftOf, nextToMeet, spanOf, writtenLater } from "./incident-model";

const at = Date.parse("2026-11-26T10:00:00.000Z");
const text = { vi: "", en: "" };
const clock = (id: string, due: string | null, state: "running" | "met" | "late" | "no_number") => ({ id, name: text, due_at: due, basis: "", rule: null, receiver: text, content: text, state, met_at: null });

test("what is left is told to the minute, and the last moment is not over yet", () => {
  expect(leftOf("2026-11-26T15:12:30.000Z", at)).toEqual({ over: false, span: { days: 0, hours: 5, minutes: 12 } });
  expect(leftOf("2026-11-26T10:00:00.000Z", at)).toEqual({ over: false, span: { days: 0, hours: 0, minutes: 0 } });
  expect(leftOf("2026-11-26T09:59:59.000Z", at)).toEqual({ over: true, span: { days: 0, hours: 0, minutes: 0 } });
  expect(leftOf("2026-11-24T06:00:00.000Z", at)).toEqual({ over: true, span: { days: 2, hours: 4, minutes: 0 } });
  expect(spanOf(1_501)).toEqual({ days: 1, hours: 1, minutes: 1 });
});

test("the next clock is the soonest that nobody met; one without a number comes last", () => {
  const clocks = [clock("duty", null, "no_number"), clock("report", "2026-11-28T00:00:00.000Z", "running"), clock("initial", "2026-11-26T00:00:00.000Z", "met")];
  expect(nextToMeet(clocks)?.id).toBe("report");
  expect(nextToMeet([clocks[0]!])?.id).toBe("duty");
  expect(nextToMeet([clocks[2]!])).toBeUndefined();
});

test("at once is a clock that ends as it begins", () => {
  expect(isAtOnce({ due_at: "2026-11-26T10:00:00.000Z" }, "2026-11-26T10:00:00.000Z")).toBe(true);
  expect(isAtOnce({ due_at: "2026-11-27T10:00:00.000Z" }, "2026-11-26T10:00:00.000Z")).toBe(false);
  expect(isAtOnce({ due_at: null }, "2026-11-26T10:00:00.000Z")).toBe(false);
});

test("the board says the worst first", () => {
  const counts = { open: 5, contained: 1, closed: 9, late: 2, soon: 1 };
  expect(answerOf(counts)).toEqual({ kind: "late", count: 2 });
  expect(answerOf({ ...counts, late: 0 })).toEqual({ kind: "soon", count: 1 });
  expect(answerOf({ ...counts, late: 0, soon: 0 })).toEqual({ kind: "calm", count: 6 });
  expect(answerOf({ ...counts, late: 0, soon: 0, open: 0, contained: 0 })).toEqual({ kind: "none", count: 0 });
});

test("a line written in the same minute has one time", () => {
  expect(writtenLater("2026-11-26T10:00:00.000Z", "2026-11-26T10:00:40.000Z")).toBe(false);
  expect(writtenLater("2026-11-26T10:00:00.000Z", "2026-11-26T10:20:00.000Z")).toBe(true);
});

test("the closing report can be made before and after the incident is closed", () => {
  expect(documentsFor({ state: "open" })).not.toContain("incident-closing");
  expect(documentsFor({ state: "contained" })).toContain("incident-closing");
  expect(documentsFor({ state: "closed" })).toEqual(["incident-closing"]);
});
