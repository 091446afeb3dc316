import type { Incident, IncidentClock, IncidentPage } from "@/lib/api-types";

/** Pure: what the screens of incidents say, from what the hub says. */

const MINUTE_MS = 60_000;

export interface Span {
  days: number;
  hours: number;
  minutes: number;
}

/** A number of minutes in days, hours and minutes. */
export function spanOf(minutes: number): Span {
  return { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60) % 24, minutes: minutes % 60 };
}

export interface Left {
  /** Past its time. */
  over: boolean;
  span: Span;
}

/** How long is left, or how long ago it was due, in whole minutes. */
export function leftOf(due: string, now: number): Left {
  const left = Date.parse(due) - now;
  return { over: left < 0, span: spanOf(Math.floor(Math.abs(left) / MINUTE_MS)) };
}

export const isMet = ({ state }: Pick<IncidentClock, "state">) => state === "met" || state === "met_late";

/** The law says «at once»: its moment is the moment of detection itself. */
export const isAtOnce = (clock: Pick<IncidentClock, "due_at">, detectedAt: string) => clock.due_at !== null && Date.parse(clock.due_at) <= Date.parse(detectedAt);

/** The clock that somebody has to meet next; those that ran out stand first. */
export function nextToMeet(clocks: IncidentClock[]): IncidentClock | undefined {
  return clocks.filter((clock) => !isMet(clock)).sort((a, b) => (a.due_at ?? "9").localeCompare(b.due_at ?? "9"))[0];
}

export type Answer = { kind: "late" | "soon" | "calm" | "none"; count: number };

/** What is contained is not over. */
export const notClosed = ({ open, contained }: IncidentPage["counts"]) => open + contained;

/** The board in one sentence. */
export function answerOf(counts: IncidentPage["counts"]): Answer {
  if (counts.late > 0) return { kind: "late", count: counts.late };
  if (counts.soon > 0) return { kind: "soon", count: counts.soon };
  const alive = notClosed(counts);
  return alive > 0 ? { kind: "calm", count: alive } : { kind: "none", count: 0 };
}

/** Whether the two moments of an entry are worth telling apart. */
export const writtenLater = (happened: string, recorded: string) => Date.parse(recorded) - Date.parse(happened) >= MINUTE_MS;

/** Which documents fit where the incident stands. */
export function documentsFor({ state }: Pick<Incident, "state">): ("incident-first" | "incident-update" | "incident-closing")[] {
  if (state === "closed") return ["incident-closing"];
  return state === "contained" ? ["incident-first", "incident-update", "incident-closing"] : ["incident-first", "incident-update"];
}
