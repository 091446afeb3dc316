// A made-up province with realistic data, the same on every start, hostile strings included.
import { createHash } from "node:crypto";

let seed = 20261122;
function random() {
  seed = (seed * 1664525 + 1013904223) % 4294967296;
  return seed / 4294967296;
}
const pick = (list) => list[Math.floor(random() * list.length)];
const between = (low, high) => low + Math.floor(random() * (high - low + 1));
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.now();
export const iso = (ms) => new Date(ms).toISOString();

const UNIT_NAMES = [
  ["province", "Tỉnh Lam Giang", null],
  ["department", "Văn phòng UBND tỉnh", 1],
  ["department", "Sở Khoa học và Công nghệ", 1],
  ["department", "Sở Tài chính", 1],
  ["department", "Sở Nội vụ", 1],
  ["department", "Sở Xây dựng", 1],
  ["department", "Sở Y tế", 1],
  ["hospital", "Bệnh viện Đa khoa tỉnh", 7],
  ["hospital", "Bệnh viện Sản – Nhi", 7],
  ["department", "Sở Giáo dục và Đào tạo", 1],
  ["school", "Trường THPT chuyên Lam Giang", 10],
  ["commune", "UBND xã An Lộc", 1],
  ["commune", "UBND xã Mỹ Châu", 1],
  ["commune", "UBND phường Trần Phú", 1],
  ["commune", "UBND đặc khu Hòn Ngọc", 1],
  ["police", "Công an tỉnh", 1],
  ["military", "Bộ Chỉ huy quân sự tỉnh", 1],
  ["telecom", "Viễn thông Lam Giang", 1],
  ["media", "Báo và Phát thanh, Truyền hình Lam Giang", 1],
  ["department", "Sở Nông nghiệp và Môi trường", 1],
  ["department", "Sở Công Thương", 1],
  ["department", "Sở Tư pháp", 1],
  ["department", "Sở Văn hóa, Thể thao và Du lịch", 1],
  ["department", "Sở Dân tộc và Tôn giáo", 1],
  ["department", "Thanh tra tỉnh", 1],
  ["department", "Ban Quản lý Khu kinh tế tỉnh", 1],
  ["public_service", "Trung tâm Phục vụ hành chính công", 2],
  ["school", "Trường THPT Nguyễn Trãi", 10],
];
const FIRST = ["An", "Bình", "Cẩm", "Đông", "Hòa", "Hưng", "Long", "Mỹ", "Phú", "Tân", "Thạnh", "Vĩnh"];
const SECOND = ["Bình", "Giang", "Hải", "Khê", "Lộc", "Phước", "Sơn", "Thành", "Thủy", "Xuân"];
const COMMUNES = FIRST.flatMap((first, row) => SECOND.map((second, column) => `${(row + column) % 5 === 0 ? "UBND phường" : "UBND xã"} ${first} ${second}`)).filter((name) => !UNIT_NAMES.some((unit) => unit[1] === name));
const MERGED_ON = "2025-07-01";
const makeUnit = (id, kind, name, parent) => ({ id, kind, name, parent, code: kind === "province" ? "H31" : `H31.${String(id).padStart(2, "0")}`, valid_from: kind === "commune" ? MERGED_ON : null, valid_to: null });
const UNITS = Number(process.env.KHIEN_MOCK_UNITS ?? 102);
export const units = UNIT_NAMES.map(([kind, name, parent], index) => makeUnit(index + 1, kind, name, parent));
for (let index = 0; units.length < UNITS; index++) units.push(makeUnit(units.length + 1, "commune", COMMUNES[index % COMMUNES.length] + (index >= COMMUNES.length ? ` ${Math.floor(index / COMMUNES.length) + 1}` : ""), 1));
// What existed before the districts went: seen only as it was.
export const endedUnits = ["UBND huyện An Châu", "UBND huyện Lam Sơn", "UBND huyện Phú Xuyên", "UBND thị xã Hòn Ngọc", "UBND thành phố Lam Giang"].map((name, index) => ({ ...makeUnit(2000 + index, "district", name, 1), valid_to: "2025-06-30" }));
const unitRef = (id) => ({ id, name: units.find((unit) => unit.id === id).name });

