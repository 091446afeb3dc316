// Advisories, letters, feeds and software of the mock hub. Packages and letters are made up; what is hostile is hostile.
import { Refusal, absent, addDays, below, both, find, fold, ownOnly, page, ref, scopeOf, today, unitRef } from "./mock-common.mjs";
import * as data from "./mock-data.mjs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ago = (ms) => data.iso(Date.now() - ms);
const sha = (number) => (number * 2654435761).toString(16).padStart(64, "7").slice(-64);
const STATES = ["open", "mitigated", "accepted", "patched", "not_affected", "unknown"];
const RANK = { critical: 0, high: 1, medium: 2, low: 3, info: 4 };

// Of each advisory: what it is, and which state a machine is in by the rest of its number.
const STORIES = [
  { id: 1, name: "CVE-2026-31337", title: "OpenSSL: lỗi bộ nhớ khi xử lý chứng thư, có thể chạy mã từ xa", severity: "critical", kev: -3, ransomware: true, epss: 0.934, cvss: 9.8, due: -2, by: "letter", every: 3, letters: [1], packages: [["deb/debian/openssl", "3.0.15-1~deb12u1", "3.0.14-1~deb12u2", ["openssl", "libssl3"]], ["deb/ubuntu/openssl", "3.0.13-0ubuntu3.5", "3.0.13-0ubuntu3.4", ["openssl", "libssl3t64"]], ["rpm/redhat/openssl", "1:3.2.2-6.el9_5.1", "1:3.2.2-6.el9", ["openssl-libs"]]], patched: 5 },
  { id: 2, name: "CVE-2026-24061", title: "Nhân Linux: leo thang đặc quyền trong nf_tables", severity: "high", kev: -9, epss: 0.41, cvss: 7.8, due: 5, by: "exploited", every: 4, packages: [["deb/debian/linux", "6.1.153-1", "6.1.140-1", ["linux-image-6.1.0-40-amd64"]]], reboot: true, patched: 3 },
  { id: 3, name: "CVE-2026-20011", title: "sudo: vượt quyền qua tùy chọn --chroot <script>window.__xss=3</script>", severity: "high", epss: 0.12, cvss: 7.8, due: 21, by: "likelihood", every: 6, packages: [["deb/ubuntu/sudo", "1.9.15p5-3ubuntu5.24.04.2", "1.9.15p5-3ubuntu5", ["sudo"]]], patched: 2 },
  { id: 4, kind: "letter", name: "1812/CATTT-NCSC", title: "Cảnh báo lỗ hổng an toàn thông tin ảnh hưởng cao trong các sản phẩm Microsoft công bố tháng 11/2026", severity: "critical", due: 9, by: "letter", every: 7, packages: [["generic/fortios", "7.4.9", "7.4.6", ["FortiOS"]], ["generic/exchange-server", "15.2.1748.39", "", ["Exchange Server"]]], patched: 0 },
  { id: 5, name: "CVE-2025-6020", title: "", severity: "medium", epss: 0.002, cvss: null, due: 62, by: "severity", every: 8, packages: [["pypi/jinja2", "3.1.6", "3.1.2", ["jinja2"]]], patched: 1 },
  { id: 6, name: "CVE-2026-0001", title: "curl: rò rỉ mật khẩu khi chuyển hướng \u202egnp.exe", severity: "low", epss: null, cvss: 3.4, due: null, by: "none", every: 9, packages: [["deb/debian/curl", "7.88.1-10+deb12u14", "7.88.1-10+deb12u12", ["curl", "libcurl4"]]], patched: 9 },
];
const acknowledged = new Map([["1.12", [ago(30 * HOUR), data.users[2]]], ["1.8", [ago(26 * HOUR), data.users[2]]], ["2.3", [ago(5 * HOUR), data.users[1]]]]);
const reminded = new Map([["1.13", ago(20 * HOUR)], ["1.14", ago(20 * HOUR)]]);
const history = new Map();
let nextDecision = 3;
const decisions = [
  { id: 1, advisory: 1, kind: "mitigated", machine: null, unit: unitRef(8), package: "deb/debian/openssl", reason: "Máy chủ chụp ảnh không nối mạng, đã chặn mọi kết nối tới ở tường lửa. Hãng thiết bị hẹn bản cập nhật ngày 15/12.", until: addDays(today(), 19), decided_by: ref(data.users[0]), decided_at: ago(28 * HOUR), ended_at: null },
  { id: 2, advisory: 1, kind: "accepted", machine: null, unit: unitRef(4), package: null, reason: "Chờ khóa sổ quyết toán.", until: addDays(today(), -4), decided_by: ref(data.users[1]), decided_at: ago(9 * DAY), ended_at: null },
];

