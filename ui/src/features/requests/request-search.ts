import { REQUEST_STATES, type RequestState } from "@/lib/api-types";
import { readId, readText } from "@/lib/search-params";

export const REQUEST_VIEWS = ["open", "waiting", "late", "to_decide", "over", "all"] as const;
export type RequestView = (typeof REQUEST_VIEWS)[number];

/** What the URL of the list says; what is open when absent. */
export interface RequestsSearch {
  part?: RequestView;
  q?: string;
}

/** What the URL of one request says: which units are shown, and whose line is open beside them. */
export interface RequestSearch {
  state?: RequestState | "late";
  q?: string;
  line?: number;
}

export type ChangeRequestsSearch = (change: Partial<RequestsSearch>) => void;
export type ChangeRequestSearch = (change: Partial<RequestSearch>) => void;

export function readRequestsSearch(search: Record<string, unknown>): RequestsSearch {
  const view = REQUEST_VIEWS.find((known) => known === search.part);
  const q = readText(search.q);
  return { ...(view && view !== "open" ? { part: view } : {}), ...(q ? { q } : {}) };
}

export function readRequestSearch(search: Record<string, unknown>): RequestSearch {
  const state = search.state === "late" ? ("late" as const) : REQUEST_STATES.find((known) => known === search.state);
  const q = readText(search.q);
  const line = readId(search.line);
  return { ...(state ? { state } : {}), ...(q ? { q } : {}), ...(line ? { line } : {}) };
}
