import { REPORT_STATES, type Report, type ReportCalendarItem, type ReportDetail, type ReportFigure, type ReportKind, type ReportState, type Session, type UnitRef } from "@/lib/api-types";
import { addDays, daysBetween } from "@/lib/days";

/** Pure: what the screens of documents say, from what the hub says. */

export const SOON_DAYS = 30;
const DONE = new Set(["met", "waiting", "not_applicable"]);

export const isDone = ({ state }: Pick<ReportCalendarItem, "state">) => DONE.has(state);

export interface OwedAnswer {
  overdue: number;
  soon: number;
  /** The first day on which anything is due that is not done. */
  next: string | null;
}

/** By lines of the list: a document that a hundred communes owe is one thing to look after. */
export function answerOf(items: ReportCalendarItem[], today: string): OwedAnswer {
  const open = groupsOf(items.filter((item) => !isDone(item)));
  const late = ({ documents }: OwedGroup) => documents.some(({ state }) => state === "overdue");
  const within = ({ due_on: due }: OwedGroup) => due !== null && due >= today && daysBetween(today, due) <= SOON_DAYS;
  const dates = open.flatMap(({ documents }) => documents.map(({ due_on: due }) => due)).filter((due) => due !== null && due >= today);
  return { overdue: open.filter(late).length, soon: open.filter((group) => !late(group) && within(group)).length, next: dates.sort()[0] ?? null };
}

export interface OwedDocument {
  unit: UnitRef;
  due_on: string | null;
  state: ReportCalendarItem["state"];
  report: number | null;
  /** The clauses it answers, each with its duty. */
  items: ReportCalendarItem[];
}

const rank = (state: ReportCalendarItem["state"]) => ["overdue", "due_soon", "unknown", "not_due", "waiting", "met", "not_applicable"].indexOf(state);
const earlier = (a: string | null, b: string | null) => (a === null ? b : b === null || a < b ? a : b);

/** Of each unit one document, however many clauses ask for it; the most urgent of them counts. */
export function documentsOf(items: ReportCalendarItem[]): OwedDocument[] {
  const documents = new Map<string, OwedDocument>();
  for (const item of items) {
    const key = `${item.kind}|${item.period.id}|${item.unit.id}`;
    const known = documents.get(key);
    if (!known) documents.set(key, { unit: item.unit, due_on: item.due_on, state: item.state, report: item.report, items: [item] });
    else {
      known.items.push(item);
      known.due_on = earlier(known.due_on, item.due_on);
      if (rank(item.state) < rank(known.state)) known.state = item.state;
      known.report ??= item.report;
    }
  }
  return [...documents.values()];
}

export interface OwedGroup {
  key: string;
  first: ReportCalendarItem;
  due_on: string | null;
  documents: OwedDocument[];
}

/** The same document of the same period, whoever owes it: a hundred communes are one line that opens. */
export function groupsOf(items: ReportCalendarItem[]): OwedGroup[] {
  const groups = new Map<string, ReportCalendarItem[]>();
  for (const item of items) {
    const key = `${item.kind}|${item.period.id}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups]
    .map(([key, own]) => {
      const documents = documentsOf(own).sort((a, b) => rank(a.state) - rank(b.state));
      // Who is done has no day to keep any more.
      const open = documents.filter((one) => !isDone(one));
      const due = (open.length > 0 ? open : documents).reduce<string | null>((day, one) => earlier(day, one.due_on), null);
      return { key, first: own[0]!, due_on: due, documents };
    })
    .sort((a, b) => (a.due_on ?? "9999").localeCompare(b.due_on ?? "9999"));
}

/** Whether the whole is reported, or one unit: a standing body that is also a unit reports the whole. */
export function unitOfNew(kind: ReportKind | undefined, unit: UnitRef, { role, scope }: Pick<Session, "role" | "scope">): number | undefined {
  if (kind && !kind.of_unit) return undefined;
  const ofAll = role !== "unit_officer" && scope.some(({ id }) => id === unit.id);
  return kind?.of_tenant && ofAll ? undefined : unit.id;
}

export interface Step {
  state: ReportState;
  /** skipped: on paper, so nothing was signed here. */
  standing: "done" | "now" | "later" | "skipped";
  at: string | null;
}

const EVENT_OF = { draft: "made", frozen: "frozen", signed: "signed", sent: "sent", received: "received" } as const;

export function stepsOf({ report, history }: Pick<ReportDetail, "report" | "history">): Step[] {
  const reached = REPORT_STATES.indexOf(report.state);
  return REPORT_STATES.map((state, index) => {
    const at = history.find(({ what }) => what === EVENT_OF[state])?.at ?? null;
    const skipped = state === "signed" && index < reached && report.signer === "" && at === null;
    return { state, standing: skipped ? "skipped" : index < reached ? "done" : index === reached ? "now" : "later", at };
  });
}

export interface Changes {
  changed: ReportFigure[];
  same: number;
  /** Figures that were not in the document last time. */
  fresh: number;
}

export function changesOf(figures: ReportFigure[]): Changes {
  const compared = figures.filter(({ before }) => before !== null);
  return { changed: compared.filter(({ changed }) => changed), same: compared.filter(({ changed }) => !changed).length, fresh: figures.length - compared.length };
}

/** The periods a person may choose, newest first, by the day it is. */
export function periodsOf(every: ReportKind["every"], today: string): string[] {
  const year = Number(today.slice(0, 4));
  const month = Number(today.slice(5, 7));
  const back = (count: number, per: number, name: (year: number, part: number) => string) =>
    Array.from({ length: count }, (_, index) => {
      const part = year * per + Math.floor(((month - 1) * per) / 12) - index;
      return name(Math.floor(part / per), (part % per) + 1);
    });
  switch (every) {
    case "quarter":
      return back(6, 4, (of, part) => `${of}-Q${part}`);
    case "half_year":
      return back(4, 2, (of, part) => `${of}-H${part}`);
    case "year":
      return [String(year), String(year - 1)];
    case "once":
      return [today, addDays(today, -1)];
  }
}

export interface LocalLink {
  to: string;
  search: Record<string, string | number>;
}

/** Where a row is shown; only a page of this house is ever followed. */
export function localLink(link: string): LocalLink | null {
  const found = /^(\/[a-z0-9][a-z0-9-]*(?:\/[A-Za-z0-9_.-]+)*)(?:\?([A-Za-z0-9_.=&-]*))?$/.exec(link);
  if (!found) return null;
  const search = Object.fromEntries([...new URLSearchParams(found[2] ?? "")].map(([name, value]) => [name, /^\d{1,15}$/.test(value) ? Number(value) : value]));
  return { to: found[1]!, search };
}

/** The first who gets it, as a proposal: «Như trên» and the archive are no recipients. */
export function firstRecipient(recipients: string[]): string {
  return (recipients.find((one) => !/^\s*-?\s*(như trên|lưu)/i.test(one)) ?? "").replace(/[;.]\s*$/, "");
}

export const mayFreeze = ({ missing, report }: Pick<ReportDetail, "missing"> & { report: Pick<Report, "state"> }) => report.state === "draft" && missing.length === 0;
