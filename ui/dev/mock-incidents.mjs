// Incidents of the mock hub: clocks by the shipped rules, a board, timelines that only grow. What is hostile is hostile.
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { addressesOf } from "./mock-botnet.mjs";
import { Refusal, absent, both, find, fold, ownOnly, page, ref, scopeOf, unitRef } from "./mock-common.mjs";
import * as content from "./mock-content.mjs";
import * as data from "./mock-data.mjs";
import { readIncidents } from "./mock-incident-import.mjs";
import { evidenceOf, keepEvidence } from "./mock-duty.mjs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FOLDER = process.env.KHIEN_CONTENT ?? fileURLToPath(new URL("../../content", import.meta.url));
const contentFile = (name) => content.read(readFileSync(`${FOLDER}/${name}`, "utf8"));
const versions = readdirSync(`${FOLDER}/clocks`).filter((name) => name.endsWith(".yaml")).map((name) => contentFile(`clocks/${name}`));
const severities = contentFile("incidents/severities.yaml");
const ago = (ms) => data.iso(Date.now() - ms);
const dayOf = (ms) => new Date(ms + 7 * HOUR).toISOString().slice(0, 10);
const endOfDay = (day) => Date.parse(`${day}T17:00:00.000Z`) - 1;
const text = content.bothOf;
const [admin, operator, officer, , , hospital] = data.users;

function dueOf(clock, detected) {
  if (clock.at_once) return detected;
  if (clock.hours) return detected + clock.hours * HOUR;
  return endOfDay(dayOf(detected + (clock.days ?? clock.working_days) * DAY));
}
const bySeverity = (severity) => severities.severities.find((row) => row.severity === severity)?.traits ?? [];

/** The rules of the day of detection, and what may be said of an incident by them. */
function rulesOf(detectedAt, severity, said) {
  const detected = Date.parse(detectedAt);
  const day = dayOf(detected);
  const version = versions.find((one) => one.valid_from <= day && (one.valid_to === null || day <= one.valid_to));
  const given = bySeverity(severity);
  const holds = (clock) => clock.applies.length === 0 || clock.applies.some((trait) => said.includes(trait) || given.includes(trait));
  const clocks = (version?.clocks ?? []).filter(holds).map((clock) => ({ id: clock.id, name: text(clock.title), due_at: data.iso(dueOf(clock, detected)), basis: clock.article, rule: version.id, receiver: text(clock.receiver), content: text(clock.content) }));
  const duty = text(version?.duty ?? "Chưa có quy tắc nào cho ngày này.");
  const alone = { id: "duty", name: both("Nghĩa vụ báo cáo", "Duty to report"), due_at: null, basis: version ? "Luật An ninh mạng 116/2025/QH15 Điều 40 khoản 1 điểm c" : "", rule: version?.id ?? null, receiver: both("Cơ quan chuyên trách của Bộ Công an", "The specialised body of the Ministry of Public Security"), content: duty };
  const numbered = clocks.some(({ id }) => !id.startsWith("personal") && !id.startsWith("data_"));
  return {
    rule: version?.id ?? null, duty, caution: text(version?.caution ?? ""),
    traits: (version?.traits ?? []).map(({ id, title }) => ({ id, title: text(title), said: said.includes(id), by_severity: given.includes(id) })),
    clocks: [...clocks, ...(numbered ? [] : [alone])].sort((a, b) => (a.due_at ?? "9").localeCompare(b.due_at ?? "9")),
  };
}
function standing(clock, detectedAt, met) {
  if (met) return { ...clock, state: clock.due_at && met > clock.due_at ? "met_late" : "met", met_at: met };
  if (!clock.due_at) return { ...clock, state: "no_number", met_at: null };
  const due = Date.parse(clock.due_at);
  const left = due - Date.now();
  return { ...clock, state: left < 0 ? "late" : left < (due - Date.parse(detectedAt)) / 4 ? "soon" : "running", met_at: null };
}
const clocksOf = (one) => {
  const met = (id) => one.reports.filter(({ clock }) => clock === id).map(({ sent_at: at }) => at).sort()[0];
  return rulesOf(one.detected_at, one.severity, one.traits).clocks.map((clock) => standing(clock, one.detected_at, met(clock.id)));
};

