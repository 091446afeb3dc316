// Botnet addresses in the mock hub: cases of a few units, one of nobody, one that came back; lists, look-ups and logs. What is hostile is hostile.
import { Refusal, absent, addDays, both, find, fold, page, ref, scopeOf, today, unitRef } from "./mock-common.mjs";
import * as data from "./mock-data.mjs";
import { ranges } from "./mock-estate.mjs";
import { incidentOfAddress, incidentRef } from "./mock-incidents.mjs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const EVERY_DAYS = 7;
const SOURCE = "Trung tâm An ninh mạng quốc gia";
const ago = (ms) => data.iso(Date.now() - ms);
const day = (days) => addDays(today(), -days);
const WRITERS = ["province_admin", "soc_operator", "unit_officer"];

const STEPS = [
  ["find_machine", true, both("Tìm máy đứng sau địa chỉ", "Find the machine behind the address"), both("Xem nhật ký tường lửa, DNS hoặc proxy: máy nào kết nối tới máy chủ điều khiển vào thời điểm được ghi nhận. Tải nhật ký lên để hệ thống tìm giúp.", "Look in the firewall's, resolver's or proxy's log which machine spoke to the controlling server at that time. Upload the log and it is looked for.")],
  ["isolate", true, both("Tách máy khỏi mạng", "Take the machine off the network"), both("Rút dây mạng hoặc tắt Wi-Fi. Không tắt máy nếu cần giữ dấu vết.", "Pull the cable or switch off Wi-Fi. Leave it running where traces must be kept.")],
  ["scan", true, both("Quét toàn bộ máy", "Scan the whole machine"), both("Quét toàn bộ ổ đĩa; kiểm tra cả thiết bị mạng, camera và đầu ghi hình.", "Scan all disks; look at routers, cameras and recorders too.")],
  ["clean", true, both("Gỡ mã độc hoặc cài lại máy", "Remove the malware or install anew"), both("Nếu không chắc đã sạch thì cài lại hệ điều hành từ nguồn tin cậy.", "Where in doubt install the system anew from a trusted source.")],
  ["passwords", true, both("Đổi mật khẩu đã dùng trên máy", "Change passwords used on it"), both("Đổi mật khẩu máy, thư công vụ, hệ thống đã đăng nhập từ máy này.", "Change the passwords of the machine, mail and systems that were signed in to from it.")],
  ["close_way", false, both("Bịt đường lây nhiễm", "Close the way it came in"), both("Vá lỗ hổng, đóng cổng không cần mở ra Internet.", "Patch, close ports that need not be open.")],
];
const label = both("Mốc do tỉnh đặt, không phải quy định của pháp luật.", "Set by the province, not by law.");

const rangeOf = (address) => ranges.find(({ range }) => {
  const [base, bits] = range.split("/");
  const number = (text) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return Math.floor(number(address) / 2 ** (32 - Number(bits))) === Math.floor(number(base) / 2 ** (32 - Number(bits)));
});

function makeCase(id, address, state, age, extra = {}) {
  const range = rangeOf(address);
  const events = [{ at: ago(age * DAY), who: null, event: "listed", state: "new", round: 0, step: "", note: "" }];
  return {
    address: {
      id, address, source: SOURCE, unit: range ? range.unit : null, range: range?.range ?? "", purpose: range?.purpose ?? "", state, opened_at: ago(age * DAY), entered_at: ago(Math.min(age, 2) * DAY),
      first_listed: day(age), open_since: day(age), last_listed: day(Math.min(age, 6)), last_seen_at: ago(Math.min(age, 6) * DAY + 5 * HOUR), age_days: age, absences: 0, recurrences: 0, malware: "Mirai", controller: "198.51.100.7", machine: null, ...extra,
    },
    done: {}, connections: [], history: events,
    sightings: [{ listed_on: day(Math.min(age, 6)), seen_at: ago(Math.min(age, 6) * DAY + 5 * HOUR), port: 4432, malware: extra.malware ?? "Mirai", controller: "198.51.100.7", controller_port: 80, origin: "" }],
  };
}
// A hub that begins has none; asked at each call, for it becomes empty after this was read.
const isEmpty = () => data.machines.length === 0;
const cases = [
  makeCase(1, "203.0.113.5", "recurred", 2, { recurrences: 1, first_listed: day(64), malware: "Conficker", machine: ref({ id: 3, name: "pc-003" }) }),
  makeCase(2, "203.0.113.18", "cleaning", 27, { malware: "Mirai" }),
  makeCase(3, "203.0.113.34", "sent", 13, { malware: "<img src=x onerror=window.__xss=9>\u202egnp.exe" }),
  makeCase(4, "203.0.113.35", "reported_clean", 13, { absences: 1, malware: "Necurs" }),
  makeCase(5, "203.0.113.50", "new", 6, { malware: "" , controller: ""}),
  makeCase(6, "192.0.2.77", "new", 6, { malware: "Sality" }),
  makeCase(7, "2001:db8:40::9", "new", 6, { malware: "Mozi" }),
  makeCase(8, "203.0.113.7", "delisted", 41, { absences: 2, malware: "Andromeda" }),
];
for (const one of cases.slice(0, 2)) {
  one.history.unshift({ at: ago(DAY), who: ref(data.users[0]), event: "step", state: one.address.state, round: one.address.recurrences, step: "find_machine", note: "" });
  one.done.find_machine = { at: ago(DAY), who: ref(data.users[0]) };
  one.connections.push(
    { matched: "controller", inside: "10.22.1.15", outside: "198.51.100.7", port: 80, first_at: ago(7 * DAY), last_at: ago(6 * DAY), times: 184, machine: ref({ id: 3, name: "pc-003" }), machines: 1 },
    { matched: "translated", inside: "10.22.1.31", outside: "203.0.113.250", port: 443, first_at: ago(6 * DAY), last_at: ago(6 * DAY), times: 1, machine: null, machines: 2 },
  );
}

