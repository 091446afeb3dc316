import { isDay, today } from "./days";
import * as format from "./format";

/** A moment as a person types it, at UTC+7: a day and a time of day. */
export interface DayTime {
  day: string;
  time: string;
}

const HANOI = "+07:00";
const TIME = /^([01]?\d|2[0-3])[:.hg]([0-5]\d)$/i;

/** 7:30, 07.30 and 7h30 are all half past seven. */
export const isTime = (text: string) => TIME.test(text.trim());

/** RFC 3339 UTC with milliseconds, as the hub speaks; null when it is no moment. */
export function momentOf({ day, time }: DayTime): string | null {
  const found = TIME.exec(time.trim());
  if (!isDay(day) || !found) return null;
  return new Date(`${day}T${found[1]!.padStart(2, "0")}:${found[2]}:00.000${HANOI}`).toISOString();
}

export function dayTimeOf(moment: string | number): DayTime {
  return { day: today(new Date(moment).getTime()), time: format.time(moment) };
}
