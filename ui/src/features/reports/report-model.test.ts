import { describe, expect, test } from "vitest";

import type { ReportCalendarItem, ReportFigure, ReportKind } from "@/lib/api-types";

import { answerOf, changesOf, documentsOf, firstRecipient, groupsOf, localLink, periodsOf, stepsOf, unitOfNew } from "./report-model";

const text = (words: string) => ({ vi: words, en: words });
const item = (change: Partial<ReportCalendarItem>): ReportCalendarItem => ({
  kind: "year",
  name: text("Báo cáo năm"),
  duty: "d",
  clause: "TH-3.1",
  unit: { id: 12, name: "UBND xã An Lộc" },
  period: { id: "2026", name: text("Năm 2026"), from: "2026-01-01", to: "2026-12-31" },
  due_on: "2026-12-05",
  state: "due_soon",
  report: null,
  ...change,
});
const other = { id: 13, name: "UBND xã Mỹ Châu" };
const TODAY = "2026-11-26";

describe("what is owed", () => {
  test("a document that two clauses ask for is one, with the most urgent of their states and days", () => {
    const [document, ...rest] = documentsOf([item({ state: "not_due", due_on: "2026-12-20" }), item({ clause: "ĐN-5.2", state: "overdue", due_on: "2026-11-20", report: 7 })]);
    expect(rest).toEqual([]);
    expect(document).toMatchObject({ state: "overdue", due_on: "2026-11-20", report: 7 });
    expect(document!.items.map(({ clause }) => clause)).toEqual(["TH-3.1", "ĐN-5.2"]);
  });

  test("the same document of many agencies is one line, the late agency first", () => {
    const groups = groupsOf([item({}), item({ unit: other, state: "overdue" })]);
    expect(groups).toHaveLength(1);
    expect(groups[0]!.documents.map(({ unit }) => unit.id)).toEqual([13, 12]);
  });

  test("the day of a line is of those who have still to hand in", () => {
    const groups = groupsOf([item({ state: "met", due_on: "2026-11-01" }), item({ unit: other, due_on: "2026-12-09" })]);
    expect(groups[0]!.due_on).toBe("2026-12-09");
  });

  test("the answer counts what is overdue and what is due within thirty days, each line once", () => {
    const items = [
      item({ state: "overdue", due_on: "2026-11-20" }),
      item({ unit: other }),
      item({ kind: "quarter", due_on: "2026-12-26" }),
      item({ kind: "later", due_on: "2026-12-27", state: "not_due" }),
      item({ kind: "done", state: "met" }),
      item({ kind: "waiting", state: "waiting" }),
    ];
    expect(answerOf(items, TODAY)).toEqual({ overdue: 1, soon: 1, next: "2026-12-05" });
  });

  test("without anything owed nothing is near", () => {
    expect(answerOf([item({ due_on: null, state: "unknown" })], TODAY)).toEqual({ overdue: 0, soon: 0, next: null });
  });
});

describe("making one", () => {
  const kind = (of_unit: boolean, of_tenant: boolean): ReportKind => ({ id: "k", version: 1, name: text("K"), every: "year", of_unit, of_tenant, duties: [], fields: [] });
  const root = { id: 1, name: "Tỉnh" };
  const province = { role: "province_admin" as const, scope: [root] };
  const officer = { role: "unit_officer" as const, scope: [other] };

  test("names the unit where a unit makes it, and nobody where the whole does", () => {
    expect(unitOfNew(kind(true, false), other, province)).toBe(13);
    expect(unitOfNew(kind(false, true), other, province)).toBeUndefined();
    expect(unitOfNew(kind(true, true), root, province)).toBeUndefined();
    expect(unitOfNew(kind(true, true), other, province)).toBe(13);
    expect(unitOfNew(kind(true, true), other, officer)).toBe(13);
  });

  test("offers the periods of its rhythm, newest first, over the turn of a year", () => {
    expect(periodsOf("quarter", "2026-02-10").slice(0, 3)).toEqual(["2026-Q1", "2025-Q4", "2025-Q3"]);
    expect(periodsOf("quarter", "2026-12-31")[0]).toBe("2026-Q4");
    expect(periodsOf("half_year", "2026-07-01").slice(0, 2)).toEqual(["2026-H2", "2026-H1"]);
    expect(periodsOf("year", "2026-07-01")).toEqual(["2026", "2025"]);
    expect(periodsOf("once", "2026-07-01")[0]).toBe("2026-07-01");
  });
});

test("a document that went out on paper has no signature behind it", () => {
  const by = { id: 1, name: "A" };
  const history = [{ what: "sent" as const, at: "2026-11-02T00:00:00.000Z", by, words: "" }, { what: "frozen" as const, at: "2026-11-01T00:00:00.000Z", by, words: "" }];
  const report = { state: "sent" as const, signer: "" } as Parameters<typeof stepsOf>[0]["report"];
  expect(stepsOf({ report, history }).map(({ standing }) => standing)).toEqual(["done", "done", "skipped", "now", "later"]);
  expect(stepsOf({ report: { ...report, signer: "Hải" }, history })[2]!.standing).toBe("done");
});

test("what changed, what stayed and what is new are three things", () => {
  const figure = (before: string | null, changed: boolean): ReportFigure => ({ id: "f", label: text("F"), words: text("1"), known: true, query: "q v1", row_count: 0, before: before === null ? null : text(before), changed });
  expect(changesOf([figure("2", true), figure("1", false), figure(null, false)])).toMatchObject({ changed: [{ changed: true }], same: 1, fresh: 1 });
});

test("only a page of this house is followed", () => {
  expect(localLink("/may-tinh/17")).toEqual({ to: "/may-tinh/17", search: {} });
  expect(localLink("/phat-hien?id=1004&view=all")).toEqual({ to: "/phat-hien", search: { id: 1004, view: "all" } });
  for (const link of ["", "//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil", "/a b", "/x#y"]) expect(localLink(link), link).toBeNull();
});

test("the archive and «như trên» receive nothing", () => {
  expect(firstRecipient(["- Như trên;", "Cục An toàn thông tin;", "Lưu: VT."])).toBe("Cục An toàn thông tin");
  expect(firstRecipient(["Lưu: VT."])).toBe("");
});