const lists = [13, 6].map((age, index) => ({ list: { id: index + 1, source: SOURCE, listed_on: day(age), complete: true, file_name: "IP botnet.xlsx", state: "confirmed", rows: 9 - index, addresses: 8 - index, problems_total: 0, created_at: ago(age * DAY), created_by: ref(data.users[0]), confirmed_at: ago(age * DAY) }, report: emptyReport() })).reverse();
const lookups = [6, 13, 20].map((age, index) => ({ id: 3 - index, unit: unitRef(1), looked_up_at: ago(age * DAY), who: ref(data.users[0]), found: [7, 8, 0][index], note: index === 2 ? "Không có địa chỉ mới." : "", by_list: index < 2 }));

function emptyReport() {
  return { rows: 0, addresses: 0, duplicates: 0, fresh: 0, again: 0, recurring: 0, missing: 0, delisting: 0, unknown: 0, units: [], sample: [], problems_total: 0, problems: [], notes: [] };
}

const wholeTenant = (user) => user.scope.some(({ id }) => id === 1);
const mayImport = (user) => wholeTenant(user) && ["province_admin", "soc_operator"].includes(user.role);
function lookupState(user) {
  const newest = isEmpty() ? undefined : lookups.map(({ looked_up_at }) => Date.parse(looked_up_at)).sort((a, b) => b - a)[0];
  const days = newest === undefined ? null : Math.floor((Date.now() - newest) / DAY);
  return { days_since: days, every_days: EVERY_DAYS, late: days === null || days > EVERY_DAYS, label, may_import: mayImport(user) };
}

const isOpen = ({ address }) => address.state !== "delisted";
const VIEWS = {
  open: isOpen,
  waiting: ({ address }) => ["new", "recurred"].includes(address.state),
  working: ({ address }) => ["sent", "cleaning", "reported_clean"].includes(address.state),
  delisted: ({ address }) => address.state === "delisted",
  unknown: (one) => isOpen(one) && one.address.unit === null,
  all: () => true,
};
function visible(context) {
  const scope = scopeOf(context);
  return isEmpty() ? [] : cases.filter(({ address }) => scope.has(address.unit?.id ?? 1));
}
function own(context, id) {
  return visible({ ...context, query: {} }).find(({ address }) => address.id === id) ?? (() => { throw absent(); })();
}

function mayOf({ address, done }, user) {
  if (!WRITERS.includes(user.role)) return [];
  const { state } = address;
  const waits = ["new", "recurred"].includes(state);
  const clean = STEPS.every(([id, required]) => !required || done[id]);
  return [
    ...(waits && user.role !== "unit_officer" ? ["sent"] : []),
    ...(waits || state === "sent" || state === "reported_clean" ? ["cleaning"] : []),
    ...(waits || state === "sent" || state === "cleaning" ? ["step"] : []),
    ...(clean && (state === "sent" || state === "cleaning") ? ["reported_clean"] : []),
    ...(state !== "delisted" && wholeTenant(user) ? ["attributed"] : []),
    ...(state !== "delisted" ? ["host"] : []),
    "note",
  ];
}
/** Address 3 became incident 1. */
const BECAME = new Map([[3, 1]]);
export const addressesOf = (incident) => cases.filter(({ address }) => !isEmpty() && BECAME.get(address.id) === incident).map(({ address: { id, address, unit, state } }) => ({ id, address, unit, state }));

