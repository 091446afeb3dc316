// Obligations of the mock hub: matrix, cell, records, evidence, today, calendar.
import { createHash, randomBytes } from "node:crypto";

import { Refusal, absent, addDays, below, both, chance, find, fold, ownOnly, page, ref, scopeOf, today, unitRef } from "./mock-common.mjs";
import * as content from "./mock-content.mjs";
import * as data from "./mock-data.mjs";
import { advisoryTask } from "./mock-advisories.mjs";
import { siteTask } from "./mock-sites.mjs";
import { clausesInForce, dueOf, dueText, isAddressed, madeUpState, metricOf, periodOf, register, roleTitle, rolesOf } from "./mock-law.mjs";

const SIGN = { met: "m", waiting: "w", not_due: "n", due_soon: "s", overdue: "o", unknown: "u", not_applicable: "x" };
const WORST = ["overdue", "unknown", "due_soon", "waiting", "not_due", "met", "not_applicable"];
const APPROVERS = ["province_admin", "soc_operator", "leader"];
const WRITERS = ["province_admin", "soc_operator", "unit_officer"];

export const evidence = [];
const records = [];
let nextRecord = 1;

export function keepEvidence(unit, name, bytes, who, effective = null) {
  const item = { id: evidence.length + 1, unit: unitRef(unit), file_name: name, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex"), looked_at: name.endsWith(".pdf") ? "name" : "text", effective_on: effective, uploaded_by: ref(who), uploaded_at: data.iso(Date.now()) };
  evidence.push({ item, bytes });
  return item;
}
export const evidenceOf = (ids) => (ids ?? []).map((id) => evidence.find(({ item }) => item.id === id)?.item ?? (() => { throw absent(); })());

function findDuty(id) {
  for (const { clause, entry } of clausesInForce()) for (const duty of clause.duties ?? []) if (duty.id === id) return { duty, clause, entry };
  throw absent();
}
const recordsOf = (unit, duty, period) => records.filter((record) => record.unit === unit.id && record.duty === duty.id && record.period_from === period[0]).toReversed();

function stateOf(unit, duty, day) {
  const period = periodOf(duty, day);
  const due = dueOf(duty, period);
  const own = recordsOf(unit, duty, period);
  const approved = own.find(({ state }) => state === "approved");
  if (approved) return approved.not_applicable ? "not_applicable" : "met";
  if (own.some(({ state }) => state === "waiting")) return "waiting";
  return madeUpState(unit, duty, due, day);
}
const clauseState = (unit, clause, day) => WORST.find((state) => (clause.duties ?? []).some((duty) => stateOf(unit, duty, day) === state)) ?? "not_due";

function columnOf({ clause, entry }, day) {
  const duties = clause.duties ?? [];
  const kinds = new Set(duties.map(({ recurrence }) => recurrence));
  const dues = duties.map((duty) => dueOf(duty, periodOf(duty, day))).filter((due) => due !== null && due >= day).sort();
  return { clause: clause.id, directive: entry.id, title: content.bothOf(clause.title), kinds: clause.kinds, recurrence: kinds.size === 0 ? "none" : kinds.size > 1 ? "mixed" : [...kinds][0], due: dues[0] ?? null, counts: { met: 0, waiting: 0, not_due: 0, due_soon: 0, overdue: 0, unknown: 0, not_applicable: 0 } };
}

export function matrixOf(context) {
  const day = context.query.as_of ?? today();
  const scope = scopeOf(context);
  const clauses = clausesInForce();
  const columns = clauses.map((one) => columnOf(one, day));
  const rows = data.units
    .filter(({ id }) => scope.has(id))
    .map((unit) => {
      const roles = rolesOf(unit, day);
      const states = clauses.map(({ clause }) => (isAddressed(clause, roles) ? clauseState(unit, clause, day) : null));
      states.forEach((state, index) => state && columns[index].counts[state]++);
      return { unit: ref(unit), kind: unit.kind, overdue: states.filter((state) => state === "overdue").length, cells: states.map((state) => (state ? SIGN[state] : ".")).join("") };
    })
    .filter(({ cells }) => /[^.]/.test(cells))
    .sort((a, b) => b.overdue - a.overdue);
  const used = new Set(columns.map(({ directive }) => directive));
  const held = new Set(data.units.flatMap((unit) => [...rolesOf(unit, day)]));
  const unassigned = content.roles.filter((role) => role.by === "assignment" && !held.has(role.id)).map((role) => ({ role: role.id, title: content.bothOf(role.title), clauses: clauses.filter(({ clause }) => clause.addressees.includes(role.id)).length }));
  return { as_of: day, unassigned, directives: register.filter(({ id }) => used.has(id)).map(directiveRef), columns, rows };
}
const directiveRef = ({ id, file }) => ({ id, key: file.key, number: content.known(file.number), issuer: content.bothOf(file.issuer), title: content.bothOf(file.title) });

export const clauseDetail = (clause, entry) => ({
  id: clause.id, place: clause.place, title: content.bothOf(clause.title), quote: content.known(clause.quote) ?? "", second_hand: clause.second_hand ? content.bothOf(clause.second_hand) : null, addressees: clause.addressees.map(roleTitle), verb: clause.verb.words, strength: clause.verb.strength, kinds: clause.kinds,
  directive: { id: entry.id, number: content.known(entry.file.number), issuer: content.bothOf(entry.file.issuer), date: content.known(entry.file.date), title: content.bothOf(entry.file.title), language: entry.file.language ?? "vi" },
});

function recordOut(record, user) {
  const { duty, clause } = findDuty(record.duty);
  const { unit, evidence: files, ...rest } = record;
  return { ...rest, unit: unitRef(unit), title: content.bothOf(duty.title), clause: clause.id, evidence: evidenceOf(files), may_decide: record.state === "waiting" && record.recorded_by.id !== user.id && APPROVERS.includes(user.role), may_withdraw: (record.state === "waiting" || record.state === "approved") && (record.recorded_by.id === user.id || user.role === "province_admin") };
}

const percent = (share) => both(`${(100 * share).toLocaleString("vi-VN", { maximumFractionDigits: 1 })}%`, `${(100 * share).toLocaleString("en-GB", { maximumFractionDigits: 1 })}%`);
function measureOf(unit, duty, state) {
  const metric = duty.metric && metricOf(duty.metric);
  if (!metric) return null;
  const title = content.bothOf(metric.title);
  const goal = duty.target ? Object.values(duty.target)[0] : null;
  const target = goal === null ? both("", "") : metric.unit === "ratio" ? percent(goal) : both(String(goal), String(goal));
  if (metric.source === "later") return { title, value: content.bothOf(metric.note ?? { vi: "Chưa có nguồn số liệu.", en: "There is no source yet." }), target, known: false, met: false };
  const met = state === "met";
  const share = met ? 1 : 0.55 + 0.44 * chance(unit.id, metric.id);
  return { title, value: metric.unit === "ratio" ? percent(share) : both(String(Math.round(share * 12)), String(Math.round(share * 12))), target, known: true, met };
}

const REASON = {
  met: both("", ""),
  waiting: both("Đã ghi nhận, đang chờ người thứ hai duyệt.", "Recorded; a second person has to approve."),
  not_due: both("Đang trong kỳ, chưa đến hạn.", "Within the period, not due yet."),
  due_soon: both("Còn không quá 30 ngày là đến hạn.", "Due within 30 days."),
  overdue: both("Đã quá hạn mà chưa có ghi nhận được duyệt.", "Past the last day without an approved record."),
  unknown: both("Chưa có nguồn số liệu nên không thể nói đạt hay không.", "There is no source, so nobody can say."),
  not_applicable: both("Không áp dụng với cơ quan này.", "Does not apply to this agency."),
};

function instanceOf(unit, duty, day, user, past = false) {
  const period = periodOf(duty, day);
  const due = dueOf(duty, period);
  const state = past ? (chance(unit.id, duty.id, day) > 0.15 ? "met" : "overdue") : stateOf(unit, duty, day);
  return {
    duty: duty.id, title: content.bothOf(duty.title), recurrence: duty.recurrence, period_from: period[0], period_to: period[1], due, due_text: dueText(duty, due), basis: duty.basis, state, reason: REASON[state], needs: duty.met_by, register: duty.register ?? null, measure: past ? null : measureOf(unit, duty, state),
    steps: (duty.steps?.vi ?? []).map((vi, index) => both(vi, duty.steps.en?.[index] ?? vi)), minutes: duty.minutes ?? null, proof: content.bothOf(duty.proof ?? ""), approval: duty.approval ?? "none",
    may_record: !past && WRITERS.includes(user.role) && !["met", "waiting", "not_applicable"].includes(state) && duty.met_by !== "metric", records: recordsOf(unit, duty, period).map((record) => recordOut(record, user)),
  };
}

function historyOf(unit, clause, user) {
  const own = records.filter((record) => record.unit === unit.id && (clause.duties ?? []).some(({ id }) => id === record.duty)).toReversed();
  const lines = own.flatMap((record) => [
    ...(record.decided_at ? [{ at: record.decided_at, who: record.decided_by.name, text: record.state === "refused" ? both("Trả lại để bổ sung", "Sent back") : both("Duyệt minh chứng", "Approved") }] : []),
    { at: record.recorded_at, who: record.recorded_by.name, text: both(`Ghi nhận, kèm ${record.evidence.length} tệp`, `Recorded with ${record.evidence.length} files`) },
  ]);
  return [...lines, { at: data.iso(Date.now() - 9 * 86_400_000), who: null, text: both("Nhắc cơ quan", "Reminded the agency") }, { at: data.iso(Date.now() - 70 * 86_400_000), who: null, text: both("Giao nhiệm vụ của kỳ này", "The duty of this period began") }];
}

export function obligationsOf(context) {
  const matrix = matrixOf({ ...context, query: { unit: context.query.unit } });
  const sum = (state) => matrix.columns.reduce((total, { counts }) => total + counts[state], 0);
  const next = matrix.columns.filter(({ due, counts }) => due && counts.met + counts.not_due + counts.due_soon > 0).sort((a, b) => a.due.localeCompare(b.due)).slice(0, 5).map(({ due, title, clause, counts }) => ({ due, title, clause, units: counts.met + counts.waiting + counts.not_due + counts.due_soon + counts.overdue + counts.unknown, met: counts.met }));
  const { directives: _directives, ...shares } = sharesOf();
  return { ...Object.fromEntries(WORST.map((state) => [state, sum(state)])), overdue_units: matrix.rows.filter(({ overdue }) => overdue > 0).length, next, shares };
}

function shareOf(clauses) {
  return { clauses: clauses.length, does: clauses.filter(({ kinds }) => kinds.includes("does")).length, measures: clauses.filter(({ kinds }) => kinds.includes("measures")).length, records_only: clauses.filter(({ kinds }) => kinds.length === 1 && kinds[0] === "records").length };
}
function sharesOf() {
  const inForce = register.filter(({ state }) => state === "in_force");
  const clauses = (entry) => entry.file.clauses.filter((clause) => !clause.scope_note);
  return { ...shareOf(inForce.flatMap(clauses)), directives: inForce.map((entry) => ({ ...directiveRef(entry), ...shareOf(clauses(entry)) })) };
}

function todayOf(context) {
  const mine = ownOnly(context);
  const id = Number(context.query.unit ?? context.user.scope[0].id);
  if (!mine.has(id)) throw absent();
  const unit = data.units.find((one) => one.id === id);
  const day = today();
  const roles = rolesOf(unit, day);
  const own = clausesInForce().filter(({ clause }) => isAddressed(clause, roles)).flatMap(({ clause }) => (clause.duties ?? []).map((duty) => ({ clause, instance: instanceOf(unit, duty, day, context.user) })));
  const link = (part) => ({ duty: null, clause: null, register: null, unit: null, finding: null, machine: null, site_case: null, rule: null, ...part });
  const finding = data.findings.find(({ finding }) => finding.unit.id === id && data.isOpen(finding) && finding.severity === "critical")?.finding;
  const tasks = finding ? [{ kind: "finding", urgent: true, title: finding.title, why: both(`Máy ${finding.asset.name}: ${finding.subject}. Chưa ai nhận xử lý.`, `${finding.asset.name}: ${finding.subject}. Nobody has taken it.`), due: day, due_text: both("Hôm nay", "Today"), minutes: 20, steps: [both("Rút dây mạng của máy.", "Unplug the machine from the network."), both("Hỏi người dùng tệp từ đâu tới.", "Ask where the file came from."), both("Bấm «Nhận xử lý» rồi làm theo hướng dẫn ở phát hiện.", "Press “Take” and follow the advice of the detection.")], proof: both("Hệ thống tự thấy khi tệp không còn", "The system sees by itself when the file is gone"), link: link({ finding: finding.id }) }] : [];
  const warned = advisoryTask(below([id]));
  if (warned) tasks.push({ kind: "advisory", urgent: warned.overdue, title: both(`Vá lỗ hổng ${warned.name}`, `Patch ${warned.name}`), why: both(`${warned.counts.open} máy chưa vá, ${warned.counts.unknown} máy chưa rõ.`, `${warned.counts.open} machines not patched, ${warned.counts.unknown} unknown.`), due: warned.due_on, due_text: both(`hạn ${warned.due_on.split("-").reverse().join("/")}`, `by ${warned.due_on}`), minutes: 30, steps: [both("Xác nhận đã nhận cảnh báo.", "Acknowledge the advisory."), both("Cập nhật gói theo hướng dẫn, khởi động lại nếu cần.", "Update as described, reboot where needed.")], proof: both("Danh sách phần mềm máy gửi về có phiên bản đã sửa; hệ thống tự xác nhận.", "The machine's list of software shows the fixed version; confirmed by itself."), link: link({ advisory: warned.id, unit: id }) });
  const site = siteTask(below([id]));
  if (site) tasks.push({ kind: "site_case", urgent: true, title: site.one.case.state === "open" ? both("Gỡ nội dung lạ khỏi trang web", "Remove what was put into the website") : both("Ghi nguyên nhân trang web bị chèn nội dung", "Name how the website came to be altered"), why: both(`${site.one.case.site.name} · ${site.one.case.unit.name}`, `${site.one.case.site.name} · ${site.one.case.unit.name}`), due: null, due_text: both("", ""), minutes: null, steps: site.steps, proof: both("Lần quét sau thấy trang sạch với cả bốn kiểu khách; hệ thống tự xác nhận.", "The next look finds the site clean for all four visitors; confirmed by itself."), link: link({ site_case: site.one.case.id, unit: id }) });
  for (const state of ["overdue", "due_soon"]) {
    for (const { clause, instance } of own.filter(({ instance }) => instance.state === state)) {
      if (tasks.length >= 4) break;
      tasks.push({ kind: "duty", urgent: state === "overdue", title: instance.title, why: instance.measure?.known ? both(`${instance.measure.title.vi}: ${instance.measure.value.vi}, mục tiêu ${instance.measure.target.vi || "100%"}.`, `${instance.measure.title.en}: ${instance.measure.value.en}, target ${instance.measure.target.en || "100%"}.`) : instance.reason, due: instance.due, due_text: instance.due_text, minutes: instance.minutes, steps: instance.steps, proof: instance.proof, link: link(instance.register ? { register: instance.register, duty: instance.duty, clause: clause.id, unit: id } : { duty: instance.duty, clause: clause.id, unit: id }) });
    }
  }
  const next = own.map(({ instance }) => instance).filter(({ due, state }) => due && due > day && state === "not_due").sort((a, b) => a.due.localeCompare(b.due))[0];
  const met = own.filter(({ instance }) => instance.state === "met");
  const machines = data.machines.filter((machine) => below([id]).has(machine.unit.id));
  return {
    as_of: day, unit: ref(unit), tasks, next_due: next ? { date: next.due, title: next.title } : null,
    done: met.slice(0, 4).map(({ instance }, index) => ({ title: instance.title, on: addDays(day, -3 - index * 4), by: instance.needs === "metric" ? "system" : "person" })),
    figures: { devices: machines.length + 2, protected: machines.filter(({ health }) => health === "protected").length, infected: machines.filter(({ health }) => health === "infected").length, machines: machines.length, not_updated: machines.filter((machine) => machine.not_updated).length, duties: own.length, duties_met: met.length },
    help: { name: "Trực Trung tâm giám sát, 24/7", phone: "0296 3 852 852", email: "truc@soc.lamgiang.example" },
  };
}

function calendarOf(context) {
  const year = Number(context.query.year);
  const file = content.calendars.find((one) => Number(one.year) === year);
  const scope = scopeOf(context);
  const units = data.units.filter(({ id }) => scope.has(id));
  const day = today();
  const deadlines = clausesInForce().flatMap(({ clause }) => {
    const addressed = units.filter((unit) => isAddressed(clause, rolesOf(unit, day)));
    if (addressed.length === 0) return [];
    return (clause.duties ?? []).flatMap((duty) => {
      const months = duty.recurrence === "quarterly" ? [1, 4, 7, 10] : duty.recurrence === "half_yearly" ? [1, 7] : [1];
      return [...new Set(months.map((month) => dueOf(duty, periodOf(duty, `${year}-${String(month).padStart(2, "0")}-01`))))]
        .filter((due) => due?.startsWith(String(year)) && duty.due.rule !== "holiday_window")
        .map((due) => ({ due, clause: clause.id, duty: duty.id, title: content.bothOf(duty.title), units: addressed.length, met: addressed.filter((unit) => stateOf(unit, duty, day) === "met").length, basis: duty.basis }));
    });
  });
  const holidays = (file?.holidays ?? []).map((holiday) => ({ from: holiday.from, to: holiday.to, names: [content.bothOf(holiday.name)], status: holiday.status ?? "enacted", core: holiday.core ?? [] }));
  return { year, status: file?.status ?? "unknown", decision: content.known(file?.decision), holidays, swaps: (file?.swaps ?? []).map(({ off, work }) => ({ off, work })), windows: holidays.filter(({ from, to }) => from !== to).map(({ from, to, names }) => ({ from: addDays(from, -1), to: addDays(to, 1), note: names[0] })), deadlines };
}

const feeds = new Map(); // secret → whose, of which unit

/** RFC 5545, without its folded lines. */
function calendarFile({ unit, user }) {
  const stamp = (day) => day.replaceAll("-", "");
  const quoted = (words) => words.replace(/[\\;,]/g, (mark) => `\\${mark}`).replaceAll("\n", "\\n");
  const year = Number(today().slice(0, 4));
  const { deadlines, windows } = calendarOf({ user, query: { year, unit } });
  const event = (id, from, to, words) => ["BEGIN:VEVENT", `UID:${id}@khien`, `DTSTAMP:${stamp(today())}T000000Z`, `DTSTART;VALUE=DATE:${stamp(from)}`, `DTEND;VALUE=DATE:${stamp(to)}`, `SUMMARY:${quoted(words)}`, "TRANSP:TRANSPARENT", "END:VEVENT"];
  const events = [...deadlines.map(({ duty, due, title }) => event(`${duty}-${stamp(due)}-unit${unit}`, due, addDays(due, 1), title.vi)), ...windows.map(({ from, to, note }) => event(`holiday-${stamp(from)}`, from, to, `Trực 24/7: ${note.vi}`))];
  return Buffer.from(`${["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Khien//Khien//VI", ...events.flat(), "END:VCALENDAR"].join("\r\n")}\r\n`);
}

function refuseSecret(body) {
  if (body.classification !== "none") throw new Refusal(422, "Tài liệu mật không được đưa lên Khiên. Không có gì được giữ lại.", "Classified documents must not be uploaded. Nothing was kept.", "classification");
  const bytes = Buffer.from(body.content, "base64");
  if (/T[ỐO]I\s*M[ẬA]T|TUY[ỆE]T\s*M[ẬA]T/i.test(bytes.toString("utf8"))) throw new Refusal(422, "Trong tệp có dấu «TỐI MẬT» hoặc «TUYỆT MẬT». Không có gì được giữ lại.", "The file carries a marking of a state secret. Nothing was kept.", "content");
  return bytes;
}

export const dutyHandlers = {
  getDutyMatrix: matrixOf,
  getDutyCell: (context) => {
    const day = context.query.as_of ?? today();
    const unit = find(data.units.filter(({ id }) => ownOnly(context).has(id)), Number(context.query.unit));
    const found = clausesInForce().find(({ clause }) => clause.id === context.query.clause);
    if (!found) throw absent();
    const { clause, entry } = found;
    const now = (clause.duties ?? []).map((duty) => instanceOf(unit, duty, day, context.user));
    const before = (clause.duties ?? []).filter(({ recurrence }) => ["quarterly", "half_yearly", "yearly"].includes(recurrence)).flatMap((duty) => [200, 400].map((days) => instanceOf(unit, duty, addDays(periodOf(duty, day)[0], -days), context.user, true)));
    const distinct = before.filter((one, index) => before.findIndex(({ duty, period_from: from }) => duty === one.duty && from === one.period_from) === index);
    return { unit: ref(unit), as_of: day, clause: clauseDetail(clause, entry), state: clauseState(unit, clause, day), instances: [...now, ...distinct], history: historyOf(unit, clause, context.user) };
  },
  getKindShares: sharesOf,
  getToday: todayOf,
  listDutyRecords: (context) => {
    const scope = scopeOf(context);
    const list = records.filter((record) => scope.has(record.unit) && (!context.query.state || record.state === context.query.state)).toReversed();
    return page(list.map((record) => recordOut(record, context.user)), context.query);
  },
  recordDuty: (context) => {
    const { body, user } = context;
    const { duty } = findDuty(body.duty);
    if (!ownOnly(context).has(body.unit)) throw absent();
    if (body.done_on > today()) throw new Refusal(422, "Ngày làm xong không thể sau hôm nay.", "It cannot have been done after today.", "done_on");
    const second = duty.approval === "second_person" || body.not_applicable;
    const record = { id: nextRecord++, unit: body.unit, duty: body.duty, period_from: body.period_from, done_on: body.done_on, statement: body.statement ?? "", not_applicable: body.not_applicable ?? false, state: second ? "waiting" : "approved", recorded_by: ref(user), recorded_at: data.iso(Date.now()), decided_by: null, decided_at: null, decision_note: "", evidence: body.evidence ?? [] };
    evidenceOf(record.evidence);
    records.push(record);
    data.record(user.username, "duty.record", `nghĩa vụ ${body.duty}`, unitRef(body.unit).name);
    return recordOut(record, user);
  },
  withdrawDutyRecord: ({ ids, user }) => {
    const record = find(records, ids.duty_record_id);
    record.state = "withdrawn";
    data.record(user.username, "duty.withdraw", `nghĩa vụ ${record.duty}`, unitRef(record.unit).name);
  },
  decideDutyRecord: ({ ids, body, user }) => {
    const record = find(records, ids.duty_record_id);
    if (record.recorded_by.id === user.id) throw new Refusal(409, "Người ghi nhận không tự duyệt được.", "Who recorded it cannot approve it.");
    if (record.state !== "waiting") throw new Refusal(409, "Ghi nhận này đã có quyết định.", "It is decided already.");
    if (!body.approve && !body.note?.trim()) throw new Refusal(422, "Cần ghi rõ cần bổ sung gì.", "Say what is missing.", "note");
    Object.assign(record, { state: body.approve ? "approved" : "refused", decided_by: ref(user), decided_at: data.iso(Date.now()), decision_note: body.note ?? "" });
    data.record(user.username, body.approve ? "duty.approve" : "duty.refuse", `nghĩa vụ ${record.duty}`, unitRef(record.unit).name);
    return recordOut(record, user);
  },
  uploadEvidence: (context) => {
    const { body, user } = context;
    if (!ownOnly(context).has(body.unit)) throw absent();
    return keepEvidence(body.unit, body.file_name, refuseSecret(body), user, body.effective_on ?? null);
  },
  listEvidence: (context) => {
    const { query } = context;
    const scope = scopeOf(context);
    const found = evidence.map(({ item }) => item).filter((item) => scope.has(item.unit.id) && fold(`${item.file_name} ${item.unit.name}`).includes(fold(query.q ?? "")));
    const { items, next } = page(found.toReversed(), query);
    return { items, next };
  },
  getEvidence: ({ ids }) => evidence.find(({ item }) => item.id === ids.evidence_id)?.item ?? (() => { throw absent(); })(),
  downloadEvidence: ({ ids }) => evidence.find(({ item }) => item.id === ids.evidence_id)?.bytes ?? (() => { throw absent(); })(),
  listLawTerms: () => ({
    roles: content.roles.map((role) => ({ id: role.id, title: content.bothOf(role.title), assigned: role.by === "assignment" })),
    metrics: content.metrics.map((metric) => ({ id: metric.id, title: content.bothOf(metric.title), unit: metric.unit, known: metric.source !== "later" })),
    systems: content.systems.map((system) => ({ id: system.id, title: content.bothOf(system.title) })),
  }),
  getCalendar: calendarOf,
  createCalendarFeed: ({ body, user }) => {
    const key = randomBytes(32).toString("base64url");
    for (const [old, feed] of feeds) if (feed.unit === body.unit && feed.user === user) feeds.delete(old);
    feeds.set(key, { unit: body.unit, user });
    return { url: `https://khien.lamgiang.example/api/v1/calendar.ics?key=${key}` };
  },
  getCalendarFeed: ({ query }) => calendarFile(feeds.get(query.key) ?? (() => { throw absent(); })()),
};

/** Something to approve and something approved, so that the pages are not empty on the first look. */
function seed() {
  const officer = data.users.find(({ username }) => username === "anloc");
  const soc = data.users.find(({ username }) => username === "giamsat");
  const open = (unitId, wanted) => {
    const unit = data.units.find(({ id }) => id === unitId);
    const roles = rolesOf(unit, today());
    return clausesInForce().filter(({ clause }) => isAddressed(clause, roles)).flatMap(({ clause }) => clause.duties ?? []).filter((duty) => duty.met_by === "record" && duty.approval === "second_person" && wanted.includes(stateOf(unit, duty, today())));
  };
  const make = (unit, duty, user, days, name, statement) => {
    const file = keepEvidence(unit, name, Buffer.from(`${name}\n`.repeat(800 + 37 * days)), user, addDays(today(), -days));
    records.push({ id: nextRecord++, unit, duty: duty.id, period_from: periodOf(duty, today())[0], done_on: addDays(today(), -days), statement, not_applicable: false, state: "waiting", recorded_by: ref(user), recorded_at: data.iso(Date.now() - days * 40_000_000), decided_by: null, decided_at: null, decision_note: "", evidence: [file.id] });
  };
  const [first, second] = open(12, ["not_due", "due_soon"]);
  if (first) make(12, first, officer, 6, "Biên bản kiểm tra nội bộ quý IV.pdf", "Đã kiểm tra toàn bộ 12 máy của UBND xã, kết quả nêu trong biên bản số 45/BB-UBND.");
  if (second) make(12, second, officer, 2, "Kế hoạch số 18-KH-UBND (ký số).pdf", "Chủ tịch UBND xã đã ký ban hành kế hoạch.\nĐã gửi các thôn, tổ dân phố.");
  const [third] = open(13, ["not_due", "due_soon"]);
  if (third) make(13, third, soc, 9, "Báo cáo \u202efdp.docx", "Báo cáo của UBND xã Mỹ Châu, nhập hộ.");
}
seed();
