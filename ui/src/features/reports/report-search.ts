import { REPORT_STATES, type ReportState } from "@/lib/api-types";
import { isDay } from "@/lib/days";
import { readId, readText } from "@/lib/search-params";

/** What the URL of the documents says. */
export interface ReportsSearch {
  /** Which of the owed documents: those still to be handed in when absent. */
  owed?: "done";
  state?: ReportState;
  kind?: string;
  /** A new document of this kind is being made, of an incident that was found on this day, for a unit. */
  make?: string;
  incident?: number;
  day?: string;
  of?: number;
}

/** What is open beside one document: the source of a figure, or a form. */
export interface ReportSearch {
  figure?: string;
  edit?: "words" | "issuer";
}

export type ChangeReportsSearch = (change: Partial<ReportsSearch>) => void;
export type ChangeReportSearch = (change: ReportSearch) => void;

export function readReportsSearch(search: Record<string, unknown>): ReportsSearch {
  const state = REPORT_STATES.find((known) => known === search.state);
  const kind = readText(search.kind);
  const make = readText(search.make);
  const incident = readId(search.incident);
  const of = readId(search.of);
  const day = isDay(search.day) ? search.day : undefined;
  return { ...(make ? { make } : {}), ...(incident ? { incident } : {}), ...(of ? { of } : {}), ...(day ? { day } : {}), ...(search.owed === "done" ? { owed: "done" as const } : {}), ...(state ? { state } : {}), ...(kind ? { kind } : {}) };
}

export function readReportSearch(search: Record<string, unknown>): ReportSearch {
  const figure = readText(search.figure);
  const edit = (["words", "issuer"] as const).find((known) => known === search.edit);
  return { ...(figure ? { figure } : {}), ...(edit ? { edit } : {}) };
}