const story = (id) => find(STORIES, id);
const holdsNow = (decision) => decision.ended_at === null && decision.until >= today();
const decisionOn = (one, machine) => decisions.find((decision) => decision.advisory === one.id && holdsNow(decision) && (decision.machine?.id === machine.id || decision.unit?.id === machine.unit.id || (decision.package && !decision.unit && !decision.machine)));
function stateOf(one, machine) {
  if (machine.health === "pending") return "unknown";
  if ((machine.id + one.id) % one.every !== 0) return machine.id % 29 === 0 ? "unknown" : "not_affected";
  if (one.patched && machine.id % one.patched === 0) return "patched";
  return decisionOn(one, machine)?.kind ?? "open";
}
function countsOf(one, machines) {
  const counts = { open: 0, overdue: 0, mitigated: 0, accepted: 0, patched: 0, not_affected: 0, unknown: 0 };
  for (const machine of machines) counts[stateOf(one, machine)]++;
  if (one.due !== null && one.due < 0) counts.overdue = counts.open;
  return counts;
}
const machinesOf = (scope) => data.machines.filter((machine) => scope.has(machine.unit.id) && !data.revoked.has(machine.id));

function unitsOf(one, machines) {
  const units = new Map();
  for (const machine of machines) units.set(machine.unit.id, [...(units.get(machine.unit.id) ?? []), machine]);
  return [...units]
    .map(([id, own]) => {
      const counts = countsOf(one, own);
      const [at, who] = acknowledged.get(`${one.id}.${id}`) ?? [null, null];
      const done = counts.open + counts.unknown === 0;
      return { unit: unitRef(id), counts, acknowledged_at: at, acknowledged_by: who && ref(who), reminded_at: reminded.get(`${one.id}.${id}`) ?? null, escalated_at: one.due < 0 && !done && id === 13 ? ago(10 * HOUR) : null, overdue: one.due !== null && one.due < 0 && counts.open > 0, done };
    })
    .filter(({ counts }) => counts.open + counts.unknown + counts.patched + counts.mitigated + counts.accepted > 0)
    .sort((a, b) => b.overdue - a.overdue || b.counts.open - a.counts.open);
}
function advisoryOf(one, machines) {
  const units = unitsOf(one, machines);
  const counts = countsOf(one, machines);
  const reasons = [one.kev !== undefined && "exploited", (one.letters || one.kind) && "letter", ["critical", "high"].includes(one.severity) && "severity", one.epss > 0.1 && "likelihood"].filter(Boolean);
  return {
    id: one.id, kind: one.kind ?? "vulnerability", name: one.name, title: one.title, severity: one.severity, reasons: reasons.length ? reasons : ["severity"], ransomware: one.ransomware ?? false, likelihood: one.epss ?? null, cvss_score: one.cvss ?? null,
    followed_since: ago(12 * DAY), due_on: one.due === null ? null : addDays(today(), one.due), due_by: one.by, overdue: one.due !== null && one.due < 0 && counts.open + counts.unknown > 0, counts,
    units: units.length, units_acknowledged: units.filter((unit) => unit.acknowledged_at).length, units_done: units.filter(({ done }) => done).length,
    letters: (one.letters ?? []).map((id) => ({ id, name: "1790/CATTT-NCSC", sender: "Trung tâm Giám sát an toàn không gian mạng quốc gia" })),
  };
}
const fixesOf = (one, machines) => one.packages.map(([name, fixed], index) => ({ package: name, fixed, machines: Math.max(0, Math.ceil(countsOf(one, machines).open / (index + 2))), record: one.kind ? one.name : `DSA-59${10 + one.id}-${index + 1}`, rule: `${name.split("/").slice(1).join(" ")} < ${fixed}` }));

