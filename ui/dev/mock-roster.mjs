// Duty rosters of the mock hub: windows of the shipped calendars, shifts, gaps to the minute, test calls.
import { Refusal, absent, addDays, chance, find, ownOnly, page, ref, scopeOf, today, unitRef } from "./mock-common.mjs";
import * as content from "./mock-content.mjs";
import * as data from "./mock-data.mjs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ago = (ms) => data.iso(Date.now() - ms);
const at = (day, hours) => Date.parse(`${day}T00:00:00.000Z`) + (hours - 7) * HOUR;
const weekday = (day) => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
const EDITORS = ["province_admin", "soc_operator", "unit_officer"];

const holidays = content.calendars.flatMap(({ holidays: own = [] }) => own);
const worked = new Set(content.calendars.flatMap(({ swaps = [] }) => swaps.map(({ work }) => work)));
const lieu = new Set(content.calendars.flatMap(({ swaps = [] }) => swaps.map(({ off }) => off)));
const isHoliday = (day) => holidays.some(({ from, to }) => from <= day && day <= to);
const isOff = (day) => !worked.has(day) && (weekday(day) >= 5 || lieu.has(day) || isHoliday(day));

/** From the last working hour before to the first after: adjoining days off are one window. */
const windows = (() => {
  const made = new Map();
  for (const { from, to, name, status } of holidays) {
    let first = from;
    let last = to;
    while (isOff(addDays(first, -1))) first = addDays(first, -1);
    while (isOff(addDays(last, 1))) last = addDays(last, 1);
    const known = made.get(first);
    const names = [...(known?.names ?? []), content.bothOf(name)];
    made.set(first, { id: first, names, from: at(addDays(first, -1), 17), to: at(addDays(last, 1), 7.5), status: known && known.status !== "enacted" ? known.status : (status ?? "enacted") });
  }
  return [...made.values()].sort((a, b) => a.from - b.from);
})();

let nextShift = 1;
const shifts = [];
const NAMES = ["Nguyễn Thị Hạnh", "Lò Văn Pánh", "Đặng Quốc Huy", "Hoàng Thị Thơm", "Bùi Văn Ớt"];
const put = (unit, from, to, person, part = "main", user = null, phone = "0912 000 12" + (nextShift % 10)) => shifts.push({ id: nextShift++, unit: unitRef(unit), from: data.iso(from), to: data.iso(to), person, phone, user: user && ref(user), part, handover: null });

/** Twelve-hour shifts through a window; An Lộc leaves an hour and a minute, the standing body none. */
function fill(unit, window, people, holes = []) {
  let turn = 0;
  for (let from = window.from; from < window.to; from += 12 * HOUR) {
    const to = Math.min(from + 12 * HOUR, window.to);
    const [name, user] = people[turn++ % people.length];
    const hole = holes.find((one) => one.turn === turn);
    put(unit, from, hole ? to - hole.minutes * MINUTE : to, name, "main", user);
  }
}
function seed() {
  const [admin, operator, officer] = data.users;
  const body = [[operator.name, operator], ["Phạm Hải Yến", null], ["Trần Quốc Bảo", admin]];
  const ahead = windows.filter(({ to }) => to > Date.now());
  const [next, tet] = ahead;
  if (next) {
    fill(16, next, body);
    fill(12, next, NAMES.map((name) => [name, name === officer.name ? officer : null]), [{ turn: 3, minutes: 60 }, { turn: 5, minutes: 1 }]);
    put(12, next.from + 20 * HOUR, next.from + 30 * HOUR, "Nguyễn Thị Hạnh", "deputy", officer);
  }
  if (tet) fill(16, tet, body);
  // The weeks around today: every night of the standing body, half of them at An Lộc.
  const first = addDays(today(), -weekday(today()) - 7);
  for (let day = 0; day < 28; day++) {
    const night = at(addDays(first, day), 17);
    if (ahead.some(({ from, to }) => night + 14 * HOUR > from && night < to)) continue;
    const [name, user] = body[day % 3];
    put(16, night, night + 14.5 * HOUR, name, "main", user);
    put(16, night, night + 14.5 * HOUR, body[(day + 1) % 3][0], "deputy", body[(day + 1) % 3][1]);
    if (day % 2 === 0) put(12, night, night + 14.5 * HOUR, NAMES[(day / 2) % 5], "main", day % 5 === 0 ? officer : null);
  }
  const now = Date.now();
  // Somebody is on duty while one looks: whatever the hour.
  put(16, Math.floor((now - 3 * HOUR) / HOUR) * HOUR, Math.floor((now + 6 * HOUR) / HOUR) * HOUR, operator.name, "main", operator, "0903 111 222");
  const over = shifts.filter(({ unit, to }) => unit.id === 16 && to < data.iso(now)).at(-3);
  if (over) over.handover = { words: "Sự cố mã độc ở Bệnh viện Đa khoa đã khoanh vùng. Theo dõi hai máy chủ đang cách ly; 07:00 gọi lại anh Ý.", at: over.to, by: ref(operator) };
}
seed();

