import { SHARE_STATES, type ShareState } from "@/lib/api-types";
import { readText } from "@/lib/search-params";

export const UNIT_VIEWS = ["all", "never", "silent", "regular"] as const;
export type UnitView = (typeof UNIT_VIEWS)[number];

/** What the URL of sharing says: which units, which messages. */
export interface SharingSearch {
  units?: UnitView;
  q?: string;
  messages?: ShareState;
}

export type ChangeSharingSearch = (change: Partial<SharingSearch>) => void;

export function readSharingSearch(search: Record<string, unknown>): SharingSearch {
  const units = UNIT_VIEWS.find((known) => known === search.units);
  const messages = SHARE_STATES.find((known) => known === search.messages);
  const q = readText(search.q);
  return { ...(units ? { units } : {}), ...(q ? { q } : {}), ...(messages ? { messages } : {}) };
}
