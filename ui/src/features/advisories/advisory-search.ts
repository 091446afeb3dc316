import { PATCH_STATES, SEVERITIES, type AdvisoryKind, type PatchState, type Severity } from "@/lib/api-types";
import { readText } from "@/lib/search-params";

export const ADVISORY_VIEWS = ["open", "overdue", "exploited", "unknown", "all"] as const;
export type AdvisoryView = (typeof ADVISORY_VIEWS)[number];

/** What the URL of the list says. The open view is the plain address. */
export interface AdvisorySearch {
  q?: string;
  show?: Exclude<AdvisoryView, "open">;
  kind?: AdvisoryKind;
  level?: Severity;
}

/** Of one advisory's page: which machines are shown. */
export interface MachineStateSearch {
  state?: PatchState;
}

export type ChangeAdvisorySearch = (change: Partial<AdvisorySearch>) => void;

export function readAdvisorySearch(search: Record<string, unknown>): AdvisorySearch {
  const q = readText(search.q);
  const show = (["overdue", "exploited", "unknown", "all"] as const).find((one) => one === search.show);
  const kind = (["vulnerability", "letter"] as const).find((one) => one === search.kind);
  const level = SEVERITIES.find((one) => one === search.level);
  return { ...(q && { q }), ...(show && { show }), ...(kind && { kind }), ...(level && { level }) };
}

export function readMachineState(search: Record<string, unknown>): MachineStateSearch {
  const state = PATCH_STATES.find((one) => one === search.state);
  return state ? { state } : {};
}
