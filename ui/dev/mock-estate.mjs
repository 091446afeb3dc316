// Units as a dated tree, devices, sites, contacts and address ranges of the mock hub.
import { Refusal, addDays, below, chance, find, fold, inScope, ownOnly, page, today, unitRef } from "./mock-common.mjs";
import * as data from "./mock-data.mjs";
import { assignments, roleTitle } from "./mock-law.mjs";
import { systems } from "./mock-systems.mjs";

const succession = [
  { kind: "merge", on: "2025-07-01", decision: "Nghị quyết 1668/NQ-UBTVQH15", from: [2000], into: [12, 13] },
  { kind: "split", on: "2025-07-01", decision: "Nghị quyết 1668/NQ-UBTVQH15", from: [2004], into: [14] },
];
const PEOPLE = ["Nguyễn Thị Hạnh", "Trần Văn Khoa", "Lê Thu Trang", "Phạm Minh Quân", "Đỗ Hồng Nhung", "Võ Thành Long"];

const GAP_OF = {
  protected: { state: "protected", gap: null },
  attention: { state: "unprotected", gap: "scan_old" },
  infected: { state: "unprotected", gap: "infected" },
  silent: { state: "unknown", gap: "silent" },
  pending: { state: "unknown", gap: "not_scanned" },
};
const GAPS = ["infected", "engine_off", "scan_old", "not_scanned", "silent", "marked", "no_agent"];
const MARKED = { unprotected: "marked", unknown: "no_agent", protected: null, retired: null };
export function deviceCounts(list) {
  const count = (wanted) => list.filter((device) => device.state === wanted).length;
  const gaps = Object.fromEntries(GAPS.map((gap) => [gap, list.filter((device) => device.gap === gap).length]));
  return { expected: list.length - count("retired"), protected: count("protected"), unprotected: count("unprotected"), unknown: count("unknown"), retired: count("retired"), gaps };
}
// The one that a list told of before its agent came: what is taken for its machine by the name may be parted from it.
const LISTED = 2;
const parted = new Map(); // device → what it was with its machine, and the machine's own line meanwhile
export const devices = data.machines.map((machine, index) => ({ id: index + 1, unit: machine.unit, name: machine.name, kind: machine.name.startsWith("srv") ? "server" : "workstation", serial: `SN${4100 + index}`, mac: `52:54:00:${(index + 16).toString(16).padStart(2, "0")}:1a:7f`, address: machine.addresses[0], source: index === LISTED ? "import" : "agent", machine: machine.id, ...GAP_OF[machine.health], last_seen: machine.last_seen, note: "", retired_on: null }));
for (let index = 0; index < 60; index++) {
  const unit = 2 + Math.floor(chance("device", index) * 40);
  const state = index % 9 === 0 ? "retired" : index % 3 === 0 ? "unknown" : "unprotected";
  devices.push({ id: devices.length + 1, unit: unitRef(unit), name: index === 4 ? "PC-<b>KẾ TOÁN</b>" : `PC-${String(index + 1).padStart(3, "0")}`, kind: index % 11 === 0 ? "network" : "workstation", serial: `SN${7300 + index}`, mac: "", address: `10.${20 + unit}.3.${index + 10}`, source: index % 2 ? "dhcp" : "import", machine: null, state, gap: MARKED[state], last_seen: null, note: "", retired_on: state === "retired" ? addDays(today(), -40) : null });
}
export const sites = Array.from({ length: 24 }, (_, index) => {
  const unit = index < 14 ? index + 2 : 2 + Math.floor(chance("site", index) * 50);
  const label = chance("label", index) > 0.35;
  return { id: index + 1, unit: unitRef(unit), address: `${["ubnd", "so", "thuvien", "dichvucong", "anloc", "mychau"][index % 6]}${index}.lamgiang.example`, title: unitRef(unit).name, label: label ? `TNM-${1200 + index}` : "", label_valid_to: label ? addDays(today(), Math.floor(chance("until", index) * 400) - 60) : null, domain_valid_to: null, valid_to: null, open_findings: 0 };
});
export const ranges = [2, 3, 8, 12].map((unit, index) => ({ id: index + 1, unit: unitRef(unit), range: `203.0.113.${index * 16}/28`, purpose: index % 2 ? "Mạng khách" : "Trang thông tin điện tử" }));
export const contacts = Array.from({ length: 30 }, (_, index) => ({ id: index + 1, unit: unitRef(2 + (index % 24)), purpose: ["security", "incident", "leader", "monitoring", "duty"][index % 5], name: PEOPLE[index % PEOPLE.length], title: index % 2 ? "Công chức văn hóa – xã hội" : "Chuyên viên CNTT", phone: `0912 345 ${100 + index}`, email: `dauMoi${index}@lamgiang.example`.toLowerCase(), around_the_clock: index % 4 === 0, valid_from: "2025-07-01", valid_to: index % 7 === 6 ? addDays(today(), -12) : null }));

