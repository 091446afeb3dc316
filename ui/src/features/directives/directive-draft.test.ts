import { expect, test } from "vitest";

import { draftFrom, emptyClause, emptyDirective, emptyDuty, faultAt, keyFrom, monthDay, textOf, type DirectiveDraft } from "./directive-draft";

function written(): DirectiveDraft {
  const duty = { ...emptyDuty("KG-1", 0), title: { vi: "Báo cáo quý", en: "" }, recurrence: "quarterly" as const, rule: "before_day" as const, day: "20", metBy: "record_and_metric" as const, metric: "index", targetValue: "1,0", minutes: "30", steps: { vi: "Mở sổ\n\n Gửi đi ", en: "" } };
  const clause = { ...emptyClause(), id: "KG-1", title: { vi: "Báo cáo", en: "Report" }, quote: "tổ chức  theo\n dõi", addressees: ["a"], duties: [duty] };
  return { ...emptyDirective(), key: "k", issuer: { vi: "Tỉnh Kiên Giang", en: "" }, numberUnknown: true, date: "2018-09-13", title: { vi: "Về mã độc", en: "" }, validFrom: "2018-09-13", clauses: [clause], retargets: [{ from: "x", to: "y", on: "2025-07-01" }], rest: { later: true } };
}

test("what is sent has the shape of the content, and nothing is invented", () => {
  const sent = JSON.parse(textOf(written())) as Record<string, unknown>;
  expect(sent).toMatchObject({
    issuer: { vi: "Tỉnh Kiên Giang", en: "Tỉnh Kiên Giang" },
    number: "unknown",
    valid_to: null,
    retargets: [{ from: "x", to: "y", on: "2025-07-01" }],
    later: true,
    clauses: [
      {
        quote: "tổ chức theo dõi",
        duties: [
          {
            id: "KG-1.1",
            due: { rule: "before_day", month: "last_of_period", day: 20 },
            target: { at_least: 1 },
            steps: { vi: ["Mở sổ", "Gửi đi"], en: ["Mở sổ", "Gửi đi"] },
          },
        ],
      },
    ],
  });
  expect(sent).not.toHaveProperty("note");
  expect((sent.clauses as { duties: object[] }[])[0]!.duties[0]).not.toHaveProperty("register");
});

test("a stored draft opens as it was", () => {
  const text = textOf(written());
  expect(textOf(draftFrom(text)!)).toBe(text);
});

test("every due rule survives the way there and back", () => {
  const rules = [
    { rule: "none" },
    { rule: "on_date", date: "2018-11-30" },
    { rule: "before_dates", dates: ["06-14", "12-14"] },
    { rule: "by_dates", dates: ["12-05"] },
    { rule: "end_of_period", plus_working_days: 5 },
    { rule: "after_event", hours: 72 },
    { rule: "after_event", working_days: 5 },
    { rule: "before_day", month: 3, day: 20 },
    { rule: "holiday_window" },
  ];
  for (const due of rules) {
    const draft = draftFrom(JSON.stringify({ clauses: [{ duties: [{ due }] }] }))!;
    const sent = JSON.parse(textOf(draft)) as { clauses: { duties: { due: unknown }[] }[] };
    expect(sent.clauses[0]!.duties[0]!.due).toEqual(due);
  }
});

test("whom a duty applies to survives the way there and back", () => {
  for (const applies_if of [{ system_level_at_least: 5 }, { owns_site: true }]) {
    const draft = draftFrom(JSON.stringify({ clauses: [{ duties: [{ applies_if }] }] }))!;
    const sent = JSON.parse(textOf(draft)) as { clauses: { duties: { applies_if: unknown }[] }[] };
    expect(sent.clauses[0]!.duties[0]!.applies_if).toEqual(applies_if);
  }
});

test("text that is no JSON object is left to the source view", () => {
  for (const text of ["key: a\nclauses: []", "[1]", "null", ""]) expect(draftFrom(text)).toBeNull();
});

test("keys and days", () => {
  expect(keyFrom("Ủy ban nhân dân tỉnh Đồng Nai", "51/UBND-KGVX")).toBe("uy-ban-nhan-dan-tinh-dong-nai-51-ubnd-kgvx");
  expect(monthDay(" 14/6 ")).toBe("06-14");
  expect(monthDay("31/6")).toBe("31/6");
});

test("a fault is found at its field, and its group knows of it", () => {
  const fault = { field: "clauses[1].duties[0].due.day", line: 9, message: { vi: "sai", en: "wrong" } };
  expect(faultAt([fault], "clauses[1]")).toBe(fault);
  expect(faultAt([fault], "clauses[1].duties[0].due.day", true)).toBe(fault);
  expect(faultAt([fault], "clauses[1]", true)).toBeUndefined();
  expect(faultAt([fault], "clauses[10]")).toBeUndefined();
});
