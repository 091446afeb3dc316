import type { PageDifference } from "@/lib/api-types";

export type DiffRow =
  | { kind: "fold"; count: number }
  | { kind: "same" | "removed" | "added"; left: number | null; right: number | null; text: string };

const AROUND = 3;

/** Runs as numbered rows; of equal ones only those beside a change. */
export function rowsOf(runs: PageDifference["runs"]): DiffRow[] {
  const rows: DiffRow[] = [];
  let left = 1;
  let right = 1;
  runs.forEach(({ kind, lines }, index) => {
    const before = index > 0 ? AROUND : 0;
    const after = index < runs.length - 1 ? AROUND : 0;
    const folds = kind === "same" && lines.length > before + after + 1;
    if (folds) pushRows(lines.slice(0, before), left, right);
    if (folds) rows.push({ kind: "fold", count: lines.length - before - after });
    const rest = folds ? lines.length - after : 0;
    const shown = folds ? lines.slice(rest) : lines;
    if (kind === "same") pushRows(shown, left + rest, right + rest);
    for (const [at, text] of kind === "same" ? [] : lines.entries()) {
      rows.push({ kind, left: kind === "removed" ? left + at : null, right: kind === "added" ? right + at : null, text });
    }
    if (kind !== "added") left += lines.length;
    if (kind !== "removed") right += lines.length;
  });
  return rows;

  function pushRows(lines: string[], fromLeft: number, fromRight: number) {
    lines.forEach((text, at) => rows.push({ kind: "same", left: fromLeft + at, right: fromRight + at, text }));
  }
}
