import { SEVERITIES, type Severity } from "@/lib/api-types";
import type { FindingFilter } from "@/lib/queries";

/** What the URL of the detections page says. The open view is the plain address. */
export interface FindingSearch {
  view?: "mine" | "all";
  severity?: Severity[];
  q?: string;
  machine?: number;
  id?: number;
}

export type ChangeSearch = (change: Partial<FindingSearch>) => void;

export function readFindingSearch(search: Record<string, unknown>): FindingSearch {
  const severity = Array.isArray(search.severity) ? SEVERITIES.filter((known) => (search.severity as unknown[]).includes(known)) : [];
  return {
    ...(search.view === "mine" || search.view === "all" ? { view: search.view } : {}),
    ...(severity.length > 0 ? { severity } : {}),
    ...(search.q !== undefined && search.q !== "" ? { q: String(search.q) } : {}),
    ...(isId(search.machine) ? { machine: search.machine } : {}),
    ...(isId(search.id) ? { id: search.id } : {}),
  };
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

export function filterOf(search: FindingSearch, unit?: number): FindingFilter {
  return { view: search.view ?? "open", unit, q: search.q, severity: search.severity, machine: search.machine };
}

export function isFiltered(search: FindingSearch): boolean {
  return Boolean(search.q ?? search.severity ?? search.machine);
}