export const users = [
  ["quantri", "Trần Quốc Bảo", "province_admin", [1]],
  ["giamsat", "Lê Minh Đức", "soc_operator", [1]],
  ["anloc", "Nguyễn Thị Hạnh", "unit_officer", [12]],
  ["lanhdao", "Phạm Văn Thành", "leader", [1]],
  ["thanhtra", "Vũ Thu Hà", "inspector", [1]],
  ["benhvien", "Đỗ Hữu Ý", "unit_officer", [8, 9]],
].map(([username, name, role, scope], index) => ({
  id: index + 1,
  username,
  name,
  role,
  scope: scope.map(unitRef),
  disabled: index === 5,
  totp_enabled: username === "giamsat",
  created_at: iso(START - 40 * DAY),
  last_sign_in: index < 4 ? iso(START - index * 7 * HOUR) : null,
}));

const HOSTILE_NAMES = ["<img src=x onerror=\"document.title='XSS'\">", "pc-\u202egnp.exe", "may\u200b-an\u0007"];
const SHORT = { 2: "VP", 3: "KHCN", 4: "TC", 5: "NV", 6: "XD", 7: "YT", 8: "BVDK", 9: "SANNHI", 10: "GDDT", 11: "CHUYEN", 12: "ANLOC", 13: "MYCHAU", 14: "TRANPHU", 15: "HONNGOC" };
const SYSTEMS = ["Ubuntu 24.04.3 LTS", "Debian GNU/Linux 12 (bookworm)", "Rocky Linux 9.6", "Ubuntu 22.04.5 LTS"];
const KERNELS = ["6.8.0-87-generic", "6.1.0-40-amd64", "5.14.0-570.el9"];

// What the national format asks: most are well, some are old or open.
function protectionOf(health, index) {
  if (health === "pending") return { protection_on: null, firewall: "unknown", content_updated_at: null, not_updated: true };
  const days = health === "attention" ? 19 : index % 5;
  return { protection_on: index % 9 !== 4, firewall: index % 4 === 1 ? "off" : "on", content_updated_at: iso(START - days * DAY - 2 * HOUR), not_updated: days >= 15 };
}

function makeMachine(index) {
  const unit = 2 + (index % 14);
  const health = index < 4 ? "infected" : index < 10 ? "attention" : index < 13 ? "silent" : index < 15 ? "pending" : "protected";
  return {
    id: index + 1,
    name: HOSTILE_NAMES[index - 20] ?? `${pick(["pc", "may", "srv"])}-${SHORT[unit].toLowerCase()}-${String(index + 1).padStart(2, "0")}`,
    unit: unitRef(unit),
    health,
    os: pick(SYSTEMS),
    addresses: [`10.${20 + unit}.${between(0, 9)}.${between(2, 250)}`, `fe80::5054:ff:fe${between(10, 99)}:${between(1000, 9999)}`],
    agent_version: health === "attention" ? "0.0.9" : "0.1.0",
    last_seen: iso(START - (health === "silent" ? between(2, 30) * HOUR : between(0, 55) * 1000)),
    open_findings: 0,
    last_scan_at: health === "pending" ? null : iso(START - between(20, 900) * MINUTE),
    ...protectionOf(health, index),
  };
}
export const machines = Array.from({ length: 60 }, (_, index) => makeMachine(index));
export const revoked = new Set();