let nextId = 1;
let nextEntry = 1;
let nextTask = 1;
const incidents = [];
const entry = (one, what, by, words, { happened = 0, recorded = happened, evidence = [] } = {}) => one.timeline.unshift({ id: nextEntry++, what, happened_at: ago(happened), recorded_at: ago(recorded), by: by && ref(by), words, told: by ? null : both(words, words), evidence: evidence.map(({ id, file_name, sha256 }) => ({ id, file_name, sha256 })) });
function make({ unit, title, kind, severity, detected, opened, by = operator, source = "person", traits = [], findings = [], machines = [] }) {
  const one = { id: nextId++, unit: unitRef(unit), title, kind, severity, state: "open", detected_at: ago(detected), opened_at: ago(opened), opened_by: ref(by), source, traits, reports: [], tasks: [], members: [], findings, machines, timeline: [], cause: "", lesson: "", contained_at: null, closed_at: null };
  incidents.push(one);
  return one;
}
const task = (words, owner, due, done) => ({ id: nextTask++, words, owner: owner && ref(owner), due_at: due === null ? null : data.iso(Date.now() + due), done_at: done === undefined ? null : ago(done), done_by: done === undefined ? null : ref(owner) });
const lead = (user, part) => ({ user: ref(user), part });

function seed() {
  const ransom = make({ unit: 8, title: "Mã độc tống tiền trên máy chủ lưu trữ ảnh chẩn đoán", kind: "malware", severity: "high", detected: 19.2 * HOUR, opened: 18.9 * HOUR, source: "finding", traits: ["personal_data"], findings: [1000, 1001], machines: [7, 8] });
  ransom.state = "contained";
  ransom.contained_at = ago(15 * HOUR);
  ransom.members = [lead(operator, "lead"), lead(hospital, "unit_contact"), lead(admin, "communication")];
  ransom.tasks = [
    task("Trích xuất bộ nhớ của máy chủ srv-bvdk-08 trước khi cài lại", operator, 3 * HOUR),
    task("Đối chiếu bản sao lưu đêm 25/11 với danh sách tệp bị mã hóa", hospital, 8 * HOUR),
    task("Chặn địa chỉ máy chủ điều khiển tại tường lửa của tỉnh", operator, null, 14 * HOUR),
    task("Lập danh sách người bệnh có dữ liệu trên máy chủ", null, 26 * HOUR),
  ];
  const log = keepEvidence(8, "Nhật ký máy chủ srv-bvdk-08.txt", Buffer.from("nhật ký\n".repeat(4000)), operator);
  const photo = keepEvidence(8, "Ảnh màn hình đòi tiền \u202egnp.exe", Buffer.from("ảnh\n".repeat(900)), hospital);
  entry(ransom, "opened", operator, "Trình bảo vệ thấy tệp đuôi .gwisin xuất hiện hàng loạt trên máy chủ lưu trữ ảnh. Nghi mã độc tống tiền.", { happened: 19.2 * HOUR, recorded: 18.9 * HOUR });
  entry(ransom, "finding", operator, "Gắn 2 phát hiện.", { happened: 18.8 * HOUR });
  entry(ransom, "member", operator, "Đỗ Hữu Ý: đầu mối của cơ quan.", { happened: 18.5 * HOUR });
  entry(ransom, "note", hospital, "Đã rút dây mạng của hai máy chủ. Khoa Chẩn đoán hình ảnh chuyển sang in phim.", { happened: 18 * HOUR, recorded: 17.2 * HOUR });
  entry(ransom, "evidence", operator, "Nhật ký hệ thống và ảnh màn hình, lấy trước khi tắt máy.", { happened: 17 * HOUR, evidence: [log, photo] });
  entry(ransom, "task", operator, "Giao việc: Chặn địa chỉ máy chủ điều khiển tại tường lửa của tỉnh.", { happened: 16.5 * HOUR });
  entry(ransom, "contained", operator, "Hai máy chủ đã cách ly, tài khoản quản trị đã đổi mật khẩu, không thấy tệp mới bị mã hóa trong hai giờ.", { happened: 15 * HOUR });
  entry(ransom, "task", operator, "Xong: Chặn địa chỉ máy chủ điều khiển tại tường lửa của tỉnh.", { happened: 14 * HOUR });
  entry(ransom, "escalated", null, "Đồng hồ «Thông báo ban đầu» còn dưới một phần tư thời gian.", { happened: 1.2 * HOUR });

  const portal = make({ unit: 13, title: "Trang thông tin xã bị chèn liên kết cờ bạc", kind: "website", severity: "medium", detected: 80 * HOUR, opened: 79 * HOUR, by: admin, source: "outside" });
  entry(portal, "opened", admin, "Trung tâm quốc gia gửi thư: trang của UBND xã Mỹ Châu có 41 liên kết tới trang cá cược.", { happened: 80 * HOUR, recorded: 79 * HOUR });
  entry(portal, "note", officer, "Nhà cung cấp trang hẹn sửa xong trong ngày. <script>window.__xss=11</script>", { happened: 50 * HOUR, recorded: 49 * HOUR });
  entry(portal, "escalated", null, "Quá hạn «Báo cáo nguyên nhân, phạm vi, khắc phục»; đã báo cơ quan thường trực của tỉnh.", { happened: 8 * HOUR });
  portal.tasks = [task("Yêu cầu nhà cung cấp gửi nhật ký truy cập 30 ngày", null, -20 * HOUR)];

  const leak = make({ unit: 7, title: "Nghi lộ danh sách người tham gia tiêm chủng", kind: "data_breach", severity: "critical", detected: 2.1 * HOUR, opened: 2 * HOUR, traits: ["personal_data"] });
  leak.members = [lead(admin, "lead")];
  leak.reports.push({ clock: "preliminary", step: "standing_body", sent_at: ago(1.8 * HOUR), recipient: "Phòng An ninh mạng, Công an tỉnh", channel: "phone", receipt: "Trực ban Nguyễn Văn Lực nhận lúc 20:14", document: null, by: ref(admin) });
  leak.tasks = [task("Xác minh mẫu 200 dòng được rao trên diễn đàn", admin, 5 * HOUR)];
  entry(leak, "opened", operator, "Có người rao bán tệp 48.000 dòng, ba dòng mẫu trùng với dữ liệu của Sở.", { happened: 2.1 * HOUR, recorded: 2 * HOUR });
  entry(leak, "reported", admin, "Báo cáo ngay: điện thoại, Phòng An ninh mạng, Công an tỉnh.", { happened: 1.8 * HOUR });

  const phish = make({ unit: 4, title: "Thư giả mạo Kho bạc gửi tới 30 hộp thư", kind: "phishing", severity: "low", detected: 30 * HOUR, opened: 29 * HOUR });
  phish.members = [lead(operator, "lead")];
  entry(phish, "opened", operator, "Ba người đã mở tệp đính kèm, chưa thấy máy nào nhiễm.", { happened: 30 * HOUR, recorded: 29 * HOUR });

  const intrusion = make({ unit: 12, title: "Đăng nhập lạ vào máy chủ «một cửa» <img src=x onerror=alert(1)>", kind: "intrusion", severity: "medium", detected: 11 * HOUR, opened: 10 * HOUR, by: officer });
  intrusion.members = [lead(officer, "lead")];
  intrusion.tasks = [task("Đổi mật khẩu các tài khoản quản trị của phần mềm một cửa", officer, 6 * HOUR), task("Xem lại nhật ký đăng nhập từ ngày 20/11", officer, null, 4 * HOUR)];
  entry(intrusion, "opened", officer, "Tài khoản vanthu đăng nhập lúc 02:14 từ địa chỉ nước ngoài.", { happened: 11 * HOUR, recorded: 10 * HOUR });
  entry(intrusion, "task", officer, "Xong: Xem lại nhật ký đăng nhập từ ngày 20/11.", { happened: 4 * HOUR });

  const flood = make({ unit: 18, title: "Cổng dịch vụ công bị tấn công từ chối dịch vụ", kind: "denial_of_service", severity: "high", detected: 12 * DAY, opened: 12 * DAY - HOUR });
  for (const [clock, hours] of [["initial", 9], ["report", 60]]) flood.reports.push({ clock, step: "province", sent_at: ago(12 * DAY - hours * HOUR), recipient: "Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao", channel: "document_axis", receipt: `Số ${400 + hours}/TN-A05`, document: clock === "report" ? 6 : null, by: ref(admin) });
  Object.assign(flood, { state: "closed", contained_at: ago(12 * DAY - 5 * HOUR), closed_at: ago(8 * DAY), cause: "Lưu lượng từ mạng máy tính ma, khoảng 4 Gbps, vào địa chỉ công khai không qua dịch vụ lọc.", lesson: "Mọi cổng dịch vụ công phải đứng sau dịch vụ lọc của doanh nghiệp viễn thông; số điện thoại trực của doanh nghiệp đưa vào lịch trực." });
  entry(flood, "opened", operator, "Cổng không truy cập được, băng thông đầy.", { happened: 12 * DAY, recorded: 12 * DAY - HOUR });
  entry(flood, "reported", admin, "Thông báo ban đầu: trục liên thông văn bản.", { happened: 12 * DAY - 9 * HOUR });
  entry(flood, "contained", operator, "Doanh nghiệp viễn thông đã bật lọc lưu lượng, cổng hoạt động lại.", { happened: 12 * DAY - 5 * HOUR });
  entry(flood, "reported", admin, "Báo cáo nguyên nhân, phạm vi, khắc phục.", { happened: 12 * DAY - 60 * HOUR });
  entry(flood, "closed", admin, "Đã khắc phục, theo dõi bốn ngày không lặp lại.", { happened: 8 * DAY });

  const gap = make({ unit: 3, title: "Máy tính dùng chung nhiễm mã độc từ thẻ nhớ", kind: "malware", severity: "low", detected: Date.now() - Date.parse("2026-07-20T02:00:00Z"), opened: Date.now() - Date.parse("2026-07-20T03:00:00Z"), source: "finding" });
  entry(gap, "opened", operator, "Hai máy ở phòng họp nhiễm cùng một mẫu.", { happened: Date.now() - Date.parse("2026-07-20T02:00:00Z"), recorded: Date.now() - Date.parse("2026-07-20T03:00:00Z") });
  for (let index = 0; index < 34; index++) {
    const old = make({ unit: 30 + index, title: ["Máy trạm nhiễm mã độc từ thư rác", "Trang đăng nhập giả trên trang của xã", "Tài khoản thư công vụ bị chiếm"][index % 3], kind: ["malware", "website", "phishing"][index % 3], severity: ["low", "medium"][index % 2], detected: (20 + index * 3) * DAY, opened: (20 + index * 3) * DAY - 2 * HOUR });
    const since = (20 + index * 3) * DAY;
    old.reports.push({ clock: "report", step: "standing_body", sent_at: ago(since - 40 * HOUR), recipient: "Công an tỉnh", channel: "official_email", receipt: "", document: null, by: ref(operator) });
    Object.assign(old, { state: "closed", contained_at: ago(since - 6 * HOUR), closed_at: ago(since - 50 * HOUR), cause: "Người dùng mở tệp đính kèm.", lesson: "" });
    entry(old, "opened", operator, "Phát hiện qua cảnh báo.", { happened: since });
    entry(old, "closed", operator, "Đã làm sạch.", { happened: since - 50 * HOUR });
  }
}
seed();