function detailOf(one, user) {
  const steps = STEPS.map(([id, required, title, how]) => ({ id, required, title, how, done_at: one.done[id]?.at ?? null, done_by: one.done[id]?.who ?? null }));
  const incidents = BECAME.has(one.address.id) ? [incidentRef(BECAME.get(one.address.id))] : [];
  return { incidents, address: one.address, steps, sightings: one.sightings, connections: one.connections, history: one.history, may: mayOf(one, user), lookup: lookupState(user) };
}

function listAddresses(context) {
  const { query, user } = context;
  const all = visible(context);
  const words = fold(query.q ?? "");
  const items = all.filter(VIEWS[query.view ?? "open"]).filter(({ address }) => fold(`${address.address} ${address.malware} ${address.controller} ${address.unit?.name ?? ""}`).includes(words)).map(({ address }) => address).sort((a, b) => b.age_days - a.age_days);
  const ages = all.filter(isOpen).map(({ address }) => address.age_days);
  return {
    ...page(items, query),
    counts: { ...Object.fromEntries(Object.entries(VIEWS).map(([name, test]) => [name, all.filter(test).length])), recurred: all.filter((one) => isOpen(one) && one.address.recurrences > 0).length, oldest_days: ages.length ? Math.max(...ages) : null },
    lookup: lookupState(user),
  };
}

function move(context) {
  const { ids, body, user } = context;
  const one = own(context, ids.botnet_case_id);
  if (!mayOf(one, user).includes(body.event)) throw new Refusal(409, "Địa chỉ đang ở bước không cho phép thao tác này. Tải lại rồi thử lại.", "The address's state does not allow this. Reload and try again.");
  const { address } = one;
  if (body.event === "step") one.done[body.step] = { at: ago(0), who: ref(user) };
  if (body.event === "attributed") Object.assign(address, { unit: unitRef(body.unit), range: "", purpose: "" });
  if (body.event === "host") address.machine = body.machine ? ref({ id: body.machine, name: data.machines.find(({ id }) => id === body.machine)?.name ?? `pc-00${body.machine}` }) : null;
  if (body.event === "step") address.state = "cleaning";
  else if (["sent", "cleaning", "reported_clean"].includes(body.event)) address.state = body.event;
  one.history.unshift({ at: ago(0), who: ref(user), event: body.event, state: address.state, round: address.recurrences, step: body.step ?? "", note: body.note ?? "" });
  data.record(user.username, "botnet.move", `botnet_case:${address.id}`, body.event);
  return detailOf(one, user);
}

function openIncident(context) {
  const { ids, body, user } = context;
  const one = own(context, ids.botnet_case_id);
  if (!mayOf(one, user).includes("note")) throw new Refusal(403, "Bạn không có quyền làm việc này.", "You may not do this.");
  if (!one.address.unit) throw new Refusal(422, "Địa chỉ chưa rõ đơn vị nên chưa mở được sự cố.", "It is not known whose address this is.", "incident");
  const incident = incidentOfAddress(one.address, body, user);
  BECAME.set(one.address.id, incident);
  data.record(user.username, "botnet.incident", `botnet_case:${one.address.id}`, `incident:${incident}`);
  return detailOf(one, user);
}