const KINDS = [
  { judge: "scan", severity: "critical", rule: "eicar", vi: "Mã độc: EICAR-Test-File", en: "Malware: EICAR-Test-File", subject: () => `/srv/chia-se/tai-ve/${pick(["eicar.com", "tai-lieu.com", "cap-nhat.com"])}` },
  { judge: "scan", severity: "critical", rule: "Linux.Ransomware.GwisinLocker", vi: "Mã độc tống tiền GwisinLocker", en: "Ransomware GwisinLocker", subject: () => `/opt/ung-dung/bin/agent${between(1, 9)}` },
  { judge: "watch", severity: "high", rule: "Linux.Backdoor.Krasue", vi: "Tệp mới khớp mẫu cửa hậu Krasue", en: "New file matches backdoor Krasue", subject: () => `/tmp/.x${between(100, 999)}/kworker` },
  { judge: "scan", severity: "high", rule: "ioc.sha256", vi: "Tệp trùng dấu hiệu nhận biết trong danh sách cảnh báo", en: "File is on the indicator list", subject: () => `/home/vanthu/Tải xuống/Công văn số ${between(10, 99)}-UBND (hỏa tốc).doc.exe` },
  { judge: "advisory", severity: "high", rule: "CVE-2026-31337", vi: "Phần mềm có lỗ hổng nghiêm trọng: openssl", en: "Software with a severe vulnerability: openssl", subject: () => "openssl 3.0.13-0ubuntu3.4" },
  { judge: "detect", severity: "medium", rule: "ssh.bruteforce", vi: "Nhiều lần nhập sai mật khẩu SSH", en: "Many failed SSH passwords", subject: () => `sshd từ 203.0.113.${between(2, 250)}` },
  { judge: "advisory", severity: "medium", rule: "CVE-2026-20011", vi: "Phần mềm có lỗ hổng: sudo", en: "Vulnerable software: sudo", subject: () => "sudo 1.9.15p5-3ubuntu5" },
  { judge: "law", severity: "medium", rule: "check:firewall-off", vi: "Tường lửa của máy chưa bật", en: "The machine's firewall is off", subject: () => "firewall" },
  { judge: "law", severity: "low", rule: "check:ssh-passwords", vi: "Máy nhận đăng nhập SSH bằng mật khẩu từ mạng", en: "The machine accepts SSH passwords from the network", subject: () => "sshd_config: PasswordAuthentication" },
  { judge: "law", severity: "low", rule: "ntp.off", vi: "Máy chưa đồng bộ thời gian", en: "Clock is not synchronised", subject: () => "systemd-timesyncd" },
  { judge: "detect", severity: "low", rule: "sudo.new-user", vi: "Tài khoản mới được cấp quyền quản trị", en: "New account with administrator rights", subject: () => `tài khoản ${pick(["thuctap", "hotro", "backup"])}` },
  { judge: "law", severity: "info", rule: "banner.missing", vi: "Thiếu thông báo khi đăng nhập", en: "Missing sign-in notice", subject: () => "/etc/issue.net" },
];
const HOSTILE_SUBJECTS = ["/tmp/<script>window.__xss=1</script>.sh", "/home/an/Hóa đơn \u202efdp.exe", "/var/\u0000null\u001b[31mred", "javascript:window.__xss=2//http://evil.example"];

let nextId = 1000;
export function makeFinding(kind, machine, at, state = "new") {
  const id = nextId++;
  const sightings = random() < 0.2 ? between(2, 40) : 1;
  const owner = state === "new" || (state === "resolved" && random() < 0.3) ? null : pick(users.slice(0, 3));
  const finding = {
    id,
    title: { vi: kind.vi, en: kind.en },
    severity: kind.severity,
    state,
    judge: kind.judge,
    rule: kind.rule,
    subject: HOSTILE_SUBJECTS[id - 1010] ?? kind.subject(),
    asset: { kind: "machine", id: machine.id, name: machine.name },
    unit: machine.unit,
    first_seen: iso(at - (sightings > 1 ? between(1, 40) * MINUTE : 0)),
    last_seen: iso(at),
    sightings,
    owner: owner && { id: owner.id, name: owner.name },
  };
  const history = [{ at: finding.first_seen, who: null, state: "new", note: "" }];
  if (state !== "new") history.unshift({ at: iso(at + 9 * MINUTE), who: finding.owner, state, note: state === "suppressed" ? "Tệp kiểm thử của Trung tâm giám sát." : "" });
  return { finding, history };
}