const isLate = (clock) => clock.state === "late";
function rowOf(one) {
  const clocks = clocksOf(one);
  // Closing ends no clock.
  const waiting = clocks.filter(({ met_at: met, due_at: due }) => !met && due);
  return {
    id: one.id, unit: one.unit, title: one.title, kind: one.kind, severity: one.severity, state: one.state, detected_at: one.detected_at, opened_at: one.opened_at, opened_by: one.opened_by, source: one.source,
    personal_data: one.traits.includes("personal_data"), next_clock: waiting[0] ?? null, late: waiting.filter(isLate).length, tasks_open: one.tasks.filter(({ done_at: done }) => !done).length, owner: one.members.find(({ part }) => part === "lead")?.user ?? null,
  };
}
const minutes = (from, to) => (to ? Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / MINUTE)) : null);
const titleOf = (id) => data.findings.find(({ finding }) => finding.id === id)?.finding;
const EDITORS = ["province_admin", "soc_operator", "unit_officer"];

/** Websites of its findings. */
const sitesOf = (one) => {
  const assets = one.findings.map(titleOf).filter(Boolean).map(({ asset }) => asset).filter(({ kind }) => kind === "site");
  return [...new Map(assets.map(({ id, name }) => [id, { id, name }])).values()];
};

/** What an address on a list of botnet addresses became. */
export const incidentOfAddress = ({ address, malware, unit }, { severity = "medium", words }, by) => {
  const title = `Địa chỉ ${address} trong mạng botnet`;
  const one = make({ unit: unit.id, title, kind: "malware", severity, detected: 0, opened: 0, by });
  entry(one, "opened", by, words || malware || title);
  return one.id;
};