export function unitsAt(day) {
  const when = day ?? today();
  return [...data.units, ...data.endedUnits].filter((unit) => (unit.valid_from ?? "") <= when && (unit.valid_to === null || when <= unit.valid_to));
}

function unitOf(context) {
  const id = context.ids.unit_id;
  const ended = data.endedUnits.find((unit) => unit.id === id);
  return ended ?? find(data.units.filter((unit) => ownOnly(context).has(unit.id)), id);
}
function detailOf(context, unit = unitOf(context)) {
  const ids = below([unit.id]);
  const within = (list) => list.filter((item) => ids.has(item.unit.id));
  const machines = within(data.machines);
  const own = within(devices).filter(({ state }) => state !== "retired");
  const person = contacts.find((contact) => contact.unit.id === unit.id && contact.purpose === "leader");
  return {
    unit: { ...unit, machines: machines.length, open_findings: data.findings.filter(({ finding }) => ids.has(finding.unit.id) && data.isOpen(finding)).length },
    as_of: context.query.as_of ?? today(),
    roles: assignments.filter((one) => one.unit === unit.id).toReversed().map(({ unit: _unit, ...one }) => ({ ...one, title: roleTitle(one.role) })),
    succession: succession.filter((one) => [...one.from, ...one.into].includes(unit.id)).map((one) => ({ ...one, from: one.from.map(unitRef), into: one.into.map(unitRef) })),
    counts: { devices: own.length, protected: own.filter(({ state }) => state === "protected").length, systems: within(systems).length, sites: within(sites).length, contacts: within(contacts).length },
    accountable: unit.kind === "commune" || unit.kind === "department" ? { name: person?.name ?? PEOPLE[unit.id % PEOPLE.length], title: unit.kind === "commune" ? "Chủ tịch UBND" : "Giám đốc", valid_from: "2025-07-01" } : null,
  };
}
const rank = { unprotected: 0, unknown: 1, protected: 2, retired: 3 };
const clean = (fields) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value === "" && /(_to|_on)$/.test(name) ? null : value]));
const change = (item, { unit, ...rest }) => Object.assign(item, clean(rest), unit ? { unit: unitRef(unit) } : {});
const own = (context, list, id) => find(inScope({ ...context, query: {} }, list), id);