export const findings = Array.from({ length: 400 }, (_, index) => {
  const infected = machines.slice(0, 4);
  const kind = index < 14 ? KINDS[index % 4] : KINDS[2 + Math.floor(random() ** 0.8 * (KINDS.length - 2))];
  const severe = kind.severity === "critical" || (kind.judge === "scan" && index < 60);
  const machine = severe ? infected[index % 4] : machines[4 + (index % 56)];
  const age = index < 60 ? random() * DAY : random() * 14 * DAY;
  const state = index < 90 ? (random() < 0.2 ? "in_progress" : "new") : random() < 0.14 ? "suppressed" : "resolved";
  const usable = machine.health === "pending" ? machines[30] : machine;
  return makeFinding(kind, usable, START - age, state);
});
export const kinds = KINDS;

const rawEvent = (finding, at) =>
  JSON.stringify({ v: 1, kind: "file.match", at: iso(at), host: finding.asset.name, path: finding.subject, rule: finding.rule, sha256: sha256(finding.subject), size: 68, note: "<b onclick=alert(1)>dữ liệu gốc</b>" });

/** At most three observations behind a finding, newest first. */
export function observationsOf({ finding }) {
  const isFile = finding.judge === "scan" || finding.judge === "watch";
  return Array.from({ length: Math.min(finding.sightings, 3) }, (_, index) => {
    const at = Date.parse(finding.last_seen) - index * 7 * MINUTE;
    const raw = rawEvent(finding, at);
    return {
      ref: {
        id: finding.id * 10 + index,
        kind: isFile ? "file.match" : `${finding.judge}.fact`,
        observed_at: iso(at),
        received_at: iso(at + between(200, 1900)),
        event_sha256: sha256(raw),
        file_sha256: isFile ? sha256(finding.subject) : null,
      },
      raw,
    };
  });
}

const PACKAGES = ["adduser", "apt", "bash", "bind9-libs", "coreutils", "curl", "dbus", "openssl", "openssh-server", "perl-base", "python3.12", "rsyslog", "sudo", "systemd", "tar", "vim", "xz-utils", "zlib1g"];
export const packages = Array.from({ length: 412 }, (_, index) => {
  const name = index < PACKAGES.length ? PACKAGES[index] : `lib${pick(["ssl", "xml", "qt", "gtk", "usb", "png"])}${index}`;
  const version = `${between(1, 9)}.${between(0, 20)}.${between(0, 9)}-${between(1, 4)}ubuntu${between(1, 9)}`;
  return { purl: `pkg:deb/ubuntu/${name}@${version}?arch=amd64`, name, version, source: name.replace(/\d+$/, ""), source_version: version };
}).sort((a, b) => a.name.localeCompare(b.name));

