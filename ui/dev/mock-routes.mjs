// What the mock hub answers, by operationId.
import { randomBytes } from "node:crypto";

import { Refusal, absent, below, find, fold, inScope, page, ref, scopeOf } from "./mock-common.mjs";
import { advisoryFigures, advisoryHandlers } from "./mock-advisories.mjs";
import * as data from "./mock-data.mjs";
import { directiveHandlers } from "./mock-directives.mjs";
import { dutyHandlers, obligationsOf } from "./mock-duty.mjs";
import { deviceCounts, devices, estateHandlers, sites, unitsAt } from "./mock-estate.mjs";
// After those that know each other.
import { importHandlers } from "./mock-imports.mjs";
import { incidentHandlers } from "./mock-incidents.mjs";
import { policyHandlers } from "./mock-policies.mjs";
import { quarantineHandlers } from "./mock-quarantine.mjs";
import { releaseHandlers } from "./mock-releases.mjs";
import { reportHandlers } from "./mock-reports.mjs";
import { helpHandlers, outsideHandlers, requestHandlers, requestTasks } from "./mock-requests.mjs";
import { registerHandlers } from "./mock-registers.mjs";
import { messageHandlers } from "./mock-messages.mjs";
import { rosterHandlers } from "./mock-roster.mjs";
import { sharingHandlers } from "./mock-sharing.mjs";
import { siteCounts, siteFindingDetail, siteHandlers, siteOfFinding } from "./mock-sites.mjs";
import { systemHandlers } from "./mock-systems.mjs";
import { botnetHandlers } from "./mock-botnet.mjs";

const RANK = { critical: 0, high: 1, medium: 2, low: 3, info: 4 };
const HEALTH_RANK = { infected: 0, attention: 1, silent: 2, pending: 3, protected: 4 };
export const PASSWORD = "Khien-2026-mau!";
export const TOTP = "246810";

function sessionOf({ user, session }) {
  return {
    user: ref(user), username: user.username, role: user.role, scope: user.scope, tenant: "Tỉnh Lam Giang", sample: true, csrf: session.csrf,
    must_change_password: Boolean(user.mustChange), totp_enabled: user.totp_enabled,
    step_up_until: session.stepUpUntil > Date.now() ? data.iso(session.stepUpUntil) : null, expires_at: data.iso(Date.now() + 8 * 3_600_000),
  };
}
const machinesIn = (scope) => data.machines.filter((machine) => scope.has(machine.unit.id) && !data.revoked.has(machine.id));
const findingsIn = (scope) => data.findings.filter(({ finding }) => scope.has(finding.unit.id));
const filesScanned = (machines) => machines.filter((machine) => machine.last_scan_at).reduce((sum, machine) => sum + 180_000 + machine.id * 1371, 0);

function histogram(list) {
  const hour = 3_600_000;
  const end = Math.ceil(Date.now() / hour) * hour;
  return Array.from({ length: 24 }, (_, index) => {
    const from = end - (24 - index) * hour;
    const bars = { from: data.iso(from), info: 0, low: 0, medium: 0, high: 0, critical: 0 };
    for (const { finding } of list) {
      const at = Date.parse(finding.last_seen);
      if (at >= from && at < from + hour) bars[finding.severity]++;
    }
    return bars;
  });
}

