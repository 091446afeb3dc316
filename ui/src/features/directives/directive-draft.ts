import type { DirectiveFault, Recurrence } from "@/lib/api-types";
import { fold } from "@/lib/fold";
import { readDay } from "@/lib/days";

/** A directive while it is written: flat where the form is flat, and turned into content/directives' shape at the end. */
export interface Both {
  vi: string;
  en: string;
}

export interface DutyDraft {
  id: string;
  title: Both;
  recurrence: Recurrence;
  rule: "none" | "on_date" | "before_day" | "before_dates" | "by_dates" | "end_of_period" | "after_event" | "holiday_window";
  date: string;
  month: string;
  day: string;
  dates: string;
  plusDays: string;
  amount: string;
  amountUnit: "working_days" | "hours";
  basis: "law" | "province";
  metBy: "record" | "metric" | "register" | "record_and_metric";
  metric: string;
  targetKind: "at_least" | "at_most" | "equals";
  targetValue: string;
  register: string;
  approval: "none" | "second_person";
  minutes: string;
  steps: Both;
  proof: Both;
  /** Only agencies that own such a system, or a website. Level as text; empty applies to all. */
  appliesTo: "all" | "system_level" | "owns_site";
  appliesLevel: string;
  /** What the form does not show is kept as it was. */
  rest: Record<string, unknown>;
}

export interface ClauseDraft {
  id: string;
  place: string;
  title: Both;
  quote: string;
  addressees: string[];
  verb: string;
  strength: "must" | "should" | "encouraged";
  kinds: string[];
  systems: number[];
  scopeNote: boolean;
  duties: DutyDraft[];
}

export interface RelationDraft {
  kind: string;
  number: string;
  issuer: string;
  date: string;
}

/** Only a document moves duties from one role to another. */
export interface RetargetDraft {
  from: string;
  to: string;
  on: string;
}

export interface DirectiveDraft {
  key: string;
  issuer: Both;
  issuerUnknown: boolean;
  number: string;
  numberUnknown: boolean;
  date: string;
  dateUnknown: boolean;
  kind: string;
  language: string;
  title: Both;
  validFrom: string;
  validTo: string;
  note: Both;
  relations: RelationDraft[];
  retargets: RetargetDraft[];
  clauses: ClauseDraft[];
  rest: Record<string, unknown>;
}

const nothing = (): Both => ({ vi: "", en: "" });

export function emptyDuty(clause: string, count: number): DutyDraft {
  return {
    id: clause ? `${clause}.${count + 1}` : "",
    title: nothing(),
    recurrence: "yearly",
    rule: "none",
    date: "",
    month: "last_of_period",
    day: "",
    dates: "",
    plusDays: "",
    amount: "",
    amountUnit: "working_days",
    basis: "law",
    metBy: "record",
    metric: "",
    targetKind: "at_least",
    targetValue: "",
    register: "",
    approval: "second_person",
    minutes: "",
    steps: nothing(),
    proof: nothing(),
    appliesTo: "all",
    appliesLevel: "3",
    rest: {},
  };
}

export function emptyClause(): ClauseDraft {
  return { id: "", place: "", title: nothing(), quote: "", addressees: [], verb: "", strength: "must", kinds: ["records"], systems: [], scopeNote: false, duties: [emptyDuty("", 0)] };
}

export function emptyDirective(): DirectiveDraft {
  return {
    key: "",
    issuer: nothing(),
    issuerUnknown: false,
    number: "",
    numberUnknown: false,
    date: "",
    dateUnknown: false,
    kind: "directive",
    language: "vi",
    title: nothing(),
    validFrom: "",
    validTo: "",
    note: nothing(),
    relations: [],
    retargets: [],
    clauses: [emptyClause()],
    rest: {},
  };
}

/** «1440/UBND-VHXH» of «Kiên Giang» becomes kien-giang-1440-ubnd-vhxh. */
export function keyFrom(issuer: string, number: string): string {
  return fold(`${issuer} ${number}`)
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
}

const both = ({ vi, en }: Both) => ({ vi: vi.trim().normalize("NFC"), en: (en.trim() || vi.trim()).normalize("NFC") });
const lines = (text: string) => text.split("\n").map((line) => line.trim()).filter(Boolean);
const filled = ({ vi }: Both) => vi.trim() !== "";