export const incidentRef = (id) => {
  const one = find(incidents, id);
  return { id, title: one.title, state: one.state };
};

function detailOf(one, user) {
  const rules = rulesOf(one.detected_at, one.severity, one.traits);
  return {
    botnet: addressesOf(one.id), incident: rowOf(one), duty: rules.duty, caution: rules.caution, severity_label: text(severities.label), traits: rules.traits, clocks: clocksOf(one), reports: one.reports.map((report) => ({ recorded_at: report.sent_at, ...report })), tasks: one.tasks, members: one.members,
    findings: one.findings.map(titleOf).filter(Boolean).map((finding) => ({ id: finding.id, title: finding.title.vi, severity: finding.severity, open: data.isOpen(finding) })),
    machines: one.machines.map((id) => find(data.machines, id)).map(ref), sites: sitesOf(one), cause: one.cause, lesson: one.lesson,
    metrics: { minutes_to_detect: one.findings.length > 0 ? 34 : null, minutes_to_report: minutes(one.detected_at, one.reports.map(({ sent_at: at }) => at).sort()[0]), minutes_to_contain: minutes(one.detected_at, one.contained_at), minutes_to_close: minutes(one.detected_at, one.closed_at) },
    may_edit: EDITORS.includes(user.role) && one.state !== "closed",
  };
}
const visible = (context) => {
  const scope = scopeOf(context);
  return data.machines.length === 0 ? [] : incidents.filter(({ unit }) => scope.has(unit.id));
};
const oneOf = ({ user, ids }) => {
  const one = find(incidents, ids.incident_id);
  if (!ownOnly({ user, query: {} }).has(one.unit.id)) throw absent();
  return one;
};
function openOne(context) {
  const one = oneOf(context);
  if (one.state === "closed") throw new Refusal(409, "Sự cố đã đóng, không sửa được. Hãy mở lại trước.", "The incident is closed and cannot be changed. Open it again first.");
  return one;
}
function tell(one, what, user, words, happenedAt, evidence) {
  const now = ago(0);
  const made = { id: nextEntry++, what, happened_at: happenedAt ?? now, recorded_at: now, by: user && ref(user), words, told: null, evidence: evidenceOf(evidence).map(({ id, file_name, sha256 }) => ({ id, file_name, sha256 })) };
  one.timeline.unshift(made);
  return made;
}
const notBefore = (at, one, field) => {
  if (at > data.iso(Date.now() + MINUTE)) throw new Refusal(422, "Thời điểm không thể ở tương lai.", "The moment lies in the future.", field);
  if (one && at < one.detected_at) throw new Refusal(422, "Thời điểm không thể trước lúc phát hiện.", "The moment lies before detection.", field);
};
const RANK = { critical: 0, high: 1, medium: 2, low: 3, info: 4 };

