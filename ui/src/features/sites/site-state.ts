import type { Site, SiteCase, WatchedSite } from "@/lib/api-types";

import type { LabelFacet, SiteSearch } from "./site-search";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A look that is due begins within minutes; an hour later something is wrong. */
const GRACE_MS = HOUR_MS;
export const LABEL_SOON_DAYS = 30;
export const WATCHED_DAYS = 30;

export function isOverdue(watched: Pick<WatchedSite, "due_at" | "being_looked_at">, now: number): boolean {
  return watched.due_at !== null && !watched.being_looked_at && Date.parse(watched.due_at) + GRACE_MS < now;
}

/** Whole days from a day to another, both as YYYY-MM-DD. */
export function daysUntil(day: string, today: string): number {
  return Math.round((Date.parse(day.slice(0, 10)) - Date.parse(today)) / DAY_MS);
}

export function labelState({ label, label_valid_to: to }: Pick<Site, "label" | "label_valid_to">, today: string): LabelFacet {
  if (label === "") return "none";
  if (to === null) return "valid";
  const left = daysUntil(to, today);
  return left < 0 ? "expired" : left <= LABEL_SOON_DAYS ? "soon" : "valid";
}

/** A condition beyond words and status was chosen. */
export function isSieved(search: SiteSearch): boolean {
  return Boolean(search.class ?? search.label ?? search.certificate ?? search.overdue ?? search.waiting);
}

export const CASE_STEPS = ["confirm", "remove", "cause", "rescan", "watch", "close"] as const;
export type CaseStep = (typeof CASE_STEPS)[number];

/** The step a case stands at; null when it took another way out. */
export function stepOf({ state, confirmed_by: by }: Pick<SiteCase, "state" | "confirmed_by">): CaseStep | null {
  switch (state) {
    case "open":
      return by ? "remove" : "confirm";
    case "cause_wanted":
      return "cause";
    case "rescanning":
      return "rescan";
    case "watching":
      return "watch";
    case "closed":
      return "close";
    case "legitimate":
      return null;
  }
}

/** The day of the 30 that a watched case is in, from 1. */
export function watchedDay(until: string, now: number): number {
  const left = Math.ceil((Date.parse(until) - now) / DAY_MS);
  return Math.min(WATCHED_DAYS, Math.max(1, WATCHED_DAYS - left + 1));
}

export function lasted(from: string, now: number): { days: number; hours: number } {
  const hours = Math.max(0, Math.floor((now - Date.parse(from)) / HOUR_MS));
  return { days: Math.floor(hours / 24), hours: hours % 24 };
}