function dueOf(duty: DutyDraft): Record<string, unknown> {
  const { rule } = duty;
  switch (rule) {
    case "on_date":
      return { rule, date: duty.date };
    case "before_day":
      return { rule, month: duty.month === "last_of_period" ? duty.month : Number(duty.month), day: Number(duty.day) };
    case "before_dates":
    case "by_dates":
      return { rule, dates: duty.dates.split(",").map((one) => monthDay(one)).filter(Boolean) };
    case "end_of_period":
      return { rule, ...(duty.plusDays ? { plus_working_days: Number(duty.plusDays) } : {}) };
    case "after_event":
      return { rule, [duty.amountUnit]: Number(duty.amount) };
    default:
      return { rule };
  }
}

/** 14/6 becomes 06-14; what is no day of the year stays as typed, so that the check names it. */
export function monthDay(text: string): string {
  const day = readDay(`${text.trim()}/2024`);
  return day ? day.slice(5) : text.trim();
}

function dutyOf(duty: DutyDraft): Record<string, unknown> {
  const measured = duty.metBy === "metric" || duty.metBy === "record_and_metric" || duty.metric !== "";
  return {
    ...duty.rest,
    id: duty.id.trim(),
    title: both(duty.title),
    recurrence: duty.recurrence,
    due: dueOf(duty),
    basis: duty.basis,
    met_by: duty.metBy,
    ...(measured ? { metric: duty.metric } : {}),
    ...(measured && duty.targetValue !== "" ? { target: { [duty.targetKind]: Number(duty.targetValue.replace(",", ".")) } } : {}),
    ...(duty.metBy === "register" ? { register: duty.register } : {}),
    approval: duty.approval,
    ...(duty.appliesTo === "system_level" ? { applies_if: { system_level_at_least: Number(duty.appliesLevel) } } : {}),
    ...(duty.appliesTo === "owns_site" ? { applies_if: { owns_site: true } } : {}),
    ...(duty.minutes ? { minutes: Number(duty.minutes) } : {}),
    ...(filled(duty.steps) ? { steps: { vi: lines(duty.steps.vi), en: lines(duty.steps.en || duty.steps.vi) } } : {}),
    ...(filled(duty.proof) ? { proof: both(duty.proof) } : {}),
  };
}

function clauseOf(clause: ClauseDraft): Record<string, unknown> {
  return {
    id: clause.id.trim(),
    place: clause.place.trim(),
    title: both(clause.title),
    quote: clause.quote.normalize("NFC").replace(/\s+/g, " ").trim(),
    addressees: clause.addressees,
    verb: { words: clause.verb.trim().normalize("NFC"), strength: clause.strength },
    kinds: clause.kinds,
    systems: clause.systems,
    scope_note: clause.scopeNote,
    duties: clause.scopeNote ? [] : clause.duties.map(dutyOf),
  };
}

/** The text that is sent: JSON, which the hub reads as YAML too. */
export function textOf(draft: DirectiveDraft): string {
  const written = {
    ...draft.rest,
    key: draft.key.trim(),
    issuer: draft.issuerUnknown ? "unknown" : both(draft.issuer),
    number: draft.numberUnknown ? "unknown" : draft.number.trim(),
    date: draft.dateUnknown ? "unknown" : draft.date,
    kind: draft.kind,
    language: draft.language.trim(),
    title: both(draft.title),
    valid_from: draft.validFrom,
    valid_to: draft.validTo || null,
    ...(filled(draft.note) ? { note: both(draft.note) } : {}),
    ...(draft.relations.length > 0
      ? {
          relations: draft.relations.map(({ kind, number, issuer, date }) => ({
            kind,
            number: number.trim(),
            ...(issuer.trim() ? { issuer: issuer.trim() } : {}),
            ...(date ? { date } : {}),
          })),
        }
      : {}),
    ...(draft.retargets.length > 0 ? { retargets: draft.retargets } : {}),
    clauses: draft.clauses.map(clauseOf),
  };
  return JSON.stringify(written, null, 2);
}

type Loose = Record<string, unknown>;
const isLoose = (value: unknown): value is Loose => typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textAt = (value: unknown): string => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");
const bothAt = (value: unknown): Both => (isLoose(value) ? { vi: textAt(value.vi), en: textAt(value.en) } : { vi: textAt(value), en: "" });
const stepsAt = (value: unknown): Both =>
  isLoose(value) ? { vi: list(value.vi).map(textAt).join("\n"), en: list(value.en).map(textAt).join("\n") } : nothing();