function listIncidents(context) {
  const { query, user } = context;
  const all = visible(context).map(rowOf);
  const open = ({ state }) => state !== "closed";
  const views = { open, contained: ({ state }) => state === "contained", late: (row) => open(row) && row.late > 0, soon: (row) => open(row) && row.next_clock?.state === "soon", mine: (row) => open(row) && row.owner?.id === user.id, closed: ({ state }) => state === "closed", all: () => true };
  const wanted = query.severity?.split(",");
  const words = fold(query.q ?? "");
  const list = all
    .filter(views[query.view ?? "open"])
    .filter(({ severity }) => !wanted || wanted.includes(severity))
    .filter(({ title, unit }) => fold(`${title} ${unit.name}`).includes(words))
    .sort((a, b) => (a.next_clock?.due_at ?? "9").localeCompare(b.next_clock?.due_at ?? "9") || RANK[a.severity] - RANK[b.severity] || b.detected_at.localeCompare(a.detected_at));
  const count = (name) => all.filter(views[name]).length;
  return { ...page(list, query), counts: { open: count("open") - count("contained"), contained: count("contained"), closed: count("closed"), late: count("late"), soon: count("soon") } };
}

function openIncident({ body, user }) {
  if (!ownOnly({ user, query: {} }).has(body.unit)) throw absent();
  notBefore(body.detected_at, null, "detected_at");
  const findings = (body.findings ?? []).map(titleOf).filter(Boolean);
  if (findings.some(({ first_seen: seen }) => seen < body.detected_at)) throw new Refusal(422, "Hệ thống đã ghi nhận phát hiện trước thời điểm này: thời điểm phát hiện sự cố không được muộn hơn phát hiện đầu tiên.", "A finding was seen before that: the incident cannot have been detected later than the first of its findings.", "detected_at");
  const one = make({ unit: body.unit, title: body.title, kind: body.kind, severity: body.severity, detected: Date.now() - Date.parse(body.detected_at), opened: 0, by: user, source: body.source ?? (findings.length > 0 ? "finding" : "person"), traits: body.traits ?? [], findings: findings.map(({ id }) => id), machines: [...new Set(findings.filter(({ asset }) => asset.kind === "machine").map(({ asset }) => asset.id))] });
  one.detected_at = body.detected_at;
  tell(one, "opened", user, body.words, body.detected_at);
  data.record(user.username, "incident.open", `sự cố ${one.id}`, one.title);
  return detailOf(one, user);
}