function detailOf(context, id) {
  const one = story(id);
  const machines = machinesOf(scopeOf(context));
  const advisory = advisoryOf(one, machines);
  const role = context.user.role;
  const acts = { province_admin: ["acknowledge", "remind", "decide"], soc_operator: ["acknowledge", "remind", "decide"], unit_officer: ["acknowledge", "decide"] };
  return {
    advisory,
    description: one.title === "" ? "" : `${one.title.split("<")[0]}. Người tấn công có thể lợi dụng từ xa, không cần tài khoản.\nLỗi nằm ở phần xử lý dữ liệu đầu vào; bản sửa đã có.`,
    cvss_vector: one.cvss ? "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" : "",
    published_at: one.kind ? null : ago(15 * DAY),
    exploited: one.kev === undefined ? null : { vendor: "OpenSSL", product: "OpenSSL", name: one.title, added_on: addDays(today(), one.kev), due_on: addDays(today(), one.kev + 21), ransomware: one.ransomware ?? false, action: "Apply updates per vendor instructions." },
    references: one.kind ? [] : [`https://nvd.nist.gov/vuln/detail/${one.name}`, "https://security-tracker.debian.org/tracker/DSA-5911-1"],
    records: one.kind ? [] : ["DSA-5911-1", "USN-7786-1", "RHSA-2026:19871"],
    vulnerabilities: one.kind ? [{ name: "CVE-2026-31337", advisory: 1, severity: "critical" }, { name: "CVE-2026-24061", advisory: 2, severity: "high" }, { name: "CVE-2026-29999", advisory: null, severity: "medium" }] : [],
    letter: one.kind ? letters[1].letter : null,
    what_to_do: [both("Sao lưu trước khi cập nhật máy chủ.", "Back servers up first."), both("Cập nhật gói lên phiên bản đã sửa, khởi động lại dịch vụ dùng gói đó.", "Update to the fixed version and restart what uses it."), both("Chưa vá được: chặn truy cập từ ngoài và ghi quyết định.", "Where it cannot be patched: block access from outside and record a decision.")],
    reboot: one.reboot ?? false,
    fixes: fixesOf(one, machines),
    units: unitsOf(one, machines),
    decisions: decisions.filter((decision) => decision.advisory === id).toReversed().map((decision) => ({ ...decisionOut(decision), covers: machines.filter((machine) => decisionOn(one, machine)?.id === decision.id).length, may_end: holdsNow(decision) && Boolean(acts[role]) })),
    history: [...(history.get(id) ?? []), ...(one.due < 0 ? [{ at: ago(10 * HOUR), who: null, event: "escalated", unit: unitRef(13), note: "" }, { at: ago(20 * HOUR), who: ref(data.users[1]), event: "reminded", unit: unitRef(13), note: "" }] : []), ...(one.letters ? [{ at: ago(8 * DAY), who: ref(data.users[0]), event: "letter", unit: null, note: "1790/CATTT-NCSC" }] : []), { at: ago(12 * DAY), who: null, event: "followed", unit: null, note: "" }],
    may: acts[role] ?? [],
  };
}
const decisionOut = ({ advisory: _, ...decision }) => decision;
const tell = (id, event, user, unit, note = "") => history.set(id, [{ at: ago(0), who: ref(user), event, unit, note }, ...(history.get(id) ?? [])]);

