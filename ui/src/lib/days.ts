/** Civil days at UTC+7 as YYYY-MM-DD, the way the hub speaks of them. */
const HANOI_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

export function today(now: number = Date.now()): string {
  return new Date(now + HANOI_MS).toISOString().slice(0, 10);
}

export function isDay(text: unknown): text is string {
  if (typeof text !== "string" || !/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** What a person typed: 5/12/2026, 05.12.2026, 5-12-26 or 2026-12-05. Null when there is no such day. */
export function readDay(typed: string): string | null {
  const text = typed.trim();
  if (isDay(text)) return text;
  const found = /^(\d{1,2})[/.\s-](\d{1,2})[/.\s-](\d{4}|\d{2})$/.exec(text);
  if (!found) return null;
  const [, day, month, year] = found as unknown as [string, string, string, string];
  const written = `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return isDay(written) ? written : null;
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}

/** How many days from the first to the second; negative when the second is before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** 0 Monday … 6 Sunday. */
export function weekday(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** The days of a month in rows of Monday to Sunday; null outside the month. */
export function monthRows(year: number, month: number): (string | null)[][] {
  const first = `${year}-${String(month).padStart(2, "0")}-01`;
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const cells: (string | null)[] = Array.from({ length: weekday(first) }, () => null);
  for (let day = 0; day < count; day++) cells.push(addDays(first, day));
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, row) => cells.slice(row * 7, row * 7 + 7));
}