export const estateHandlers = {
  getUnit: (context) => detailOf(context),
  succeedUnit: (context) => {
    const unit = unitOf(context);
    const { kind, on, decision, into = [], new_name: name } = context.body;
    if (kind === "rename") unit.name = name;
    else {
      if (kind === "split" && into.length < 2) throw new Refusal(422, "Chia tách cần ít nhất hai cơ quan mới.", "A split needs two agencies at least.", "into");
      unit.valid_to = addDays(on, -1);
    }
    succession.unshift({ kind, on, decision, from: [unit.id], into });
    return detailOf(context, unit);
  },
  assignUnitRole: (context) => {
    const unit = unitOf(context);
    const { role, valid_from, valid_to = null, decision } = context.body;
    if (assignments.some((one) => one.role === role && one.unit === unit.id && one.valid_to === null)) throw new Refusal(409, "Cơ quan này đang giữ vai trò đó.", "The agency has this role already.", "role");
    assignments.push({ id: assignments.length + 1, unit: unit.id, role, valid_from, valid_to, decision });
    return detailOf(context, unit);
  },
  endUnitRole: (context) => {
    const role = find(assignments, context.ids.unit_role_id);
    role.valid_to = context.body.valid_to;
    return detailOf({ ...context, ids: { unit_id: role.unit } });
  },
  listDevices: (context) => {
    const { q, state, gap } = context.query;
    const all = inScope(context, devices).filter((device) => fold(`${device.name} ${device.address} ${device.serial} ${device.mac}`).includes(fold(q ?? "")));
    const list = all.filter((device) => (state ? device.state === state : device.state !== "retired") && (!gap || (gap === "any" ? device.gap : device.gap === gap))).sort((a, b) => rank[a.state] - rank[b.state]);
    return { ...page(list, context.query), counts: deviceCounts(all) };
  },
  createDevice: ({ body }) => {
    const device = { id: devices.length + 1, unit: unitRef(body.unit), name: body.name, kind: body.kind, serial: body.serial ?? "", mac: body.mac ?? "", address: body.address ?? "", source: "hand", machine: null, state: "unknown", gap: "no_agent", last_seen: null, note: body.note ?? "", retired_on: null };
    devices.push(device);
    return device;
  },
  updateDevice: (context) => {
    const device = own(context, devices, context.ids.device_id);
    const { marked, ...rest } = context.body;
    change(device, rest);
    if (marked) device.state = marked;
    if (device.retired_on) device.state = "retired";
    if (device.machine === null) device.gap = MARKED[device.state];
    return device;
  },
  partDevice: (context) => {
    const device = own(context, devices, context.ids.device_id);
    if (device.machine === null || device.source === "agent") throw new Refusal(409, "Thiết bị này chưa được ghép với máy nào.", "The device is not matched with a machine.");
    const line = { ...device, id: Math.max(...devices.map(({ id }) => id)) + 1, source: "agent" };
    devices.push(line);
    const { machine, state, gap, last_seen } = device;
    parted.set(device.id, { line, matched: { machine, state, gap, last_seen } });
    Object.assign(device, { machine: null, state: "unknown", gap: "no_agent", last_seen: null });
    data.record(context.user.username, "device.part", `thiết bị ${device.id}`, `machine:${machine}`);
    return device;
  },
  rejoinDevice: (context) => {
    const device = own(context, devices, context.ids.device_id);
    const before = parted.get(device.id);
    parted.delete(device.id);
    if (before) {
      devices.splice(devices.indexOf(before.line), 1);
      Object.assign(device, before.matched);
    }
    data.record(context.user.username, "device.rejoin", `thiết bị ${device.id}`, device.name);
    return device;
  },
  getDeviceInventory: (context) => ({ handed: own(context, devices, context.ids.device_id).handed ?? null }),
  handInInventory: (context) => {
    const device = own(context, devices, context.ids.device_id);
    const { product, version = "", file_name: file = "", confirm = false } = context.body;
    const first = product ? [{ name: product.toLowerCase(), version }] : [{ name: "fortios", version: "7.4.1" }];
    const passed = product ? [] : [{ where: "row 2", why: "a product that is not known: Hộp đen" }];
    if (confirm) device.handed = { format: product ? "hand" : "appliances-csv", file_name: file, packages: 1, at: new Date().toISOString(), by: 1, machine: null };
    return { format: product ? "hand" : "appliances-csv", packages: 1, without_version: first[0].version ? 0 : 1, rows: 1 + passed.length, passed_over: passed.length, named: passed, first, changed: true, taken: confirm };
  },
  listSites: (context) => page(inScope(context, sites), context.query),
  getSiteBrowser: () => ({ enabled: true, fails: false, pages_a_day: 20, opened_today: 12, sites_today: 3, sites_at_end: 0, opened_at: new Date(Date.now() - 600_000).toISOString(), error: "", error_at: null }),
  createSite: ({ body }) => {
    const site = { id: sites.length + 1, unit: unitRef(body.unit), address: body.address, title: body.title ?? "", label: body.label ?? "", label_valid_to: body.label_valid_to ?? null, domain_valid_to: body.domain_valid_to ?? null, valid_to: null, open_findings: 0 };
    sites.push(site);
    return site;
  },
  updateSite: (context) => change(own(context, sites, context.ids.site_id), context.body),
  listAddressRanges: (context) => page(inScope(context, ranges), context.query),
  createAddressRange: ({ body }) => {
    if (!/^\d+(\.\d+){3}\/\d+$/.test(body.range)) throw new Refusal(422, "Dải địa chỉ không đúng dạng CIDR.", "This is no CIDR range.", "range");
    const range = { id: ranges.length + 1, unit: unitRef(body.unit), range: body.range, purpose: body.purpose ?? "" };
    ranges.push(range);
    return range;
  },
  deleteAddressRange: (context) => void ranges.splice(ranges.indexOf(own(context, ranges, context.ids.address_range_id)), 1),
  listContacts: (context) => page(inScope(context, contacts), context.query),
  createContact: ({ body }) => {
    const contact = { id: contacts.length + 1, unit: unitRef(body.unit), purpose: body.purpose, name: body.name, title: body.title ?? "", phone: body.phone ?? "", email: body.email ?? "", around_the_clock: body.around_the_clock ?? false, valid_from: body.valid_from, valid_to: null };
    contacts.push(contact);
    return contact;
  },
  updateContact: (context) => change(own(context, contacts, context.ids.contact_id), context.body),
};