export function machineDetail(machine) {
  const { health } = machine;
  const looked = health !== "pending";
  const at = looked ? iso(START - 3 * HOUR) : null;
  const running = KERNELS[machine.id % 3];
  const scanning = machine.id % 5 === 0 && looked;
  const total = 180_000 + machine.id * 1371;
  return {
    machine: { ...machine, open_findings: openOn(machine.id) },
    device: null,
    site: null,
    kernel_running: running,
    kernel_installed: machine.id % 4 === 0 ? running.replace("-", ".1-") : running,
    enrolled_at: iso(START - 30 * DAY),
    certificate_expires_at: iso(START + 60 * DAY),
    revoked: revoked.has(machine.id),
    health_reasons: REASONS[health] ?? [],
    protection: looked
      ? [
          { engine: "ioc", state: "running", signatures: 31_204, updated_at: at, detail: { vi: "", en: "" } },
          { engine: "yara", state: "running", signatures: 1_187, updated_at: at, detail: { vi: "", en: "" } },
          { engine: "clamav", state: health === "attention" ? "degraded" : "running", signatures: 8_711_034, updated_at: at, detail: health === "attention" ? { vi: "Bộ dấu hiệu đã cũ 9 ngày", en: "Signatures are 9 days old" } : { vi: "", en: "" } },
          { engine: "watch", state: health === "attention" && machine.id % 2 ? "absent" : "running", signatures: 0, updated_at: null, detail: { vi: "Theo dõi 4 thư mục", en: "Watching 4 folders" } },
        ]
      : [],
    products: looked && machine.id % 3 === 0 ? [{ id: "mdatp", name: "Microsoft Defender for Endpoint", on: machine.id % 6 === 0, updated_at: at }] : [],
    scan: looked
      ? { state: scanning ? "running" : "complete", started_at: iso(START - 2 * HOUR), finished_at: scanning ? null : machine.last_scan_at, files_seen: scanning ? Math.round(total * 0.63) : total, files_scanned: scanning ? Math.round(total * 0.59) : total - 812, files_skipped: 812, files_total: total }
      : null,
    on_access: looked ? onAccessOf(machine) : null,
    media: looked ? mediaOf(machine) : [],
    packages_total: looked ? packages.length : 0,
  };
}
function onAccessOf(machine) {
  const guarded = machine.id % 3 === 0;
  return guarded
    ? { mode: "permission", wanted: "permission", words: { vi: "Tệp được xét trước khi chạy; tệp độc hại bị chặn.", en: "Files are judged before they run; malicious ones are kept from it." }, why: "", denied: machine.id % 2, late: 0 }
    : { mode: "inotify", wanted: machine.id % 2 ? "permission" : "notify", words: { vi: "Tệp được quét sau khi ghi; theo dõi từng thư mục, có thể sót.", en: "Files are scanned after they were written; folder by folder, some may be missed." }, why: "fanotify: Operation not permitted", denied: 0, late: 0 };
}
function mediaOf(machine) {
  if (machine.id % 2) return [];
  return [
    { mount_point: "/media/an/USB Màu", file_system: "vfat", source: "/dev/sdb1", state: "complete", cut_short: false, started_at: iso(START - 3 * HOUR), finished_at: iso(START - 3 * HOUR + 40_000), files_seen: 812, files_scanned: 812 },
    { mount_point: "/media/an/LUU TRU", file_system: "exfat", source: "/dev/sdc1", state: "complete", cut_short: true, started_at: iso(START - 2 * DAY), finished_at: iso(START - 2 * DAY + HOUR), files_seen: 200_000, files_scanned: 200_000 },
  ];
}
const REASONS = {
  infected: [{ vi: "Có phát hiện mã độc đang mở trên máy này.", en: "A malware finding is open on this machine." }],
  attention: [{ vi: "Bộ dấu hiệu ClamAV đã cũ 9 ngày.", en: "ClamAV signatures are 9 days old." }, { vi: "Trình bảo vệ 0.0.9 cũ hơn bản 0.1.0.", en: "Agent 0.0.9 is older than 0.1.0." }],
  silent: [{ vi: "Không nhận được tín hiệu quá 3 chu kỳ.", en: "No heartbeat for more than 3 intervals." }],
  pending: [{ vi: "Máy đã đăng ký, chưa quét xong lần nào.", en: "Enrolled, not yet scanned once." }],
};

export const isOpen = (finding) => finding.state === "new" || finding.state === "in_progress";
export const openOn = (machineId) => findings.filter(({ finding }) => finding.asset.id === machineId && isOpen(finding)).length;

export const audit = [];
export function record(who, action, object, detail = "") {
  const entry = { index: audit.length, at: iso(Date.now()), who, action, object, detail, address: "10.22.0.15" };
  audit.push({ ...entry, leaf_hash: sha256(JSON.stringify(entry)) });
}
for (let index = 0; index < 230; index++) {
  record(pick(users).username, pick(["session.create", "finding.update", "machine.enrol", "user.update", "enrolment_token.create"]), pick(["phát hiện 1012", "máy pc-anloc-11", "người dùng anloc", "<b>mã</b>"]), pick(["", "trạng thái: new → in_progress", "từ UBND xã An Lộc"]));
}
audit.forEach((entry, index) => (entry.at = iso(START - (230 - index) * 17 * MINUTE)));
export const rootHash = () => sha256(audit.map((entry) => entry.leaf_hash).join(""));
// Made on the hub's command line: by nobody who has an account.
export const tokens = [{ id: 1, unit: unitRef(2), created_at: iso(START - HOUR), created_by: null, expires_at: iso(START + 23 * HOUR), state: "open", machine: null }];
