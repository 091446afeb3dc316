import type { DeviceGap } from "@/lib/api-types";
import { readText } from "@/lib/search-params";

/** What spreads first stands first. */
export const GAPS = [
  "infected",
  "engine_off",
  "scan_old",
  "not_scanned",
  "silent",
  "marked",
  "no_agent",
] as const satisfies readonly DeviceGap[];

export interface CoverageSearch {
  q?: string;
  gap?: DeviceGap;
}

export function readCoverageSearch(search: Record<string, unknown>): CoverageSearch {
  const q = readText(search.q);
  const gap = GAPS.find((known) => known === search.gap);
  return { ...(q ? { q } : {}), ...(gap ? { gap } : {}) };
}
