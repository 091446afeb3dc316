import type { AdvisoryDecision, AdvisoryFeeds, PatchCounts } from "@/lib/api-types";
import { daysBetween } from "@/lib/days";

/** Machines that the advisory concerns: every state but «not affected». */
export function concerned(counts: PatchCounts): number {
  return counts.open + counts.mitigated + counts.accepted + counts.patched + counts.unknown;
}

export type Standing = "open" | "unknown" | "decided" | "done" | "none";

/** What the whole of it is, worst first: unknown is never done. */
export function standingOf(counts: PatchCounts): Standing {
  if (counts.open > 0) return "open";
  if (counts.unknown > 0) return "unknown";
  if (counts.accepted + counts.mitigated > 0) return "decided";
  return counts.patched > 0 ? "done" : "none";
}

/** Days until the due day; negative when it is over, null when there is none. */
export function daysLeft(dueOn: string | null, today: string): number | null {
  return dueOn === null ? null : daysBetween(today, dueOn);
}

/** The due day is near enough to be named in colour. */
export const SOON_DAYS = 7;

export type FeedWarning = "none" | "failed" | "old" | null;

/** The worst that can be said of the feeds. */
export function feedWarning(feeds: AdvisoryFeeds): FeedWarning {
  if (feeds.vulnerabilities === 0) return "none";
  if (feeds.items.some(({ stale }) => stale)) return "old";
  return feeds.items.some(({ failure }) => failure !== "") ? "failed" : null;
}

/** Whether a decision still holds on a day. */
export function holds(decision: AdvisoryDecision, today: string): boolean {
  return decision.ended_at === null && decision.until >= today;
}