function machineOut(one, machine) {
  const state = stateOf(one, machine);
  const seen = machine.health !== "pending";
  const [name, fixed, version, names] = one.packages[machine.id % one.packages.length];
  const waits = Boolean(one.reboot) && state === "open" && machine.id % 2 === 0;
  const decision = decisionOn(one, machine);
  const proof = { id: 9000 + machine.id, kind: "inventory", observed_at: ago((machine.id % 20) * HOUR), received_at: ago((machine.id % 20) * HOUR), event_sha256: sha(machine.id + one.id) };
  return {
    machine: ref(machine), device: machine.id % 7 === 3 ? machine.id : null, site: null, unit: machine.unit, state, since: seen ? ago((machine.id % 9) * DAY) : null,
    packages: seen ? names.map((item) => ({ package: name, name: item, version: state === "patched" || waits ? fixed : state === "unknown" ? "" : version, fixed })) : [],
    reboot_needed: waits, kernel_running: waits ? "6.1.0-39-amd64" : "", inventory_at: seen ? proof.observed_at : null,
    decision: decision && ["mitigated", "accepted", "not_affected"].includes(state) ? { ...decisionOut(decision), covers: 1, may_end: false } : null,
    proof: ["patched", "open"].includes(state) ? proof : null, finding: state === "open" ? 1004 : null,
  };
}

const LETTER_TEXT = `BỘ KHOA HỌC VÀ CÔNG NGHỆ
CỤC AN TOÀN THÔNG TIN
TRUNG TÂM GIÁM SÁT AN TOÀN KHÔNG GIAN MẠNG QUỐC GIA

Số: 1823/NCSC-CBLH
V/v lỗ hổng an toàn thông tin ảnh hưởng cao và nghiêm trọng trong một số sản phẩm

Hà Nội, ngày 20 tháng 11 năm 2026

Kính gửi: Sở Khoa học và Công nghệ các tỉnh, thành phố.

Thông qua công tác giám sát, Trung tâm ghi nhận các lỗ hổng sau:
1. CVE-2026-31337 (điểm CVSS 9.8, nghiêm trọng) trong OpenSSL. Bản đã sửa: 3.0.15-1~deb12u1.
2. CVE-2026-24061 (điểm CVSS 7.8, cao) trong nhân Linux.
3. CVE-2026-40404 trong FortiOS 7.4. Bản đã sửa: 7.4.9.

Đề nghị Quý đơn vị rà soát, cập nhật bản vá trước ngày 05/12/2026 và báo cáo kết quả trước ngày 10/12/2026.

Liên hệ: Trung tâm Giám sát an toàn không gian mạng quốc gia, ais@mic.example`;
const reading = (field, value, confidence, words = value, more = {}) => ({ field, value, fixed: "", package: null, confidence, words, ...more });
const FOUND = [
  reading("sender", "TRUNG TÂM GIÁM SÁT AN TOÀN KHÔNG GIAN MẠNG QUỐC GIA", "likely"),
  reading("number", "1823/NCSC-CBLH", "certain", "Số: 1823/NCSC-CBLH"),
  reading("title", "lỗ hổng an toàn thông tin ảnh hưởng cao và nghiêm trọng trong một số sản phẩm", "certain"),
  reading("issued_on", "2026-11-20", "certain", "ngày 20 tháng 11 năm 2026"),
  reading("cve", "CVE-2026-31337", "certain"),
  reading("severity", "critical", "likely", "nghiêm trọng) trong OpenSSL"),
  reading("product", "OpenSSL", "likely", "Bản đã sửa: 3.0.15-1~deb12u1", { fixed: "3.0.15-1~deb12u1", package: "pkg:deb/debian/openssl@3.0.15-1~deb12u1" }),
  reading("cve", "CVE-2026-24061", "certain"),
  reading("cve", "CVE-2026-40404", "certain"),
  reading("product", "FortiOS 7.4", "choice", "FortiOS 7.4. Bản đã sửa: 7.4.9", { fixed: "7.4.9" }),
  reading("due_on", "2026-12-05", "choice", "trước ngày 05/12/2026"),
  reading("due_on", "2026-12-10", "choice", "trước ngày 10/12/2026"),
];
const blank = { state: "read", number: "", sender: "", title: "", issued_on: null, due_on: null, cves: [], fixes: [], file_name: "", confirmed_by: null, confirmed_at: null, advisory: null, evidence: null };
const letterOf = (id, user, change) => ({ id, ...blank, received_by: ref(user), received_at: ago(id * 9 * HOUR), ...change });
const letters = [
  { letter: letterOf(1, data.users[1], { number: "1823/NCSC-CBLH", sender: "TRUNG TÂM GIÁM SÁT AN TOÀN KHÔNG GIAN MẠNG QUỐC GIA", title: "lỗ hổng an toàn thông tin ảnh hưởng cao và nghiêm trọng trong một số sản phẩm", issued_on: "2026-11-20", cves: ["CVE-2026-31337", "CVE-2026-24061", "CVE-2026-40404"], fixes: ["pkg:deb/debian/openssl@3.0.15-1~deb12u1"], file_name: "Công văn 1823 \u202efdp.docx" }), found: FOUND, text: LETTER_TEXT, warnings: [both("Hai ngày đều có thể là hạn vá: 05/12/2026 và 10/12/2026.", "Two days may be the deadline: 5 and 10 December 2026.")] },
  { letter: letterOf(2, data.users[0], { state: "confirmed", number: "1812/CATTT-NCSC", sender: "Cục An toàn thông tin", title: "Cảnh báo lỗ hổng an toàn thông tin ảnh hưởng cao trong các sản phẩm Microsoft công bố tháng 11/2026", issued_on: addDays(today(), -6), due_on: addDays(today(), 9), cves: ["CVE-2026-31337", "CVE-2026-24061", "CVE-2026-29999"], fixes: ["pkg:generic/fortios@7.4.9"], confirmed_by: ref(data.users[0]), confirmed_at: ago(5 * DAY), advisory: 4 }), found: [], text: "Số: 1812/CATTT-NCSC\n<b>Kính gửi</b> các đơn vị", warnings: [] },
];

