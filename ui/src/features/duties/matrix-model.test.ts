import { expect, test } from "vitest";

import type { DutyMatrix } from "@/lib/api-types";

import { readCell, readDutySearch, writeCell } from "./duty-search";
import { countStates, groupsPresent, keepOrder, moved, stateAt, viewOf } from "./matrix-model";

const text = (vi: string) => ({ vi, en: vi });
const counts = { met: 0, waiting: 0, not_due: 0, due_soon: 0, overdue: 0, unknown: 0, not_applicable: 0 };
const column = (clause: string, directive: number) => ({
  clause,
  directive,
  title: text(clause),
  kinds: ["records" as const],
  recurrence: "yearly" as const,
  due: null,
  counts,
});
const row = (id: number, name: string, kind: "commune" | "department", cells: string) => ({
  unit: { id, name },
  kind,
  overdue: [...cells].filter((cell) => cell === "o").length,
  cells,
});
const directive = (id: number, key: string) => ({ id, key, number: null, issuer: text("Tỉnh"), title: text(key) });

const matrix: DutyMatrix = {
  as_of: "2026-11-25",
  unassigned: [],
  directives: [directive(1, "một"), directive(2, "hai")],
  columns: [column("A-1", 1), column("A-2", 1), column("B-1", 2)],
  rows: [row(7, "UBND xã Mỹ Châu", "commune", "oms"), row(8, "Sở Đất đai", "department", ".wo"), row(9, "UBND xã Bình", "commune", "nux")],
};

test("columns of a directive stand under one heading", () => {
  const { groups } = viewOf(matrix, {});
  expect(groups.map(({ directive: { key }, first, count }) => [key, first, count])).toEqual([
    ["một", 0, 2],
    ["hai", 2, 1],
  ]);
});

test("the directive that most agencies have to keep stands first, its clauses in their own order", () => {
  const counted = { ...matrix, columns: matrix.columns.map((one) => ({ ...one, counts: { ...counts, met: one.directive === 2 ? 9 : 1 } })) };
  const view = viewOf(counted, {});
  expect(view.columns.map(({ clause }) => clause)).toEqual(["B-1", "A-1", "A-2"]);
  expect(stateAt(view.rows[0]!, view.columns[0]!)).toBe("due_soon");
});

test("one directive only: cells are still read at their own place", () => {
  const view = viewOf(matrix, { directive: 2 });
  expect(view.columns).toHaveLength(1);
  expect(view.rows.map((one) => stateAt(one, view.columns[0]!))).toEqual(["due_soon", "overdue", "not_applicable"]);
  expect(view.rows.map(({ shownOverdue }) => shownOverdue)).toEqual([0, 1, 0]);
});

test("rows are filtered by group, overdue and a name without marks", () => {
  expect(viewOf(matrix, { group: "commune" }).rows).toHaveLength(2);
  expect(viewOf(matrix, { overdue: true }).rows.map(({ unit }) => unit.id)).toEqual([7, 8]);
  expect(viewOf(matrix, { q: "my chau" }).rows.map(({ unit }) => unit.id)).toEqual([7]);
  expect(groupsPresent(matrix)).toEqual(new Set(["commune", "province"]));
});

test("a clause that none of the rows has to keep is not drawn, and that is counted", () => {
  const view = viewOf(matrix, { group: "province" });
  expect(view.columns.map(({ clause }) => clause)).toEqual(["A-2", "B-1"]);
  expect(view.hidden).toBe(1);
  expect(view.rows.map((one) => stateAt(one, view.columns[0]!))).toEqual(["waiting"]);
  expect(viewOf(matrix, { shared: true, q: "my" }).columns).toEqual([]);
  expect(viewOf(matrix, { shared: true }).hidden).toBe(0);
});

test("what is not addressed has no state and counts nowhere", () => {
  const view = viewOf(matrix, {});
  expect(stateAt(view.rows[1]!, view.columns[0]!)).toBeUndefined();
  expect(countStates(view.rows[1]!, view.columns)).toEqual({ ...counts, waiting: 1, overdue: 1 });
});

test("fresh figures move no row", () => {
  const { rows } = viewOf(matrix, {});
  expect(keepOrder([9, 7, 8], rows).map(({ unit }) => unit.id)).toEqual([9, 7, 8]);
  expect(keepOrder([9], rows).map(({ unit }) => unit.id)).toEqual([9, 7, 8]);
});

test("keys walk the grid and stop at its edges", () => {
  const at = { row: 1, column: 1 };
  expect(moved("ArrowRight", false, at, 3, 3)).toEqual({ row: 1, column: 2 });
  expect(moved("ArrowRight", false, { row: 1, column: 2 }, 3, 3)).toEqual({ row: 1, column: 2 });
  expect(moved("Home", false, at, 3, 3)).toEqual({ row: 1, column: 0 });
  expect(moved("End", true, at, 3, 3)).toEqual({ row: 2, column: 2 });
  expect(moved("PageDown", false, at, 3, 3)).toEqual({ row: 2, column: 1 });
  expect(moved("a", false, at, 3, 3)).toBeNull();
});

test("the open cell is in the address, and nonsense is not", () => {
  expect(readCell(writeCell({ unit: 12, clause: "ĐN-1.1a" }))).toEqual({ unit: 12, clause: "ĐN-1.1a" });
  expect(readDutySearch({ cell: "0.x", as_of: "2027-02-30", group: "x", overdue: "yes", directive: -1 })).toEqual({});
  expect(readDutySearch({ cell: "12.KG-1.5b", as_of: "2026-12-05", overdue: true, group: "commune" })).toEqual({
    cell: "12.KG-1.5b",
    as_of: "2026-12-05",
    overdue: true,
    group: "commune",
  });
});
