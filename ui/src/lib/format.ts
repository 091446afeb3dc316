import { currentLanguage } from "./i18n";

const TIME_ZONE = "Asia/Ho_Chi_Minh";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

type Moment = string | number | Date;

function locale(): string {
  return currentLanguage() === "vi" ? "vi-VN" : "en-GB";
}

/** Numbers are written as Vietnamese offices write them: 9.069. */
export function number(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

/** 0,34 in Vietnamese, 0.34 in English: two digits at most. */
export function decimal(value: number): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 2 }).format(value);
}

/** 95,4% in Vietnamese, 95.4% in English; whole when it is whole. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return "–";
  // Rounding up to 100 % while something is missing would be a lie.
  const share = (100 * part) / whole;
  const shown = part < whole ? Math.min(share, 99.9) : share;
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(shown)}%`;
}

const partsFormat = new Intl.DateTimeFormat("en-GB", {
  timeZone: TIME_ZONE,
  day: "2-digit",
  month: "2-digit",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

// Intl gives «27-11» for vi-VN; Vietnamese offices write 27/11. So the parts are put together here.
function parts(moment: Moment): Record<string, string> {
  return Object.fromEntries(partsFormat.formatToParts(new Date(moment)).map(({ type, value }) => [type, value]));
}

export function date(moment: Moment): string {
  const { day, month, year } = parts(moment);
  return `${day}/${month}/${year}`;
}

/** Text of the hub with days as people write them: «28-CT/TW, 16/09/2013». */
export function daysIn(text: string): string {
  return text.replace(/\b(\d{4})-(\d\d)-(\d\d)\b/g, "$3/$2/$1");
}

export function dayMonth(moment: Moment): string {
  const { day, month } = parts(moment);
  return `${day}/${month}`;
}

export function time(moment: Moment): string {
  const { hour, minute } = parts(moment);
  return `${hour}:${minute}`;
}

export function dateTime(moment: Moment): string {
  return `${date(moment)} ${time(moment)}`;
}

export function dateTimeSeconds(moment: Moment): string {
  return `${dateTime(moment)}:${parts(moment).second}`;
}

export function longDate(moment: Moment): string {
  const weekday = new Intl.DateTimeFormat(locale(), { timeZone: TIME_ZONE, weekday: "long" }).format(new Date(moment));
  return `${weekday.charAt(0).toUpperCase()}${weekday.slice(1)}, ${date(moment)}`;
}

/** «Thứ Sáu 26/11», for a day that is near. */
export function weekdayDate(day: string): string {
  const weekday = new Intl.DateTimeFormat(locale(), { timeZone: TIME_ZONE, weekday: "long" }).format(new Date(day));
  return `${weekday.charAt(0).toUpperCase()}${weekday.slice(1)} ${dayMonth(day)}`;
}

/** Sizes of files: 812 B, 38 kB, 9,5 MB. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${number(bytes)} B`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "kB"] : [bytes / 1_000_000, "MB"];
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ${unit}`;
}

/** «5 phút trước» within an hour, 09:41 within the day, 27/11 09:41 before. */
export function recent(moment: Moment, now: number): string {
  const age = now - new Date(moment).getTime();
  if (age < HOUR_MS) return minutesAgo(Math.max(0, Math.floor(age / MINUTE_MS)));
  if (age < DAY_MS && date(moment) === date(now)) return time(moment);
  if (parts(moment).year === parts(now).year) return `${dayMonth(moment)} ${time(moment)}`;
  return date(moment);
}

function minutesAgo(minutes: number): string {
  const formatter = new Intl.RelativeTimeFormat(locale(), { numeric: "auto", style: "short" });
  if (minutes === 0) return currentLanguage() === "vi" ? "vừa xong" : "just now";
  return formatter.format(-minutes, "minute");
}

/** Initials of a Vietnamese name: the last two words carry it. */
export function initials(name: string): string {
  return name
    .split(/\s+/)
    .filter(Boolean)
    .slice(-2)
    .map((word) => [...word][0]!.toUpperCase())
    .join("");
}
