import { SEVERITIES, type Severity } from "@/lib/api-types";
import { readId, readText } from "@/lib/search-params";

export const VIEWS = ["open", "late", "soon", "contained", "mine", "closed"] as const;
export type IncidentView = (typeof VIEWS)[number];

/** What the URL of the board says. What is not closed is the plain address. */
export interface IncidentSearch {
  show?: Exclude<IncidentView, "open">;
  level?: Severity;
  q?: string;
}

/** What a new incident begins with: a finding, or what a rule proposes for a unit. */
export interface IncidentNewSearch {
  finding?: number;
  rule?: string;
  of?: number;
}

export type ChangeIncidentSearch = (change: Partial<IncidentSearch>) => void;

export function readIncidentSearch(search: Record<string, unknown>): IncidentSearch {
  const show = VIEWS.find((known) => known === search.show);
  const level = SEVERITIES.find((known) => known === search.level);
  const q = readText(search.q);
  return { ...(show && show !== "open" ? { show } : {}), ...(level ? { level } : {}), ...(q ? { q } : {}) };
}

export function readIncidentNew(search: Record<string, unknown>): IncidentNewSearch {
  const finding = readId(search.finding);
  const rule = readText(search.rule);
  const of = readId(search.of);
  return { ...(finding ? { finding } : {}), ...(rule ? { rule } : {}), ...(of ? { of } : {}) };
}