function listFindings(context) {
  const { query, user } = context;
  const scope = scopeOf(context);
  const all = findingsIn(scope).filter(({ finding }) => !query.machine || finding.asset.id === Number(query.machine)).filter(({ finding }) => !query.judge || finding.judge === query.judge);
  const views = { open: ({ finding }) => data.isOpen(finding), mine: ({ finding }) => finding.owner?.id === user.id && data.isOpen(finding), all: () => true };
  const severities = query.severity?.split(",");
  const words = fold(query.q ?? "");
  const list = all
    .filter(views[query.view ?? "open"])
    .filter(({ finding }) => !severities || severities.includes(finding.severity))
    .filter(({ finding }) => !query.rule || finding.rule === query.rule)
    .filter(({ finding }) => !words || fold(`${finding.title.vi} ${finding.title.en} ${finding.subject} ${finding.asset.name} ${finding.unit.name} ${finding.rule}`).includes(words))
    .sort((a, b) => RANK[a.finding.severity] - RANK[b.finding.severity] || b.finding.last_seen.localeCompare(a.finding.last_seen));
  const machines = machinesIn(scope);
  const groups = query.group ? groupsOf(list) : null;
  return {
    ...(groups ? { items: [], groups, total: groups.length, next: null } : page(list.map(({ finding }) => finding), query)),
    counts: Object.fromEntries(Object.entries(views).map(([name, test]) => [name, all.filter(test).length])),
    looked_at: { machines: machines.filter((machine) => machine.last_scan_at).length, files_scanned: filesScanned(machines), last_scan_at: machines.map((machine) => machine.last_scan_at).filter(Boolean).sort().at(-1) ?? null },
    histogram: histogram(list),
  };
}

function groupsOf(list) {
  const byRule = new Map();
  for (const { finding } of list) byRule.set(finding.rule, [...(byRule.get(finding.rule) ?? []), finding]);
  const count = (own, keyOf) => new Set(own.map(keyOf)).size;
  return [...byRule.values()]
    .map((own) => ({
      judge: own[0].judge, rule: own[0].rule, title: own[0].title, severity: own[0].severity, findings: own.length,
      assets: count(own, ({ asset }) => `${asset.kind} ${asset.id}`), units: count(own, ({ unit }) => unit.id),
      first_seen: own.map((one) => one.first_seen).sort()[0], last_seen: own.map((one) => one.last_seen).sort().at(-1),
    }))
    .sort((a, b) => RANK[a.severity] - RANK[b.severity] || b.assets - a.assets);
}

function findingDetail(item) {
  const { finding, history } = item;
  const file = finding.judge === "scan" || finding.judge === "watch";
  return {
    finding,
    what_happened: file
      ? { vi: `Khiên đã thấy tệp «${finding.subject}» trên máy ${finding.asset.name} khớp với ${finding.rule}. Chưa thấy tệp này trên máy khác trong cùng cơ quan.`, en: `Khiên saw the file “${finding.subject}” on ${finding.asset.name}; it matches ${finding.rule}. It was not seen on other machines of this agency.` }
      : { vi: `Khiên ghi nhận «${finding.title.vi}» trên máy ${finding.asset.name}.`, en: `Khiên recorded “${finding.title.en}” on ${finding.asset.name}.` },
    what_to_do: file
      ? [{ vi: "Không mở, không chép tệp này sang máy khác.", en: "Do not open or copy this file." }, { vi: "Hỏi người dùng máy: tệp từ đâu tới, đã mở chưa.", en: "Ask the user where the file came from and whether it was opened." }, { vi: "Nếu đã mở: rút dây mạng và báo Trung tâm giám sát trong 30 phút.", en: "If opened: unplug the network and tell the SOC within 30 minutes." }]
      : [{ vi: "Xác nhận với người dùng máy.", en: "Confirm with the user." }, { vi: "Nếu hợp lệ: đánh dấu báo nhầm và ghi lý do.", en: "If legitimate: mark it a false positive and give the reason." }],
    clause: finding.judge === "law" ? { vi: "TCVN 14423:2026, nhóm x.5 «Cấu hình an toàn» (x từ 3 đến 7 theo cấp độ của hệ thống).", en: "TCVN 14423:2026, group x.5 (secure configuration), x being 3 to 7 by the system's level." } : null,
    clauses: finding.judge === "law" ? ["T14423-3.5"] : [],
    page: null,
    facts: file ? [{ label: { vi: "Kích thước", en: "Size" }, value: "68 byte" }, { label: { vi: "Chủ sở hữu tệp", en: "File owner" }, value: "vanthu:vanthu", monospace: true }] : [],
    evidence: data.observationsOf(item).map(({ ref: observation }) => observation),
    history,
  };
}

