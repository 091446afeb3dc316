import type { ContentRelease } from "@/lib/api-types";

export const RINGS = ["lab", "one_percent", "ten_percent", "rest", "critical"] as const;
export type RingState = "past" | "now" | "ahead" | "stopped";

/** Where a ring stands on a release's way; what was stopped stays where it was. */
export function ringState(release: Pick<ContentRelease, "standing" | "ring">, ring: ContentRelease["ring"]): RingState {
  const place = RINGS.indexOf(ring) - RINGS.indexOf(release.ring);
  if (release.standing === "done" || place < 0) return "past";
  if (place > 0) return "ahead";
  return release.standing === "rolling" ? "now" : "stopped";
}