const feed = (name, records, age, change = {}) => ({ feed: name, records, newest_at: ago((age + 1) * DAY), imported_at: ago(age * DAY), age_days: age, stale: false, file: `${name}.json`, failure: "", failed_at: null, ...change });
const feeds = [feed("kev", 1404, 1), feed("debian", 48_120, 1), feed("osv", 212_507, 3), feed("nvd", 284_113, 12, { stale: true }), feed("epss", 291_004, 1), feed("csaf:Cisco", 611, 4, { failure: "document 12: tree has a cycle at CVRFPID-<220>", failed_at: ago(2 * HOUR) })];
let settings = { least_severity: "high", least_likelihood: 10, days_exploited: 14, days_ransomware: 7, days_likely: 21, days_critical: 15, days_high: 30, days_medium: 90, days_low: 180, remind_days: 3, shipped: true, changed_by: null, changed_at: null };

function softwareOf(machine) {
  const plain = data.packages.map((item) => ({ purl: item.purl, name: item.name, version: item.version, source: item.source ?? "", source_version: item.source ? item.version : "", vulnerabilities: [] }));
  const hole = (one, change = {}) => ({ name: one.name, severity: one.severity, state: "affected", standing: "affected", fixed: one.packages[0][1], record: `DSA-59${10 + one.id}-1`, rule: `debian 12 < ${one.packages[0][1]}`, followed: true, exploited: one.kev !== undefined, likelihood: one.epss ?? null, advisory: one.id, ...change });
  const own = [
    { purl: "pkg:deb/debian/libssl3@3.0.14", name: "libssl3", version: "3.0.14-1~deb12u2", source: "openssl", source_version: "3.0.14-1~deb12u2", vulnerabilities: [hole(STORIES[0]), hole(STORIES[4], { name: "CVE-2025-4575", followed: false, advisory: null, fixed: "", standing: "under_investigation", exploited: false })] },
    { purl: "pkg:deb/debian/linux-image@6.1", name: "linux-image-6.1.0-40-amd64", version: "6.1.140-1", source: "linux", source_version: "6.1.140-1", vulnerabilities: [hole(STORIES[1]), ...[11, 12, 13, 14].map((id) => hole(STORIES[4], { name: `CVE-2026-22${id}0`, followed: false, advisory: null, fixed: id % 2 ? "6.1.153-1" : "", standing: id % 2 ? "affected" : "unfixed_by_choice", exploited: false }))] },
    { purl: "pkg:generic/may-in", name: "Phần mềm máy in <i>cũ</i>", version: "", source: "", source_version: "", vulnerabilities: [hole(STORIES[5], { state: "unknown", advisory: null, followed: false, exploited: false })] },
  ];
  return machine.health === "pending" ? [] : [...own, ...plain];
}
function listSoftware({ ids, query }) {
  const machine = find(data.machines, ids.machine_id);
  const all = softwareOf(machine);
  const holes = all.flatMap(({ vulnerabilities }) => vulnerabilities);
  const views = { all: () => true, vulnerable: (item) => item.vulnerabilities.length > 0, followed: (item) => item.vulnerabilities.some(({ followed }) => followed) };
  const list = all.filter(views[query.view ?? "all"]).filter((item) => fold(`${item.name} ${item.source}`).includes(fold(query.q ?? "")));
  const waits = machine.id % 2 === 0;
  return { ...page(list, query), counts: { packages: all.length, vulnerable: all.filter(views.vulnerable).length, vulnerabilities: new Set(holes.map(({ name }) => name)).size, followed: holes.filter(({ followed }) => followed).length }, inventory_at: all.length ? ago(3 * HOUR) : null, kernel_running: waits ? "6.1.0-39-amd64" : "6.1.0-40-amd64", kernel_installed: "6.1.0-40-amd64", judged: true };
}

