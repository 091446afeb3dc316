import type { IncidentClock } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useNow } from "@/lib/now";

import { isAtOnce, isMet, leftOf } from "./incident-model";
import { useIncidentWords } from "./words";

/** What a clock says of itself now: «còn 5 giờ 12 phút», «phải báo ngay», «đã báo 26/11/2026 20:14». */
export function useLeft(): (clock: IncidentClock, detectedAt: string) => string {
  const words = useIncidentWords();
  const now = useNow();
  return (clock, detectedAt) => {
    if (isMet(clock)) return clock.met_at ? words.metAt(format.dateTime(clock.met_at)) : words.clockStates[clock.state];
    if (clock.due_at === null) return words.clockStates.no_number;
    if (isAtOnce(clock, detectedAt)) return words.atOnce;
    const { over, span } = leftOf(clock.due_at, now);
    return (over ? words.over : words.left)(words.span(span));
  };
}