const broughtIn = new Set(); // unit and reference, or all of a row that has none

/** All of a list or nothing of it; what was brought in before is not opened again. */
function importIncidents(context) {
  const { body, user } = context;
  const { rows, problems } = readIncidents(Buffer.from(body.content, "base64"), context);
  const keyOf = (row) => `${row.unit} ${row.reference || JSON.stringify(row)}`;
  const fresh = problems.length > 0 ? [] : rows.filter((row) => !broughtIn.has(keyOf(row)));
  const opened = fresh.map((row) => {
    broughtIn.add(keyOf(row));
    return openIncident({ body: { ...row, source: "outside" }, user }).incident.id;
  });
  return { rows: rows.length, opened: opened.length, known: problems.length > 0 ? 0 : rows.length - opened.length, incidents: opened, problems_total: problems.length, problems: problems.slice(0, 200) };
}

function proposals(context) {
  const scope = scopeOf(context);
  const taken = new Set(incidents.flatMap(({ findings }) => findings));
  const free = data.findings.map(({ finding }) => finding).filter((one) => data.isOpen(one) && scope.has(one.unit.id) && !taken.has(one.id) && ["critical"].includes(one.severity));
  const [first, second] = free;
  if (!first) return [];
  const of = (finding, rule, title, rule_title) => {
    const own = free.filter(({ unit, rule: by }) => unit.id === finding.unit.id && by === finding.rule);
    return { rule, rule_title, title, unit: finding.unit, severity: "high", kind: "malware", detected_at: own.map(({ first_seen: at }) => at).sort()[0], assets: new Set(own.map(({ asset }) => asset.id)).size, findings: own.map(({ id }) => id) };
  };
  return [
    of(first, "malware.server", both(`${first.title.vi} trên máy chủ`, `${first.title.en} on a server`), both("Mã độc mức nghiêm trọng trên một máy chủ.", "Malware of critical severity on a server.")),
    ...(second && second.unit.id !== first.unit.id ? [of(second, "malware.spread", both("Cùng một mã độc trên nhiều máy", "The same malware on several machines"), both("Từ ba máy của một cơ quan trở lên có cùng tệp trong 24 giờ.", "Three machines of one body or more hold the same file within 24 hours."))] : []),
  ];
}