function listAdvisories(context) {
  const { query } = context;
  const machines = machinesOf(scopeOf(context));
  const all = data.machines.length === 0 ? [] : STORIES.map((one) => advisoryOf(one, machines));
  const views = { open: ({ counts }) => counts.open + counts.unknown > 0, overdue: ({ overdue }) => overdue, exploited: ({ reasons, counts }) => reasons.includes("exploited") && counts.open + counts.unknown > 0, unknown: ({ counts }) => counts.open === 0 && counts.unknown > 0, all: () => true };
  const severities = query.severity?.split(",");
  const list = all
    .filter(views[query.view ?? "open"])
    .filter((one) => !query.kind || one.kind === query.kind)
    .filter((one) => !severities || severities.includes(one.severity))
    .filter((one) => fold(`${one.name} ${one.title}`).includes(fold(query.q ?? "")))
    .sort((a, b) => b.overdue - a.overdue || (a.due_on ?? "9").localeCompare(b.due_on ?? "9") || RANK[a.severity] - RANK[b.severity]);
  const seen = machines.filter(({ health }) => health !== "pending").length;
  return { ...page(list, query), counts: Object.fromEntries(Object.entries(views).map(([name, test]) => [name, all.filter(test).length])), followed: { vulnerabilities: data.machines.length ? 312_480 : 0, machines: seen, without_inventory: machines.length - seen, not_followed: 41 } };
}

/** The most urgent that a unit still has to do. */
export function advisoryTask(scope) {
  const machines = machinesOf(scope);
  return STORIES.map((one) => advisoryOf(one, machines)).filter(({ counts, due_on: due }) => counts.open > 0 && due !== null).sort((a, b) => a.due_on.localeCompare(b.due_on))[0];
}

/** For the overview: over the machines of a scope. */
export function advisoryFigures(scope) {
  const machines = machinesOf(scope);
  const list = STORIES.map((one) => advisoryOf(one, machines)).filter(({ counts }) => counts.open + counts.unknown > 0);
  const openOn = (wanted) => machines.filter((machine) => STORIES.some((one) => wanted(one) && stateOf(one, machine) === "open")).length;
  return {
    open: list.length, overdue: list.filter(({ overdue }) => overdue).length, exploited_open: list.filter(({ reasons, counts }) => reasons.includes("exploited") && counts.open > 0).length,
    machines_open: openOn(() => true), machines_overdue: openOn(({ due }) => due !== null && due < 0), without_inventory: machines.filter(({ health }) => health === "pending").length, units_unacknowledged: new Set(list.flatMap(({ id }) => unitsOf(story(id), machines)).filter((unit) => !unit.acknowledged_at).map(({ unit }) => unit.id)).size,
  };
}