/** A draft from the text that was stored; null when it is not JSON of the expected shape (it is YAML, or by hand). */
export function draftFrom(text: string): DirectiveDraft | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isLoose(value)) return null;
  const { key, issuer, number, date, kind, language, title, valid_from, valid_to, note, relations, retargets, clauses, ...rest } = value;
  return {
    key: textAt(key),
    issuer: issuer === "unknown" ? nothing() : bothAt(issuer),
    issuerUnknown: issuer === "unknown",
    number: number === "unknown" ? "" : textAt(number),
    numberUnknown: number === "unknown",
    date: date === "unknown" ? "" : textAt(date),
    dateUnknown: date === "unknown",
    kind: textAt(kind) || "other",
    language: textAt(language),
    title: bothAt(title),
    validFrom: textAt(valid_from),
    validTo: textAt(valid_to),
    note: bothAt(note),
    relations: list(relations)
      .filter(isLoose)
      .map((one) => ({ kind: textAt(one.kind), number: textAt(one.number), issuer: textAt(one.issuer), date: textAt(one.date) })),
    retargets: list(retargets)
      .filter(isLoose)
      .map((one) => ({ from: textAt(one.from), to: textAt(one.to), on: textAt(one.on) })),
    clauses: list(clauses).filter(isLoose).map(clauseFrom),
    rest,
  };
}

function clauseFrom(clause: Loose): ClauseDraft {
  const verb = isLoose(clause.verb) ? clause.verb : {};
  return {
    id: textAt(clause.id),
    place: textAt(clause.place),
    title: bothAt(clause.title),
    quote: textAt(clause.quote),
    addressees: list(clause.addressees).map(textAt),
    verb: textAt(verb.words),
    strength: (textAt(verb.strength) || "must") as ClauseDraft["strength"],
    kinds: list(clause.kinds).map(textAt),
    systems: list(clause.systems).filter((one): one is number => typeof one === "number"),
    scopeNote: clause.scope_note === true,
    duties: list(clause.duties).filter(isLoose).map(dutyFrom),
  };
}

function dutyFrom(duty: Loose): DutyDraft {
  const { id, title, recurrence, due, basis, met_by, metric, target, register, approval, minutes, steps, proof, applies_if, ...rest } = duty;
  const when = isLoose(due) ? due : {};
  const applies = isLoose(applies_if) ? applies_if : {};
  const [targetKind, targetValue] = isLoose(target) ? (Object.entries(target)[0] ?? []) : [];
  return {
    ...emptyDuty("", 0),
    id: textAt(id),
    title: bothAt(title),
    recurrence: (textAt(recurrence) || "yearly") as Recurrence,
    rule: (textAt(when.rule) || "none") as DutyDraft["rule"],
    date: textAt(when.date),
    month: textAt(when.month) || "last_of_period",
    day: textAt(when.day),
    dates: list(when.dates).map((one) => textAt(one).split("-").reverse().join("/")).join(", "),
    plusDays: textAt(when.plus_working_days),
    amount: textAt(when.hours) || textAt(when.working_days),
    amountUnit: when.hours === undefined ? "working_days" : "hours",
    basis: (textAt(basis) || "law") as DutyDraft["basis"],
    metBy: (textAt(met_by) || "record") as DutyDraft["metBy"],
    metric: textAt(metric),
    targetKind: (targetKind ?? "at_least") as DutyDraft["targetKind"],
    targetValue: textAt(targetValue),
    register: textAt(register),
    approval: (textAt(approval) || "none") as DutyDraft["approval"],
    minutes: textAt(minutes),
    steps: stepsAt(steps),
    proof: bothAt(proof),
    appliesTo: applies.owns_site === true ? "owns_site" : applies.system_level_at_least === undefined ? "all" : "system_level",
    appliesLevel: textAt(applies.system_level_at_least) || "3",
    rest,
  };
}

/** The first fault of a field or of what lies in it; `own` looks at the field alone. */
export function faultAt(faults: DirectiveFault[], path: string, own = false): DirectiveFault | undefined {
  return faults.find(({ field }) => field === path || (!own && (field.startsWith(`${path}.`) || field.startsWith(`${path}[`))));
}
