import type { RegisterState } from "@/lib/api-types";
import { isDay } from "@/lib/days";
import { readId, readText } from "@/lib/search-params";

export const REGISTER_STATES = ["waiting", "approved", "refused", "withdrawn", "replaced"] as const satisfies readonly RegisterState[];

export interface RegisterSearch {
  q?: string;
  /** Absent: what counts now. */
  state?: RegisterState;
  as_of?: string;
  id?: number;
  add?: true;
}

export type ChangeRegisterSearch = (change: Partial<RegisterSearch>) => void;

export function readRegisterSearch(search: Record<string, unknown>): RegisterSearch {
  const q = readText(search.q);
  const id = readId(search.id);
  const state = REGISTER_STATES.find((known) => known === search.state);
  return {
    ...(q ? { q } : {}),
    ...(state ? { state } : {}),
    ...(isDay(search.as_of) ? { as_of: search.as_of } : {}),
    ...(id ? { id } : {}),
    ...(search.add === true ? { add: true as const } : {}),
  };
}