export const advisoryHandlers = {
  listAdvisories,
  getAdvisory: (context) => detailOf(context, context.ids.advisory_id),
  listAdvisoryMachines: (context) => {
    const one = story(context.ids.advisory_id);
    const machines = machinesOf(scopeOf(context));
    const list = machines.map((machine) => machineOut(one, machine)).filter(({ state }) => state !== "not_affected" && (!context.query.state || state === context.query.state));
    return { ...page(list.sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state)), context.query), counts: countsOf(one, machines) };
  },
  acknowledgeAdvisory: (context) => {
    const { ids, body, user } = context;
    if (!ownOnly(context).has(body.unit)) throw absent();
    for (const id of below([body.unit])) acknowledged.set(`${ids.advisory_id}.${id}`, [ago(0), user]);
    tell(ids.advisory_id, "acknowledged", user, unitRef(body.unit), body.note);
    data.record(user.username, "advisory.acknowledge", `advisory:${ids.advisory_id}`, `unit:${body.unit}`);
    return detailOf(context, ids.advisory_id);
  },
  remindOfAdvisory: (context) => {
    const { ids, body, user } = context;
    for (const id of body.units ?? []) reminded.set(`${ids.advisory_id}.${id}`, ago(0));
    tell(ids.advisory_id, "reminded", user, null);
    return detailOf(context, ids.advisory_id);
  },
  decideAdvisory: (context) => {
    const { ids, body, user } = context;
    if (body.package && user.role === "unit_officer") throw new Refusal(403, "Chỉ cấp tỉnh quyết định được cho một gói.", "Only the province decides on a package.", "package");
    const machine = body.machine ? ref(find(data.machines, body.machine)) : null;
    decisions.push({ id: nextDecision++, advisory: ids.advisory_id, kind: body.kind, machine, unit: body.unit ? unitRef(body.unit) : null, package: body.package ?? null, reason: body.reason, until: body.until, decided_by: ref(user), decided_at: ago(0), ended_at: null });
    tell(ids.advisory_id, "decided", user, body.unit ? unitRef(body.unit) : null, body.reason);
    return detailOf(context, ids.advisory_id);
  },
  endAdvisoryDecision: (context) => {
    const decision = find(decisions, context.ids.advisory_decision_id);
    decision.ended_at = ago(0);
    tell(decision.advisory, "ended", context.user, decision.unit);
    return detailOf(context, decision.advisory);
  },
  listSoftware,
  listAdvisoryFeeds: () => ({ items: data.machines.length ? feeds : [], vulnerabilities: data.machines.length ? 312_480 : 0, exploited: data.machines.length ? 1404 : 0, in_force_since: data.machines.length ? ago(DAY) : null, matched: true, running: null }),
  getAdvisorySettings: () => settings,
  setAdvisorySettings: ({ body, user }) => (settings = { ...settings, ...body, least_severity: body.least_severity === "none" ? null : body.least_severity, least_likelihood: body.least_likelihood > 100 ? null : body.least_likelihood, shipped: false, changed_by: ref(user), changed_at: ago(0) }),
  listLetters: () => ({ items: letters.map(({ letter }) => letter).toSorted((a, b) => (b.state === "read") - (a.state === "read") || b.received_at.localeCompare(a.received_at)) }),
  createLetter: ({ body, user }) => {
    const made = { letter: letterOf(letters.length + 1, user, { ...letters[0].letter, id: letters.length + 1, state: "read", advisory: null, confirmed_by: null, confirmed_at: null, file_name: body.file_name ?? "", received_at: ago(0), received_by: ref(user) }), found: FOUND, text: LETTER_TEXT, warnings: letters[0].warnings };
    letters.push(made);
    return made;
  },
  getLetter: ({ ids }) => letters.find(({ letter }) => letter.id === ids.letter_id) ?? (() => { throw absent(); })(),
  discardLetter: ({ ids }) => void letters.splice(letters.findIndex(({ letter }) => letter.id === ids.letter_id), 1),
  confirmLetter: ({ ids, body, user }) => {
    const one = letters.find(({ letter }) => letter.id === ids.letter_id);
    if (!one || one.letter.state !== "read") throw new Refusal(409, "Công văn này đã được xác nhận.", "It is confirmed already.");
    Object.assign(one.letter, { state: "confirmed", ...body, due_on: body.due_on || null, confirmed_by: ref(user), confirmed_at: ago(0), advisory: 4 });
    delete one.letter.severity;
    return one;
  },
};
