import { isDay } from "@/lib/days";
import { readId, readText } from "@/lib/search-params";

export const GROUPS = ["province", "commune", "service", "business"] as const;
export type UnitGroup = (typeof GROUPS)[number];

/** What the URL of the obligations says; the open cell too, so that a link to it can be sent. */
export interface DutySearch {
  group?: UnitGroup;
  overdue?: true;
  /** Only clauses that several agencies have to keep. */
  shared?: true;
  directive?: number;
  q?: string;
  as_of?: string;
  /** Unit and clause, as 12.KG-1.5b. */
  cell?: string;
}

export type ChangeDutySearch = (change: Partial<DutySearch>) => void;

export function readDutySearch(search: Record<string, unknown>): DutySearch {
  const group = GROUPS.find((known) => known === search.group);
  const directive = readId(search.directive);
  const q = readText(search.q);
  const cell = readText(search.cell);
  return {
    ...(group ? { group } : {}),
    ...(search.overdue === true ? { overdue: true as const } : {}),
    ...(search.shared === true ? { shared: true as const } : {}),
    ...(directive ? { directive } : {}),
    ...(q ? { q } : {}),
    ...(isDay(search.as_of) ? { as_of: search.as_of } : {}),
    ...(cell && readCell(cell) ? { cell } : {}),
  };
}

export interface CellName {
  unit: number;
  clause: string;
}

export function readCell(text: string | undefined): CellName | null {
  const found = /^([1-9]\d{0,15})\.(.{1,40})$/.exec(text ?? "");
  return found ? { unit: Number(found[1]), clause: found[2]! } : null;
}

export const writeCell = ({ unit, clause }: CellName) => `${unit}.${clause}`;
