import { STATE_OF } from "@/components/duty-tag";
import type { DutyMatrix, DutyState, UnitKind } from "@/lib/api-types";
import { fold } from "@/lib/fold";

import type { DutySearch, UnitGroup } from "./duty-search";

export type MatrixColumn = DutyMatrix["columns"][number];
export type MatrixRow = DutyMatrix["rows"][number];
export type MatrixDirective = DutyMatrix["directives"][number];

/** A column with its place in the characters of every row. */
export interface ShownColumn extends MatrixColumn {
  place: number;
}

export interface ColumnGroup {
  directive: MatrixDirective;
  first: number;
  count: number;
}

export interface ShownRow extends MatrixRow {
  /** Overdue among the columns that are shown. */
  shownOverdue: number;
}

export interface MatrixView {
  columns: ShownColumn[];
  groups: ColumnGroup[];
  rows: ShownRow[];
  /** Clauses that are not drawn because none of the rows has to keep them (or only one, when that is asked for). */
  hidden: number;
}

const GROUP_OF: Record<UnitKind, UnitGroup> = {
  province: "province",
  department: "province",
  police: "province",
  military: "province",
  commune: "commune",
  district: "commune",
  school: "service",
  hospital: "service",
  public_service: "service",
  enterprise: "business",
  telecom: "business",
  media: "business",
  other: "business",
};

export function groupsPresent(matrix: DutyMatrix): Set<UnitGroup> {
  return new Set(matrix.rows.map(({ kind }) => GROUP_OF[kind]));
}

export function viewOf(matrix: DutyMatrix, search: DutySearch): MatrixView {
  const breadth = breadthOf(matrix);
  const wanted = matrix.columns
    .map((column, place) => ({ ...column, place }))
    .filter(({ directive }) => search.directive === undefined || directive === search.directive)
    .sort((a, b) => (breadth.get(b.directive) ?? 0) - (breadth.get(a.directive) ?? 0) || a.place - b.place);
  const words = fold(search.q ?? "");
  const candidates = matrix.rows
    .filter(({ kind }) => !search.group || GROUP_OF[kind] === search.group)
    .filter(({ unit }) => fold(unit.name).includes(words));
  const needed = search.shared ? 2 : 1;
  const columns = wanted.filter(({ place }) => candidates.filter(({ cells }) => (cells[place] ?? ".") !== ".").length >= needed);
  const rows = candidates
    .map((row) => ({ ...row, shownOverdue: columns.filter(({ place }) => row.cells[place] === "o").length }))
    .filter(({ shownOverdue }) => !search.overdue || shownOverdue > 0);
  return { columns, groups: groupColumns(matrix, columns), rows, hidden: wanted.length - columns.length };
}

/** How many cells each directive fills: what most agencies have to keep stands first, each in its own order. */
function breadthOf(matrix: DutyMatrix): Map<number, number> {
  const breadth = new Map<number, number>();
  for (const { directive, counts } of matrix.columns) {
    const filled = Object.values(counts).reduce((sum, count) => sum + count, 0);
    breadth.set(directive, (breadth.get(directive) ?? 0) + filled);
  }
  return breadth;
}

/** The columns of one directive stand beside each other under its name. */
function groupColumns(matrix: DutyMatrix, columns: ShownColumn[]): ColumnGroup[] {
  const known = new Map(matrix.directives.map((directive) => [directive.id, directive]));
  const groups: ColumnGroup[] = [];
  columns.forEach((column, index) => {
    const last = groups.at(-1);
    if (last?.directive.id === column.directive) last.count++;
    else {
      const directive = known.get(column.directive);
      if (directive) groups.push({ directive, first: index, count: 1 });
    }
  });
  return groups;
}

export function stateAt(row: MatrixRow, column: ShownColumn): DutyState | undefined {
  return STATE_OF[row.cells[column.place] ?? "."];
}

/** How many of the addressed cells of one row are in each state. */
export function countStates(row: MatrixRow, columns: ShownColumn[]): Record<DutyState, number> {
  const counts = { met: 0, waiting: 0, not_due: 0, due_soon: 0, overdue: 0, unknown: 0, not_applicable: 0 };
  for (const column of columns) {
    const state = stateAt(row, column);
    if (state) counts[state]++;
  }
  return counts;
}

/** New figures come in, but no row moves under the cursor: the same units keep the order they were first shown in. */
export function keepOrder(order: readonly number[], rows: ShownRow[]): ShownRow[] {
  if (order.length === 0) return rows;
  const place = new Map(order.map((id, index) => [id, index]));
  return [...rows].sort((a, b) => (place.get(a.unit.id) ?? Infinity) - (place.get(b.unit.id) ?? Infinity));
}

export interface Position {
  row: number;
  column: number;
}

const PAGE_ROWS = 12;

/** Where a key leads from a cell; null when the key means nothing here. */
export function moved(key: string, control: boolean, from: Position, rows: number, columns: number): Position | null {
  const last = { row: rows - 1, column: columns - 1 };
  const steps: Record<string, Position | undefined> = {
    ArrowUp: { row: from.row - 1, column: from.column },
    ArrowDown: { row: from.row + 1, column: from.column },
    ArrowLeft: { row: from.row, column: from.column - 1 },
    ArrowRight: { row: from.row, column: from.column + 1 },
    Home: { row: control ? 0 : from.row, column: 0 },
    End: { row: control ? last.row : from.row, column: last.column },
    PageUp: { row: from.row - PAGE_ROWS, column: from.column },
    PageDown: { row: from.row + PAGE_ROWS, column: from.column },
  };
  const to = steps[key];
  return to
    ? { row: Math.max(0, Math.min(last.row, to.row)), column: Math.max(0, Math.min(last.column, to.column)) }
    : null;
}
