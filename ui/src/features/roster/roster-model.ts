import type { Roster, RosterSpan, RosterWindow, Shift } from "@/lib/api-types";
import { addDays, today, weekday } from "@/lib/days";

/** Pure: where the bars of a roster stand, at UTC+7. */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
export const WEEK_MINUTES = 7 * 24 * 60;
const SNAP_MINUTES = 30;

export const startOf = (day: string) => Date.parse(`${day}T00:00:00.000+07:00`);

/** The Mondays of the weeks a month touches. */
export function weeksOf(month: string): string[] {
  const first = `${month}-01`;
  const monday = addDays(first, -weekday(first));
  const weeks: string[] = [];
  for (let day = monday; day.slice(0, 7) <= month; day = addDays(day, 7)) weeks.push(day);
  return weeks;
}

export const monthAfter = (month: string, by: number) => {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))];
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
};

export interface Place {
  /** Minutes after the beginning of the week. */
  from: number;
  to: number;
  /** It began before, it goes on after: the bar is open at that end. */
  before: boolean;
  after: boolean;
}

/** The part of a span that is in the week of that Monday; null when there is none. */
export function placeIn(monday: string, span: { from: string; to: string }): Place | null {
  const start = startOf(monday);
  const [from, to] = [(Date.parse(span.from) - start) / MINUTE_MS, (Date.parse(span.to) - start) / MINUTE_MS];
  if (to <= 0 || from >= WEEK_MINUTES || to <= from) return null;
  return { from: Math.max(0, from), to: Math.min(WEEK_MINUTES, to), before: from < 0, after: to > WEEK_MINUTES };
}

export type Bar = { place: Place; lane: number } & ({ kind: "shift"; shift: Shift } | { kind: "gap"; gap: RosterSpan });

type Shown = Pick<Roster, "shifts" | "windows" | "gaps">;

/** Who has to watch always has gaps outside of the windows too. */
export const gapsOf = ({ gaps, windows }: Shown): RosterSpan[] => gaps ?? windows.flatMap((window) => window.gaps);

/** Bars of one week in lanes: main shifts and the gaps between them first, deputies below; none covers another. */
export function barsOf(monday: string, roster: Shown): { bars: Bar[]; lanes: number } {
  const main: Omit<Bar, "lane">[] = [];
  const deputies: Omit<Bar, "lane">[] = [];
  for (const shift of roster.shifts) {
    const place = placeIn(monday, shift);
    if (place) (shift.part === "main" ? main : deputies).push({ kind: "shift", shift, place } as Omit<Bar, "lane">);
  }
  for (const gap of gapsOf(roster)) {
    const place = placeIn(monday, gap);
    if (place) main.push({ kind: "gap", gap, place } as Omit<Bar, "lane">);
  }
  const first = intoLanes(main, 0);
  const second = intoLanes(deputies, first.lanes);
  return { bars: [...first.bars, ...second.bars], lanes: second.lanes };
}

function intoLanes(wanted: Omit<Bar, "lane">[], above: number): { bars: Bar[]; lanes: number } {
  const ends: number[] = [];
  const sorted = [...wanted].sort((a, b) => a.place.from - b.place.from || b.place.to - a.place.to);
  const bars = sorted.map((bar) => {
    const free = ends.findIndex((end) => end <= bar.place.from);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = bar.place.to;
    return { ...bar, lane: above + lane } as Bar;
  });
  return { bars, lanes: above + ends.length };
}

/** The moment at a share of a week's width, on the half hour. */
export function momentAt(monday: string, share: number): number {
  const minutes = Math.round((Math.min(1, Math.max(0, share)) * WEEK_MINUTES) / SNAP_MINUTES) * SNAP_MINUTES;
  return startOf(monday) + minutes * MINUTE_MS;
}

export interface DrawnSpan {
  from: number;
  to: number;
}

/** What was drawn, whichever way; at least the half hour that was touched. */
export function spanBetween(a: number, b: number): DrawnSpan {
  const [from, to] = a <= b ? [a, b] : [b, a];
  return to === from ? { from, to: from + SNAP_MINUTES * MINUTE_MS } : { from, to };
}

export interface RosterDay {
  day: string;
  shifts: Shift[];
  gaps: RosterSpan[];
  windows: RosterWindow[];
}

/** The same by days, for a narrow screen: what begins on a day stands there, what goes on from before does not repeat. */
export function daysOf(month: string, roster: Shown): RosterDay[] {
  const { shifts, windows } = roster;
  const gaps = gapsOf(roster);
  const days: RosterDay[] = [];
  for (let day = `${month}-01`; day.startsWith(month); day = addDays(day, 1)) {
    const begins = ({ from }: { from: string }) => today(Date.parse(from)) === day;
    const holds = (window: RosterWindow) => Date.parse(window.from) < startOf(day) + DAY_MS && Date.parse(window.to) > startOf(day);
    days.push({ day, shifts: shifts.filter(begins), gaps: gaps.filter(begins), windows: windows.filter(holds) });
  }
  return days;
}

/** The windows that are not over, soonest first. */
export const windowsAhead = (windows: RosterWindow[], now: number) => windows.filter(({ to }) => Date.parse(to) > now).sort((a, b) => a.from.localeCompare(b.from));

/** When nothing is chosen, a shift begins where the last main one ends, else at the next full hour. */
export function nextBegin(shifts: Shift[], now: number): DrawnSpan {
  const last = shifts.filter(({ part, to }) => part === "main" && Date.parse(to) > now).map(({ to }) => Date.parse(to));
  const hour = 60 * MINUTE_MS;
  const from = last.length > 0 ? Math.max(...last) : Math.ceil((now + 1) / hour) * hour;
  return { from, to: from + 12 * hour };
}
