import type { CalendarYear } from "@/lib/api-types";
import { addDays, daysBetween } from "@/lib/days";

export interface DayMarks {
  /** Names of the holiday, in the reader's language. */
  holiday?: CalendarYear["holidays"][number];
  /** One of the days the law itself names. */
  core?: boolean;
  off?: boolean;
  work?: boolean;
  window?: boolean;
  deadlines: CalendarYear["deadlines"];
}

const MOST_DAYS = 400;

/** What there is to say about each day that is not an ordinary one. */
export function marksOf(calendar: CalendarYear): Map<string, DayMarks> {
  const marks = new Map<string, DayMarks>();
  const at = (day: string) => {
    const known = marks.get(day) ?? { deadlines: [] };
    marks.set(day, known);
    return known;
  };
  for (const holiday of calendar.holidays) {
    for (const day of span(holiday.from, holiday.to)) Object.assign(at(day), { holiday, core: holiday.core.includes(day) });
  }
  for (const { off, work } of calendar.swaps) {
    at(off).off = true;
    at(work).work = true;
  }
  for (const window of calendar.windows) for (const day of span(window.from, window.to)) at(day).window = true;
  for (const deadline of calendar.deadlines) at(deadline.due).deadlines.push(deadline);
  return marks;
}

function span(from: string, to: string): string[] {
  const count = Math.min(MOST_DAYS, daysBetween(from, to) + 1);
  return Array.from({ length: Math.max(0, count) }, (_, index) => addDays(from, index));
}

/** One line for what many clauses demand by the same day. */
export interface DeadlineDay {
  due: string;
  deadlines: CalendarYear["deadlines"];
}

export function byDay(deadlines: CalendarYear["deadlines"]): DeadlineDay[] {
  const days = new Map<string, CalendarYear["deadlines"]>();
  for (const deadline of deadlines) days.set(deadline.due, [...(days.get(deadline.due) ?? []), deadline]);
  return [...days].sort(([a], [b]) => a.localeCompare(b)).map(([due, list]) => ({ due, deadlines: list }));
}