const STEPS = { unit: "cơ quan", standing_body: "cơ quan thường trực", province: "UBND tỉnh", ministry: "Bộ Công an", other: "nơi khác" };
function recordReport(context) {
  const { body, user } = context;
  const one = oneOf(context);
  const clock = clocksOf(one).find(({ id }) => id === body.clock);
  if (!clock) throw new Refusal(422, "Sự cố này không có đồng hồ đó.", "The incident has no such clock.", "clock");
  notBefore(body.sent_at, one, "sent_at");
  if (body.clock === "report" && !body.cause?.trim() && !one.cause) throw new Refusal(422, "Báo cáo này phải nêu nguyên nhân: hãy ghi nguyên nhân của sự cố trước (đã biết đến đâu ghi đến đó).", "This report names the cause: say first what is known of it.", "cause");
  if (body.cause?.trim() && one.state !== "closed") one.cause = body.cause.trim();
  one.reports.push({ clock: body.clock, step: body.step, sent_at: body.sent_at, recorded_at: ago(0), recipient: body.recipient, channel: body.channel, receipt: body.receipt ?? "", document: body.document ?? null, by: ref(user) });
  tell(one, "reported", user, `${clock.name.vi}: ${body.recipient} (${STEPS[body.step]}).`, body.sent_at, body.evidence);
  return detailOf(one, user);
}
function move(context) {
  const { body, user } = context;
  const one = oneOf(context);
  const events = { open: "reopened", contained: "contained", closed: "closed" };
  if (one.state === body.state) throw new Refusal(409, "Sự cố đã ở trạng thái này.", "The incident is in this state already.");
  if (one.state === "closed" && body.state !== "open") throw new Refusal(409, "Sự cố đã đóng, chỉ mở lại được.", "A closed incident can only be opened again.");
  if (body.state === "closed" && !body.cause?.trim()) throw new Refusal(422, "Cần nêu nguyên nhân để đóng.", "A cause is required to close.", "cause");
  if (body.state === "closed" && !body.words?.trim() && clocksOf(one).some(({ due_at: due, met_at: met }) => due && !met)) throw new Refusal(422, "Còn hạn chưa báo: cần nêu vì sao.", "A clock was not met: say why.", "words");
  const now = ago(0);
  if (body.state === "closed") Object.assign(one, { cause: body.cause, lesson: body.lesson ?? "", closed_at: now });
  if (body.state === "contained") one.contained_at = now;
  if (body.state === "open") one.closed_at = null;
  one.state = body.state;
  tell(one, events[body.state], user, body.words ?? "");
  return detailOf(one, user);
}
const taskOf = (context) => {
  const one = incidents.find(({ tasks }) => tasks.some(({ id }) => id === context.ids.incident_task_id)) ?? (() => { throw absent(); })();
  return [openOne({ ...context, ids: { incident_id: one.id } }), find(one.tasks, context.ids.incident_task_id)];
};
const person = (id) => ref(find(data.users, id));

