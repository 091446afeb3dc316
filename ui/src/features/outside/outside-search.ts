import type { OutsideRequestState } from "@/lib/api-types";
import { readText } from "@/lib/search-params";

export const OUTSIDE_STATES = ["open", "answered", "closed"] as const satisfies readonly OutsideRequestState[];

export interface OutsideSearch {
  state?: OutsideRequestState;
  q?: string;
}

export type ChangeOutsideSearch = (change: Partial<OutsideSearch>) => void;

export function readOutsideSearch(search: Record<string, unknown>): OutsideSearch {
  const state = OUTSIDE_STATES.find((known) => known === search.state);
  const q = readText(search.q);
  return { ...(state ? { state } : {}), ...(q ? { q } : {}) };
}
