import type { SiteCaseDetail, SiteCause, SiteLook } from "@/lib/api-types";

type Event = SiteCaseDetail["history"][number]["event"];

export interface TimelineEntry {
  kind: Event | "look" | "came_back";
  at: string;
  who?: string;
  cause?: SiteCause;
  note?: string;
  /** Which return of the same case it is, from 1. */
  recurrence?: number;
  /** Of a look; null: no answer. */
  pages?: number | null;
}

/** The case's history and the last look, newest first. What is found after the case was clean came back. */
export function timelineOf(shown: SiteCaseDetail | undefined, look: SiteLook | null): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  let clean = false;
  let returns = 0;
  for (const one of [...(shown?.history ?? [])].reverse()) {
    const back = one.event === "found" && clean;
    if (one.event === "clean" || one.event === "stayed") clean = true;
    if (one.event === "found") clean = false;
    entries.push({
      kind: back ? "came_back" : one.event,
      at: one.at,
      who: one.who?.name,
      cause: one.cause ?? undefined,
      note: one.note,
      ...(back ? { recurrence: ++returns } : {}),
    });
  }
  if (look) entries.push({ kind: "look", at: look.finished_at, pages: look.answered ? look.pages : null });
  return entries.sort((a, b) => b.at.localeCompare(a.at));
}