/** Who may be given something to do for a unit. */
export function peopleOf(context) {
  const unit = Number(context.query.unit);
  if (!ownOnly(context).has(unit)) throw absent();
  const above = new Set([unit]);
  for (let one = data.units.find(({ id }) => id === unit); one?.parent; one = data.units.find(({ id }) => id === one.parent)) above.add(one.parent);
  return { items: data.users.filter(({ role, scope, disabled }) => !disabled && EDITORS.includes(role) && scope.some(({ id }) => above.has(id))).map(({ id, name, role }) => ({ id, name, role })) };
}

export const incidentHandlers = {
  listIncidents,
  listIncidentProposals: (context) => ({ items: data.machines.length === 0 ? [] : proposals(context) }),
  listPeople: peopleOf,
  openIncident,
  importIncidents,
  getIncident: (context) => detailOf(oneOf(context), context.user),
  updateIncident: (context) => {
    const { body, user } = context;
    const one = openOne(context);
    const { findings, ...change } = body;
    Object.assign(one, change);
    if (findings) one.findings = [...new Set([...one.findings, ...findings])];
    tell(one, findings ? "finding" : "changed", user, findings ? `Gắn thêm ${findings.length} phát hiện.` : "Sửa thông tin sự cố.");
    return detailOf(one, user);
  },
  listIncidentTimeline: (context) => page([...oneOf(context).timeline].sort((a, b) => b.happened_at.localeCompare(a.happened_at) || b.id - a.id), context.query),
  noteIncident: (context) => {
    const one = openOne(context);
    if (context.body.happened_at) notBefore(context.body.happened_at, null, "happened_at");
    return tell(one, context.body.evidence?.length ? "evidence" : "note", context.user, context.body.words, context.body.happened_at, context.body.evidence);
  },
  addIncidentTask: (context) => {
    const one = openOne(context);
    one.tasks.push({ id: nextTask++, words: context.body.words, owner: context.body.owner ? person(context.body.owner) : null, due_at: context.body.due_at ?? null, done_at: null, done_by: null });
    tell(one, "task", context.user, `Giao việc: ${context.body.words}`);
    return detailOf(one, context.user);
  },
  updateIncidentTask: (context) => {
    const [one, found] = taskOf(context);
    const { body, user } = context;
    if (body.owner) found.owner = person(body.owner);
    if (body.done) Object.assign(found, { done_at: ago(0), done_by: ref(user) });
    tell(one, "task", user, body.done ? `Xong: ${found.words}` : `${found.owner.name} nhận: ${found.words}`);
    return detailOf(one, user);
  },
  recordIncidentReport: recordReport,
  moveIncident: move,
  setIncidentMember: (context) => {
    const one = openOne(context);
    const { user, part } = context.body;
    one.members = [...one.members.filter((member) => member.user.id !== user), ...(part ? [{ user: person(user), part }] : [])];
    tell(one, "member", context.user, `${person(user).name}: ${part || "thôi tham gia"}`);
    return detailOf(one, context.user);
  },
  showIncidentClocks: ({ query }) => {
    const { rule, duty, caution, traits, clocks } = rulesOf(query.detected_at, query.severity, query.traits?.split(",") ?? []);
    return { rule, duty, caution, traits, severity_label: text(severities.label), clocks: clocks.map((clock) => standing(clock, query.detected_at)) };
  },
};