const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|127\.)/;
function preview({ body, user }) {
  if (!mayImport(user)) throw new Refusal(403, "Bạn không có quyền làm việc này.", "You may not do this.");
  const text = body.text ?? Buffer.from(body.content, "base64").toString("utf8");
  const report = emptyReport();
  const problem = (row, value, message) => { report.problems.push({ row, column: body.text ? "" : "Địa chỉ IP", value, message }); };
  text.split("\n").forEach((line, index) => {
    for (const word of line.replaceAll("[.]", ".").match(/\d+\.\d+\.\d+\.\d+(\/\d+)?/g) ?? []) {
      report.rows++;
      if (word.includes("/")) problem(index + 1, word, both("Đây là một dải địa chỉ. Danh sách phải ghi từng địa chỉ.", "This is a range. A list names each address."));
      else if (PRIVATE.test(word)) problem(index + 1, word, both("Địa chỉ nội bộ (dùng riêng trong mạng), bên ngoài không thấy được.", "A private address: nobody outside can have seen it."));
      else if (report.sample.some(({ address }) => address === word)) report.duplicates++;
      else report.sample.push(sampleOf(word, index + 1));
    }
  });
  report.problems_total = report.problems.length;
  report.addresses = report.sample.length;
  for (const { what } of report.sample) report[what]++;
  report.unknown = report.sample.filter(({ unit }) => !unit).length;
  if (body.complete) report.missing = cases.filter((one) => isOpen(one) && !report.sample.some(({ address }) => address === one.address.address)).length;
  for (const { unit } of report.sample) {
    const share = unit && report.units.find((known) => known.unit.id === unit.id);
    if (share) share.addresses++;
    else if (unit) report.units.push({ unit, addresses: 1 });
  }
  const detail = { list: { id: lists.length + 1, source: body.source, listed_on: body.listed_on, complete: body.complete, file_name: body.file_name ?? "Văn bản dán vào", state: "previewed", rows: report.rows, addresses: report.addresses, problems_total: report.problems_total, created_at: ago(0), created_by: ref(user), confirmed_at: null }, report };
  lists.unshift(detail);
  return detail;
}
function sampleOf(address, row) {
  const range = rangeOf(address);
  const known = cases.find((one) => one.address.address === address);
  const what = !known ? "fresh" : known.address.state === "delisted" ? "recurring" : "again";
  return { row, address, port: null, seen_at: null, malware: "", controller: "", controller_port: null, what, unit: range?.unit ?? null, range: range?.range ?? "" };
}
function confirm({ ids, user }) {
  const detail = lists.find(({ list }) => list.id === ids.botnet_list_id) ?? (() => { throw absent(); })();
  const { list, report } = detail;
  if (list.state !== "previewed" || report.problems_total > 0) throw new Refusal(409, "Bản xem trước này không còn chờ xác nhận, hoặc danh sách có dòng sai.", "This preview does not wait for confirmation any more, or a row is wrong.");
  for (const row of report.sample) if (row.what === "fresh") cases.push(makeCase(cases.length + 1, row.address, "new", 0));
  Object.assign(list, { state: "confirmed", confirmed_at: ago(0) });
  if (list.complete) lookups.unshift({ id: lookups.length + 1, unit: unitRef(1), looked_up_at: ago(0), who: ref(user), found: report.addresses, note: "", by_list: true });
  data.record(user.username, "botnet_list.confirm", `botnet_list:${list.id}`, `confirmed, ${report.addresses} addresses`);
  return detail;
}
const lookupPage = ({ query, user }) => ({ ...page(wholeTenant(user) && !isEmpty() ? lookups : [], query), lookup: lookupState(user) });

export const botnetHandlers = {
  listBotnetAddresses: listAddresses,
  getBotnetAddress: (context) => detailOf(own(context, context.ids.botnet_case_id), context.user),
  moveBotnetAddress: move,
  openBotnetIncident: openIncident,
  listBotnetLists: ({ query, user }) => ({ ...page(wholeTenant(user) && !isEmpty() ? lists.filter(({ list }) => list.state === "confirmed").map(({ list }) => list) : [], query), sources: isEmpty() ? [] : [SOURCE] }),
  previewBotnetList: preview,
  getBotnetList: ({ ids }) => lists.find(({ list }) => list.id === ids.botnet_list_id) ?? (() => { throw absent(); })(),
  discardBotnetList: ({ ids }) => {
    const detail = lists.find(({ list }) => list.id === ids.botnet_list_id) ?? (() => { throw absent(); })();
    if (detail.list.state === "confirmed") throw new Refusal(409, "Danh sách đã tính thì được giữ lại.", "A list that counted is kept.");
    lists.splice(lists.indexOf(detail), 1);
  },
  confirmBotnetList: confirm,
  listBotnetLookups: lookupPage,
  recordBotnetLookup: ({ body, user, query }) => {
    if (!mayImport(user)) throw new Refusal(403, "Bạn không có quyền làm việc này.", "You may not do this.");
    lookups.unshift({ id: lookups.length + 1, unit: unitRef(1), looked_up_at: body.looked_up_at ?? ago(0), who: ref(user), found: body.found, note: body.note ?? "", by_list: false });
    return lookupPage({ query, user });
  },
  uploadBotnetLog: ({ body }) => {
    find(data.units, body.unit);
    const rows = Buffer.from(body.content, "base64").toString("utf8").split("\n").length - 1;
    return { rows, unread: 0, matched: Math.min(rows, 2), kept: Math.min(rows, 1), cases: Math.min(rows, 1), machines: Math.min(rows, 1), problems: [] };
  },
};