const spanOf = (from, to) => ({ from: data.iso(from), to: data.iso(to), minutes: Math.ceil((to - from) / MINUTE) });
function gapsOf(unit, { from, to }) {
  const own = shifts.filter((shift) => shift.unit.id === unit && shift.part === "main").map((shift) => [Date.parse(shift.from), Date.parse(shift.to)]).filter(([a, b]) => b > from && a < to).sort((a, b) => a[0] - b[0]);
  const gaps = [];
  let covered = from;
  for (const [a, b] of own) {
    if (a > covered) gaps.push(spanOf(covered, Math.min(a, to)));
    covered = Math.max(covered, b);
  }
  if (covered < to) gaps.push(spanOf(covered, to));
  return gaps;
}
/** Bodies that have to watch around the clock on days off; most have drawn up theirs. */
const bound = () => data.units.filter(({ kind, id }) => ["commune", "department", "police", "hospital"].includes(kind) && id <= 60);
const drawn = (unit, window) => unit.id !== 12 && unit.id !== 16 && chance("roster", unit.id, window.id) < 0.8;
const gapsFor = (unit, window) => (drawn(unit, window) ? [] : gapsOf(unit.id, window));
const minutesOf = (gaps) => gaps.reduce((sum, { minutes }) => sum + minutes, 0);

function doubles(list) {
  const found = [];
  const sorted = [...list].sort((a, b) => a.from.localeCompare(b.from));
  for (const [index, a] of sorted.entries()) {
    for (const b of sorted.slice(index + 1)) {
      if (b.from >= a.to) break;
      if (a.person === b.person) found.push({ person: a.person, shifts: [a.id, b.id], span: spanOf(Date.parse(b.from), Math.min(Date.parse(a.to), Date.parse(b.to))) });
    }
  }
  return found;
}
const mayEdit = (shift, user) => EDITORS.includes(user.role) && ownOnly({ user, query: {} }).has(shift.unit.id);
const out = (shift, user) => ({ ...shift, may_edit: mayEdit(shift, user) && shift.from > data.iso(Date.now()) });

function rosterOf(context) {
  const { query, user } = context;
  const scope = scopeOf(context);
  const from = at(query.from, 0);
  const to = at(addDays(query.to, 1), 0);
  if (to < from || to - from > 101 * DAY) throw new Refusal(422, "Nhiều nhất 100 ngày.", "At most 100 days.", "to");
  const chosen = query.unit ? Number(query.unit) : user.scope.length === 1 && user.scope[0].id !== 1 ? user.scope[0].id : null;
  const own = shifts.filter(({ unit }) => (chosen ? unit.id === chosen : scope.has(unit.id)));
  const inSpan = own.filter((shift) => Date.parse(shift.to) > from && Date.parse(shift.from) < to);
  const now = data.iso(Date.now());
  const brief = query.windows_only === true || query.windows_only === "true";
  return {
    unit: chosen ? unitRef(chosen) : null,
    shifts: brief ? [] : inSpan.sort((a, b) => a.from.localeCompare(b.from)).map((shift) => out(shift, user)),
    windows: windows.filter((one) => one.to > from && one.from < to).map((one) => {
      const gaps = chosen ? gapsFor(data.units.find(({ id }) => id === chosen), one) : [];
      return { id: one.id, names: one.names, from: data.iso(one.from), to: data.iso(one.to), status: one.status, gap_minutes: chosen ? minutesOf(gaps) : null, gaps, units_with_gaps: bound().filter((unit) => scope.has(unit.id) && gapsFor(unit, one).length > 0).length };
    }),
    double_bookings: brief ? [] : doubles(inSpan),
    on_duty: brief ? [] : own.filter((shift) => shift.from <= now && now < shift.to).map((shift) => out(shift, user)),
  };
}
function unitsOf(context) {
  const window = windows.find(({ id }) => id === context.query.window) ?? (() => { throw absent(); })();
  const scope = scopeOf(context);
  const list = bound()
    .filter(({ id }) => scope.has(id))
    .map((unit) => {
      const gaps = gapsFor(unit, window);
      const count = shifts.filter((shift) => shift.unit.id === unit.id && Date.parse(shift.to) > window.from && Date.parse(shift.from) < window.to).length;
      return { unit: ref(unit), gap_minutes: minutesOf(gaps), shifts: drawn(unit, window) ? 6 : count, first_gap: gaps[0] ?? null };
    })
    .filter((row) => context.query.only_gaps !== "true" || row.gap_minutes > 0)
    .sort((a, b) => b.gap_minutes - a.gap_minutes || a.unit.name.localeCompare(b.unit.name, "vi"));
  return page(list, context.query);
}
function checked(body, user) {
  if (body.from >= body.to) throw new Refusal(422, "Giờ hết ca phải sau giờ bắt đầu.", "The end has to be after the beginning.", "to");
  if (body.from < ago(MINUTE)) throw new Refusal(422, "Ca trực không thể bắt đầu trong quá khứ.", "A shift cannot begin in the past.", "from");
  if (!ownOnly({ user, query: {} }).has(body.unit)) throw absent();
  return body;
}
const shiftOf = ({ ids, user }) => {
  const shift = find(shifts, ids.shift_id);
  if (!mayEdit(shift, user)) throw absent();
  return shift;
};
function ahead(context) {
  const shift = shiftOf(context);
  if (shift.from <= ago(0)) throw new Refusal(409, "Ca trực đã bắt đầu, không sửa được nữa.", "The shift has begun and can no longer be changed.");
  return shift;
}

