// A small stand-in for the hub's law engine: who is addressed, which period, when due. Good enough to draw, not to trust.
import { addDays, both, chance, today } from "./mock-common.mjs";
import * as content from "./mock-content.mjs";
import * as data from "./mock-data.mjs";

export const assignments = [
  { id: 1, unit: 3, role: "standing_security_body", valid_from: "2018-01-01", valid_to: "2025-02-28", decision: "Quyết định 112/QĐ-UBND ngày 12/01/2018" },
  { id: 2, unit: 16, role: "standing_security_body", valid_from: "2025-03-01", valid_to: null, decision: "Quyết định 451/QĐ-UBND ngày 28/02/2025" },
  { id: 3, unit: 4, role: "finance_department", valid_from: "2018-01-01", valid_to: null, decision: "Quyết định 112/QĐ-UBND ngày 12/01/2018" },
];

/** Directives of the register: shipped ones first, entered ones after them. */
const isOver = (file) => Boolean(file.valid_to) && file.valid_to < today();
export const register = content.directives.map((file, index) => ({ id: index + 1, file, text: file.text, source: "shipped", state: isOver(file) ? "ended" : "in_force", enteredBy: null, decidedBy: null, note: "", endedOn: null, faults: [] }));

export const clausesInForce = () => register.filter(({ state }) => state === "in_force").flatMap((entry) => entry.file.clauses.filter((clause) => !clause.scope_note).map((clause) => ({ clause, entry })));

export function rolesOf(unit, day) {
  const given = assignments.filter((one) => one.unit === unit.id && one.valid_from <= day && (one.valid_to === null || day <= one.valid_to)).map(({ role }) => role);
  return new Set([...given, ...content.roles.filter((role) => role.by === "kind" && role.kinds.includes(unit.kind)).map(({ id }) => id)]);
}
export const isAddressed = (clause, roles) => clause.addressees.some((role) => roles.has(role));
export const roleTitle = (id) => content.bothOf(content.roles.find((role) => role.id === id)?.title ?? id);
export const metricOf = (id) => content.metrics.find((metric) => metric.id === id);

const dayIn = (year, month, day) => `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
const lastDay = (year, month) => new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);

export function periodOf(duty, day) {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7));
  if (duty.recurrence === "quarterly") {
    const first = Math.floor((month - 1) / 3) * 3 + 1;
    return [dayIn(year, first, 1), lastDay(year, first + 2)];
  }
  if (duty.recurrence === "half_yearly") return month <= 6 ? [dayIn(year, 1, 1), dayIn(year, 6, 30)] : [dayIn(year, 7, 1), dayIn(year, 12, 31)];
  if (duty.recurrence === "once") return ["2018-09-13", duty.due.date ?? dayIn(year, 12, 31)];
  return [dayIn(year, 1, 1), dayIn(year, 12, 31)];
}

export function dueOf(duty, [from, to]) {
  const { rule, date, month, day, dates } = duty.due;
  const year = to.slice(0, 4);
  if (rule === "on_date") return date;
  if (rule === "before_day") return addDays(dayIn(year, month === "last_of_period" ? Number(to.slice(5, 7)) : month, day), -1);
  if (rule === "before_dates" || rule === "by_dates") {
    const found = dates.map((one) => `${year}-${one}`).find((one) => one >= from && one <= to) ?? `${year}-${dates.at(-1)}`;
    return rule === "before_dates" ? addDays(found, -1) : found;
  }
  if (rule === "end_of_period") return to;
  if (rule === "holiday_window") return `${Number(today().slice(0, 4))}-12-31`;
  return null;
}

const dmy = (day) => day.split("-").reverse().join("/");
export function dueText(duty, due) {
  switch (duty.due.rule) {
    case "before_day":
      return duty.due.month === "last_of_period" ? both(`trước ngày ${duty.due.day} của tháng cuối kỳ`, `before the ${duty.due.day}th of the period's last month`) : both(`trước ngày ${duty.due.day}/${duty.due.month} hằng năm`, `before ${duty.due.day}/${duty.due.month} every year`);
    case "before_dates":
      return both(`trước ngày ${duty.due.dates.map((one) => one.split("-").reverse().join("/")).join(" và ")}`, `before ${duty.due.dates.join(" and ")}`);
    case "on_date":
      return both(`chậm nhất ngày ${dmy(due)}`, `by ${dmy(due)}`);
    case "end_of_period":
      return both(`hết kỳ, ngày ${dmy(due)}`, `by the end of the period, ${dmy(due)}`);
    case "holiday_window":
      return both("trong mỗi đợt nghỉ lễ, Tết", "through each holiday");
    default:
      return both("văn bản không nêu hạn", "the document gives no deadline");
  }
}

/** What the mock makes up where nobody recorded anything: always the same for the same unit and duty. */
export function madeUpState(unit, duty, due, day) {
  const metric = duty.metric && metricOf(duty.metric);
  const measured = duty.met_by === "metric" || duty.met_by === "record_and_metric";
  if (measured && metric?.source === "later") return "unknown";
  // One red cell that a person can mend, for the walk of the tests.
  if (unit.id === 16 && duty.id === "KG-1.1a.merge") return "overdue";
  const at = chance(unit.id, duty.id);
  const good = unit.id === 12 ? 0.4 : unit.kind === "commune" ? 0.66 + 0.2 * chance(unit.id) : 0.58 + 0.3 * chance(unit.id);
  if (duty.applies_if && at > 0.35) return "not_applicable";
  if (at < good) return "met";
  if (at > 0.985 && !measured) return "not_applicable";
  if (measured && duty.target?.at_least === 1) return at > good + 0.1 ? "overdue" : "not_due";
  if (!due) return "not_due";
  if (due < day) return at > good + 0.06 ? "overdue" : "met";
  return due <= addDays(day, 30) ? "due_soon" : "not_due";
}