function verdictOf(machines, open) {
  if (!machines.some((machine) => machine.last_scan_at)) return { level: "unknown", reasons: [{ vi: "Chưa có máy nào được quét.", en: "No machine was scanned." }] };
  const infected = machines.filter((machine) => machine.health === "infected").length;
  const silent = machines.filter((machine) => machine.health === "silent").length;
  const reasons = [];
  if (infected) reasons.push({ vi: `${infected} máy đang nhiễm mã độc.`, en: `${infected} machines are infected.` });
  const critical = open.filter(({ finding }) => finding.severity === "critical" && !finding.owner).length;
  if (critical) reasons.push({ vi: `${critical} phát hiện nghiêm trọng chưa ai nhận.`, en: `${critical} critical findings are unassigned.` });
  if (silent) reasons.push({ vi: `${silent} máy mất liên lạc quá 3 chu kỳ.`, en: `${silent} machines were silent for 3 intervals.` });
  const level = infected > 2 ? "alarm" : infected || silent > 1 ? "attention" : open.length ? "fair" : "good";
  if (level === "good") reasons.push({ vi: "Mọi máy được bảo vệ, không có phát hiện đang mở.", en: "Every machine is protected, nothing is open." });
  return { level, reasons };
}

// Each choice alone, so that facets can leave out their own.
const CHOICES = {
  health: (machine, query) => !query.health || machine.health === query.health,
  os: (machine, query) => !query.os || machine.os === query.os,
  kind: (machine, query) => !query.kind || kindOf(machine) === query.kind,
  content: (machine, query) => !query.content || machine.not_updated === (query.content === "not_updated"),
};
const kindOf = ({ id }) => (id % 11 === 0 ? "unlisted" : id % 4 === 0 ? "server" : "workstation");
function narrowed(context, leftOut) {
  const words = fold(context.query.q ?? "");
  return machinesIn(scopeOf(context))
    .filter((machine) => fold(`${machine.name} ${machine.addresses} ${machine.unit.name}`).includes(words))
    .filter((machine) => Object.entries(CHOICES).every(([name, fits]) => name === leftOut || fits(machine, context.query)));
}
function tally(list, keyOf) {
  const counts = new Map();
  for (const item of list) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
function getMachineFacets(context) {
  const count = (list, test) => list.filter(test).length;
  const byKind = narrowed(context, "kind");
  const byContent = narrowed(context, "content");
  return {
    os: tally(narrowed(context, "os"), ({ os }) => os).map(([name, machines]) => ({ name, machines })),
    kinds: Object.fromEntries(["workstation", "server", "other", "unlisted"].map((kind) => [kind, count(byKind, (machine) => kindOf(machine) === kind)])),
    content: { updated: count(byContent, (machine) => !machine.not_updated), not_updated: count(byContent, (machine) => machine.not_updated) },
    units: tally(narrowed(context), ({ unit }) => unit.id).slice(0, 50).map(([id, machines]) => ({ unit: ref(data.units.find((unit) => unit.id === id)), machines })),
  };
}

function getOverview(context) {
  const scope = scopeOf(context);
  const machines = machinesIn(scope);
  const list = findingsIn(scope);
  const open = list.filter(({ finding }) => data.isOpen(finding));
  const count = (health) => machines.filter((machine) => machine.health === health).length;
  const bySeverity = (severity) => open.filter(({ finding }) => finding.severity === severity).length;
  const day = (offset) => new Date(Date.now() + 7 * 3_600_000 - offset * 86_400_000).toISOString().slice(0, 10);
  const urgent = open.filter(({ finding }) => finding.severity === "critical" && finding.state === "new").slice(0, 3);
  const silent = machines.find((machine) => machine.health === "silent");
  return {
    as_of: data.iso(Date.now()),
    verdict: verdictOf(machines, open),
    machines: { total: machines.length, protected: count("protected"), attention: count("attention"), infected: count("infected"), silent: count("silent"), pending: count("pending") },
    content: { machines: machines.length, not_updated: machines.filter((machine) => machine.not_updated).length },
    devices: deviceCounts(inScope(context, devices)),
    websites: siteCounts(inScope(context, sites)),
    ...(data.machines.length > 0 ? { advisories: advisoryFigures(scopeOf(context)) } : {}),
    findings: { open: open.length, critical: bySeverity("critical"), high: bySeverity("high"), medium: bySeverity("medium"), low: bySeverity("low"), info: bySeverity("info"), files_scanned: filesScanned(machines) },
    attention: [
      ...urgent.map(({ finding }) => ({ kind: "finding", id: finding.id, severity: finding.severity, title: { vi: `${finding.title.vi} tại ${finding.unit.name}`, en: `${finding.title.en} at ${finding.unit.name}` }, detail: { vi: `Máy ${finding.asset.name}: ${finding.subject}. Chưa ai nhận xử lý.`, en: `${finding.asset.name}: ${finding.subject}. Unassigned.` }, since: finding.first_seen })),
      ...(silent ? [{ kind: "machine", id: silent.id, severity: "high", title: { vi: `Máy ${silent.name} mất liên lạc`, en: `${silent.name} is silent` }, detail: { vi: `${silent.unit.name}: kiểm tra nguồn, mạng và trình bảo vệ.`, en: `${silent.unit.name}: check power, network and agent.` }, since: silent.last_seen }] : []),
    ],
    trend: Array.from({ length: 14 }, (_, index) => {
      const date = day(13 - index);
      const opened = list.filter(({ finding }) => new Date(Date.parse(finding.first_seen) + 7 * 3_600_000).toISOString().startsWith(date)).length;
      return { date, opened, resolved: Math.max(0, Math.round(opened * (0.55 + (index % 5) / 12)) - (index > 11 ? 6 : 0)) };
    }),
    units: data.units
      .map((unit) => {
        const own = machines.filter((machine) => machine.unit.id === unit.id);
        const ownOpen = open.filter(({ finding }) => finding.unit.id === unit.id);
        return { unit: ref(unit), total: own.length, protected: own.filter((machine) => machine.health === "protected").length, open_findings: ownOpen.length, level: verdictOf(own, ownOpen).level };
      })
      .filter(({ total }) => total > 0)
      .sort((a, b) => ["alarm", "attention", "unknown", "fair", "good"].indexOf(a.level) - ["alarm", "attention", "unknown", "fair", "good"].indexOf(b.level) || b.open_findings - a.open_findings),
    obligations: obligationsOf(context),
  };
}

function unitWithCounts(unit) {
  const ids = below([unit.id]);
  return { ...unit, machines: machinesIn(ids).length, open_findings: findingsIn(ids).filter(({ finding }) => data.isOpen(finding)).length };
}
const userOut = ({ mustChange: _mustChange, password: _password, ...user }) => user;
const scanned = new Set();
const oneTime = () => randomBytes(9).toString("base64url");

export const handlers = {
  getSession: (context) => sessionOf(context),
  signIn: null,
  signOut: null,
  stepUp: ({ body, user, session, ...rest }) => {
    const proved = user.totp_enabled ? body.totp === TOTP : body.password === (user.password ?? PASSWORD);
    if (!proved) throw new Refusal(401, "Mã hoặc mật khẩu không đúng.", "The code or password is wrong.", user.totp_enabled ? "totp" : "password");
    session.stepUpUntil = Date.now() + 300_000;
    return sessionOf({ user, session, ...rest });
  },
  changePassword: ({ body, user, session }) => {
    if (body.current !== (user.password ?? PASSWORD)) throw new Refusal(422, "Mật khẩu hiện tại không đúng.", "The current password is wrong.", "current");
    user.password = body.new;
    user.mustChange = false;
    return sessionOf({ user, session });
  },
  beginTotp: ({ user }) => ({ secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", uri: `otpauth://totp/Khien:${user.username}?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Khien` }),
  confirmTotp: ({ body, user, session }) => {
    if (body.totp !== TOTP) throw new Refusal(422, "Mã không đúng. Hãy kiểm tra giờ trên điện thoại.", "Wrong code. Check the clock of the phone.", "totp");
    user.totp_enabled = true;
    return sessionOf({ user, session });
  },
  getOverview,
  getMachineFacets,
  listMachines: (context) => {
    const list = narrowed(context)
      .sort((a, b) => HEALTH_RANK[a.health] - HEALTH_RANK[b.health] || a.name.localeCompare(b.name))
      .map((machine) => ({ ...machine, open_findings: data.openOn(machine.id) }));
    return page(list, context.query);
  },
  getMachine: (context) => data.machineDetail(find(data.machines.filter((machine) => scopeOf({ ...context, query: {} }).has(machine.unit.id)), context.ids.machine_id)),
  updateMachine: ({ ids, body, session, user }) => {
    const machine = find(data.machines, ids.machine_id);
    if (body.revoked) {
      if (!(session.stepUpUntil > Date.now())) throw new Refusal(403, "Cần xác nhận lại.", "Confirm again.", undefined, "step_up_required");
      data.revoked.add(machine.id);
    }
    if (body.unit) machine.unit = ref(find(data.units, body.unit));
    data.record(user.username, "machine.update", `máy ${machine.name}`);
    return data.machineDetail(machine);
  },
  listPackages: ({ ids, query }) => page(find(data.machines, ids.machine_id).health === "pending" ? [] : data.packages.filter((item) => item.name.includes(query.q ?? "")), query),
  listFindings,
  getFinding: ({ ids }) => siteOfFinding(ids.finding_id) ? siteFindingDetail(siteOfFinding(ids.finding_id)) : findingDetail(data.findings.find(({ finding }) => finding.id === ids.finding_id) ?? (() => { throw absent(); })()),
  updateFinding: ({ ids, body, user }) => {
    const item = data.findings.find(({ finding }) => finding.id === ids.finding_id);
    if (!item) throw absent();
    if (body.state === "suppressed" && !body.note?.trim()) throw new Refusal(422, "Cần ghi lý do.", "A reason is required.", "note");
    item.finding = { ...item.finding, state: body.state, owner: body.take ? ref(user) : item.finding.owner };
    item.history = [{ at: data.iso(Date.now()), who: ref(user), state: body.state, note: body.note ?? "" }, ...item.history];
    data.record(user.username, "finding.update", `phát hiện ${item.finding.id}`, `trạng thái: ${body.state}`);
    return findingDetail(item);
  },
  getObservation: ({ ids }) => {
    for (const item of data.findings) {
      const found = data.observationsOf(item).find(({ ref: observation }) => observation.id === ids.observation_id);
      if (found) return { observation: found.ref, asset: item.finding.asset, stream: found.ref.event_sha256, epoch: 1, seq: found.ref.id, raw: found.raw, hash_ok: item.finding.id !== 1003 };
    }
    throw absent();
  },
  listUnits: (context) => ({ items: unitsAt(context.query.as_of).filter((unit) => scopeOf({ ...context, query: {} }).has(unit.id) || unit.valid_to).map(unitWithCounts) }),
  createUnit: ({ body }) => {
    const unit = { id: Math.max(...data.units.map(({ id }) => id)) + 1, code: null, valid_from: null, valid_to: null, ...body };
    data.units.push(unit);
    return unitWithCounts(unit);
  },
  updateUnit: ({ ids, body }) => unitWithCounts(Object.assign(find(data.units, ids.unit_id), body)),
  deleteUnit: ({ ids }) => {
    const unit = find(data.units, ids.unit_id);
    if (below([unit.id]).size > 1 || machinesIn(new Set([unit.id])).length > 0) throw new Refusal(409, "Cơ quan còn đơn vị trực thuộc, máy tính hoặc người dùng.", "The agency still has agencies below, machines or users.");
    data.units.splice(data.units.indexOf(unit), 1);
  },
  orderUnitScan: ({ ids, user }) => {
    const unit = find(data.units, ids.unit_id);
    if (scanned.has(unit.id)) throw new Refusal(409, "Cơ quan này đã được yêu cầu quét trong vòng một giờ.", "This body was asked to scan within the hour.");
    scanned.add(unit.id);
    const machines = machinesIn(below([unit.id])).length;
    data.record(user.username, "unit.scan", `unit:${unit.id}`, `machines: ${machines}`);
    return { machines, waiting: 0, last_begins_at: data.iso(Date.now()) };
  },
  listEnrolmentTokens: () => ({ items: data.tokens.toReversed() }),
  createEnrolmentToken: ({ body, user }) => {
    const secret = oneTime();
    const token = { id: data.tokens.length + 1, unit: ref(find(data.units, body.unit)), created_at: data.iso(Date.now()), created_by: ref(user), expires_at: data.iso(Date.now() + (body.valid_hours ?? 24) * 3_600_000), state: "open", machine: null };
    data.tokens.push(token);
    setTimeout(() => token.state === "open" && Object.assign(token, { state: "used", machine: 30 }), 9_000).unref();
    return { token, secret, command: `sudo khien-agent enroll https://khien.lamgiang.example:8444 ${secret}` };
  },
  revokeEnrolmentToken: ({ ids }) => void (find(data.tokens, ids.token_id).state = "revoked"),
  ...estateHandlers,
  ...systemHandlers,
  ...siteHandlers,
  ...advisoryHandlers,
  ...importHandlers,
  ...incidentHandlers,
  ...dutyHandlers,
  ...policyHandlers,
  ...quarantineHandlers,
  ...registerHandlers,
  ...rosterHandlers,
  ...releaseHandlers,
  ...reportHandlers,
  ...messageHandlers,
  ...requestHandlers,
  ...outsideHandlers,
  ...helpHandlers,
  ...sharingHandlers,
  ...botnetHandlers,
  ...directiveHandlers,
  getToday: (context) => {
    const told = dutyHandlers.getToday(context);
    const nowhere = { duty: null, clause: null, register: null, unit: null, finding: null, machine: null, site_case: null, rule: null };
    return { ...told, tasks: [...told.tasks, ...requestTasks({ ...context, query: { unit: String(told.unit.id) } }, nowhere)] };
  },
  listUsers: () => ({ items: data.users.map(userOut) }),
  createUser: ({ body }) => {
    if (data.users.some((user) => user.username === body.username)) throw new Refusal(409, "Tên đăng nhập đã có người dùng.", "This user name is taken.", "username");
    const password = oneTime();
    const user = { id: data.users.length + 1, ...body, scope: body.scope.map((id) => ref(find(data.units, id))), disabled: false, totp_enabled: false, created_at: data.iso(Date.now()), last_sign_in: null, mustChange: true, password };
    data.users.push(user);
    return { user: userOut(user), one_time_password: password };
  },
  updateUser: ({ ids, body }) => userOut(Object.assign(find(data.users, ids.user_id), { ...body, ...(body.scope ? { scope: body.scope.map((id) => ref(find(data.units, id))) } : {}) })),
  resetPassword: ({ ids }) => {
    const user = Object.assign(find(data.users, ids.user_id), { mustChange: true, password: oneTime(), totp_enabled: false });
    return { user: userOut(user), one_time_password: user.password };
  },
  listAudit: ({ query }) => ({ ...page(data.audit.toReversed().filter((entry) => fold(`${entry.who} ${entry.action} ${entry.object} ${entry.detail}`).includes(fold(query.q ?? ""))), query), root_hash: data.rootHash() }),
  verifyAudit: () => ({ ok: true, entries: data.audit.length, checkpoints: 4, root_hash: data.rootHash(), first_bad_index: null }),
};
export { Refusal, sessionOf };