let nextPing = 1;
const pings = [];
const ping = (unit, age, person, by, answered) => pings.unshift({ id: nextPing++, unit: unitRef(unit), asked_at: ago(age), asked_by: ref(by), person, answered_at: answered === null ? null : ago(age - answered * 1000), answered_by: answered === null ? null : ref(data.users[1]), escalated_at: answered === null || answered > 900 ? ago(age - 15 * MINUTE) : null, seconds_to_answer: answered, asks: null });
ping(16, 9 * DAY, "Phạm Hải Yến", data.users[0], 1_260);
ping(16, 5 * DAY, "Trần Quốc Bảo", data.users[0], 48);
ping(12, 30 * HOUR, "Lò Văn Pánh", data.users[1], null);
ping(16, 26 * HOUR, "Lê Minh Đức", data.users[0], 132);
const pingOut = ({ asks: _, ...one }) => ({ ...one, may_answer: !one.answered_at, calls: [{ step: "duty", at: one.asked_at, person: one.person, phone: "0912 000 121", user: null }] });
const waits = (one, user) => one.asks === user.id && !one.answered_at;

const settings = new Map();
const settingsOf = (unit) => ({ need: "by_law", deputy_after_minutes: 15, leader_after_minutes: 15, ...settings.get(unit), unit: unitRef(unit) });

export const rosterHandlers = {
  getRoster: rosterOf,
  listRosterUnits: unitsOf,
  addShift: ({ body, user }) => {
    checked(body, user);
    const shift = { id: nextShift++, unit: unitRef(body.unit), from: body.from, to: body.to, person: body.person, phone: body.phone ?? "", user: body.user ? ref(find(data.users, body.user)) : null, part: body.part, handover: null };
    shifts.push(shift);
    data.record(user.username, "shift.add", `ca trực ${shift.id}`, shift.person);
    return out(shift, user);
  },
  updateShift: (context) => {
    const shift = ahead(context);
    checked({ ...shift, unit: shift.unit.id, ...context.body }, context.user);
    const { user, ...rest } = context.body;
    Object.assign(shift, rest, user ? { user: ref(find(data.users, user)) } : {});
    return out(shift, context.user);
  },
  removeShift: (context) => void shifts.splice(shifts.indexOf(ahead(context)), 1),
  handOverShift: (context) => {
    const shift = shiftOf(context);
    if (shift.handover) throw new Refusal(409, "Ca này đã bàn giao; lời bàn giao không sửa được.", "The shift was handed over; the note never changes.");
    if (shift.from > ago(0)) throw new Refusal(409, "Ca chưa bắt đầu.", "The shift has not begun.");
    shift.handover = { words: context.body.words, at: ago(0), by: ref(context.user) };
    return out(shift, context.user);
  },
  pingRoster: ({ body, user }) => {
    if (!ownOnly({ user, query: {} }).has(body.unit)) throw absent();
    const now = ago(0);
    const onDuty = shifts.find((shift) => shift.unit.id === body.unit && shift.part === "main" && shift.from <= now && now < shift.to);
    if (!onDuty) throw new Refusal(409, "Hiện không có ai trực ở cơ quan này.", "Nobody is on duty there now.");
    // In the mock whoever calls is called, so that one person sees both sides.
    pings.unshift({ id: nextPing++, unit: unitRef(body.unit), asked_at: now, asked_by: ref(user), person: onDuty.person, answered_at: null, answered_by: null, escalated_at: null, seconds_to_answer: null, asks: user.id });
    return pingOut(pings[0]);
  },
  listDutyPings: (context) => {
    const scope = scopeOf(context);
    return page(pings.filter((one) => (context.query.view === "to_me" ? waits(one, context.user) : scope.has(one.unit.id) && (!context.query.unit || one.unit.id === Number(context.query.unit)))).map(pingOut), context.query);
  },
  answerDutyPing: ({ ids, user }) => {
    const one = find(pings, ids.duty_ping_id);
    if (one.answered_at) throw new Refusal(409, "Lần gọi này đã có người trả lời.", "This call was answered.");
    return pingOut(Object.assign(one, { answered_at: ago(0), answered_by: ref(user), seconds_to_answer: Math.round((Date.now() - Date.parse(one.asked_at)) / 1000) }));
  },
  getRosterSettings: (context) => settingsOf(Number(context.query.unit)),
  setRosterSettings: ({ body }) => {
    settings.set(body.unit, body);
    return settingsOf(body.unit);
  },
  getRosterCalendar: () => Buffer.from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Khien//Lich truc//VI\r\nEND:VCALENDAR\r\n"),
};
