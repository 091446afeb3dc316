import { SEVERITIES, type Severity } from "@/lib/api-types";
import type { FindingFilter } from "@/lib/queries";
import { readId, readText } from "@/lib/search-params";

/** What the URL of the detections page says. The open view is the plain address. */
export interface FindingSearch {
  view?: "mine" | "all";
  severity?: Severity[];
  q?: string;
  machine?: number;
  /** Only what this rule found. */
  rule?: string;
  /** A line for each rule instead of each finding. */
  group?: "rule";
  id?: number;
}

export type ChangeSearch = (change: Partial<FindingSearch>) => void;

export function readFindingSearch(search: Record<string, unknown>): FindingSearch {
  const wanted: unknown[] = Array.isArray(search.severity) ? search.severity : [];
  const severity = SEVERITIES.filter((known) => wanted.includes(known));
  const q = readText(search.q);
  const machine = readId(search.machine);
  const rule = readText(search.rule);
  const id = readId(search.id);
  return {
    ...(search.view === "mine" || search.view === "all" ? { view: search.view } : {}),
    ...(severity.length > 0 ? { severity } : {}),
    ...(q ? { q } : {}),
    ...(machine ? { machine } : {}),
    ...(rule ? { rule } : {}),
    ...(search.group === "rule" ? { group: "rule" as const } : {}),
    ...(id ? { id } : {}),
  };
}

export function filterOf(search: FindingSearch, unit?: number): FindingFilter {
  return { view: search.view ?? "open", unit, q: search.q, severity: search.severity, machine: search.machine, rule: search.rule };
}

export function isFiltered(search: FindingSearch): boolean {
  return Boolean(search.q ?? search.severity ?? search.machine ?? search.rule);
}
