import { isDay } from "@/lib/days";

/** What the URL of the roster says: which month is drawn, and of which window the units are listed. */
export interface RosterSearch {
  /** YYYY-MM; this month when absent. */
  month?: string;
  /** First day off of the window; the next one when absent. */
  window?: string;
  /** Units that are complete too. */
  every?: true;
}

export type ChangeRosterSearch = (change: Partial<RosterSearch> & { unit?: number }) => void;

export function readRosterSearch(search: Record<string, unknown>): RosterSearch {
  const { month, window } = search;
  return {
    ...(typeof month === "string" && isDay(`${month}-01`) ? { month } : {}),
    ...(isDay(window) ? { window } : {}),
    ...(search.every === true ? { every: true as const } : {}),
  };
}
