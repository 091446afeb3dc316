// Websites under watch, their pages, cases and evidence of the mock hub. Names and pages are made up; what is hostile is hostile.
import { createHash } from "node:crypto";

import { Refusal, both, chance, find, fold, inScope, page, ref, today, unitRef, addDays } from "./mock-common.mjs";
import * as data from "./mock-data.mjs";
import { sites } from "./mock-estate.mjs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
// One grey pixel: a made-up page has no looks.
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGM4AAAAwgDBUl5XUQAAAABJRU5ErkJggg==", "base64");
const VISITORS = ["desktop", "desktop-google", "googlebot", "mobile-google"];
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const now = () => Date.now();
const ago = (ms) => data.iso(now() - ms);

// One site of each way a site can stand; the others are clean.
const STORIES = {
  11: "cloaked",
  12: "defaced",
  7: "redirected",
  3: "cause",
  16: "rescan",
  20: "watching",
  9: "silent",
  23: "silent",
  5: "not_yet",
  2: "reflected",
};
const STATUS_OF = { cloaked: "ill", defaced: "ill", redirected: "ill", reflected: "ill", cause: "ill", rescan: "ill", watching: "watching", silent: "silent", not_yet: "not_yet" };
const RANK = { ill: 0, silent: 1, watching: 2, clean: 3, not_yet: 4 };
const storyOf = (site) => STORIES[site.id];
const statusOf = (site) => {
  const one = newestCase(site);
  if (one && ["open", "cause_wanted", "rescanning"].includes(one.case.state)) return "ill";
  if (one?.case.state === "watching") return "watching";
  const status = STATUS_OF[storyOf(site)] ?? (site.id > 900 && site.id % 40 === 0 ? "not_yet" : "clean");
  return status === "ill" || status === "watching" ? "clean" : status;
};

const SPAM = [
  ["nhà cái uy tín 188K", "https://tai-xiu-888.example/dang-ky?ref=gov"],
  ["game bài đổi thưởng", "https://nohu99.example/game-bai"],
  ["cá cược bóng đá trực tiếp", "https://8xbk.example/keo-nha-cai"],
  ["soi cầu miền bắc 24 giờ", "https://8xbk.example/soi-cau"],
  ["lô đề online <script>window.__xss=1</script>", "https://lode79.example/vao-bo"],
];
const NEWS = ["Hội nghị triển khai nhiệm vụ quý IV năm 2026", "Lịch tiếp công dân tháng 11/2026 của Chủ tịch UBND xã", "Tập huấn kỹ năng số cho tổ công nghệ số cộng đồng", "Thông báo lịch cắt điện tuần 47", "Ra quân làm đường giao thông nông thôn", "Cảnh báo thủ đoạn lừa đảo, cờ bạc qua mạng"];
const DOCUMENTS = ["Quyết định 112/QĐ-UBND về phê duyệt cấp độ an toàn hệ thống thông tin", "Kế hoạch 38/KH-UBND chuyển đổi số năm 2027", "Thông báo tuyển dụng công chức cấp xã"];

function cleanPage(name) {
  const item = (text, index) => `      <li><a href="/tin-tuc/${index + 1}">${text}</a></li>`;
  return [
    "<!DOCTYPE html>",
    '<html lang="vi">',
    "<head>",
    '  <meta charset="utf-8">',
    `  <title>Trang thông tin điện tử ${name}</title>`,
    '  <link rel="stylesheet" href="/css/trang.css">',
    '  <script src="/js/menu.js"></script>',
    "</head>",
    "<body>",
    `  <header><h1>${name}</h1></header>`,
    '  <nav><ul><li><a href="/">Trang chủ</a></li><li><a href="/gioi-thieu">Giới thiệu</a></li><li><a href="/tin-tuc">Tin tức</a></li><li><a href="/thu-tuc">Thủ tục hành chính</a></li></ul></nav>',
    '  <main class="noi-dung">',
    "    <h2>Tin tức – Sự kiện</h2>",
    "    <ul>",
    ...NEWS.map(item),
    "    </ul>",
    "    <h2>Văn bản mới</h2>",
    "    <ul>",
    ...DOCUMENTS.map(item),
    "    </ul>",
    "    <h2>Lịch công tác tuần</h2>",
    ...Array.from({ length: 6 }, (_, day) => `    <p>Thứ ${day + 2}: ${NEWS[day % NEWS.length]}.</p>`),
    '    <img src="/anh/tru-so.jpg" alt="Trụ sở UBND">',
    "  </main>",
    '  <footer class="chan-trang">',
    `    <p>Cơ quan chủ quản: ${name}, tỉnh Lam Giang</p>`,
    "    <p>Chịu trách nhiệm: Chủ tịch UBND</p>",
    "  </footer>",
    "</body>",
    "</html>",
  ];
}
const injection = () => ['  <div style="position:absolute;left:-9999px">', ...SPAM.map(([text, url]) => `    <a href="${url}" title="${text.replace(/[<>]/g, "")}">${text.replace(/</g, "&lt;")}</a>`), "  </div>"];

function sourceOf(site, visitor) {
  const story = storyOf(site);
  const lines = cleanPage(site.unit.name);
  if (story === "defaced") return ["<html><head><title>Hacked by L4m_T34m</title></head>", '<body bgcolor="black"><h1>HACKED BY L4m_T34m</h1>', "<p>Your security is low \u202e :)</p>", "<script>window.__xss=1</script></body></html>"].join("\n");
  const foot = lines.indexOf('  <footer class="chan-trang">');
  const spammed = story === "reflected" ? true : visitor === "googlebot" || (story !== "cloaked" && visitor === "mobile-google");
  if (spammed) lines.splice(foot, 0, ...injection());
  return `${lines.join("\n")}\n`;
}
const evidenceSite = (id) => find(sites, Math.floor(id / 10));
function linksOf(site) {
  if (storyOf(site) === "defaced") return [];
  return VISITORS.flatMap((visitor) => {
    const source = sourceOf(site, visitor);
    return SPAM.flatMap(([text, url]) => {
      const at = source.indexOf(`<a href="${url}"`);
      return at < 0 ? [] : [{ url, anchor: text, visitor, offset: Buffer.byteLength(source.slice(0, at)), why: url.includes("8xbk") ? "brand host hidden" : "anchor listed hidden new" }];
    });
  });
}
const CLASS_OF = { cloaked: "cloaked", defaced: "defaced", redirected: "redirected", reflected: "reflected", cause: "compromised", rescan: "compromised", watching: "compromised" };
const REASONS = {
  defaced: [["deface_title", 55], ["deface_heading", 50], ["deface_small", 15]],
  redirected: [["redirect_some_visitors", 70], ["redirect_listed", 90]],
  reflected: [["echo", 60], ["title_words", 40]],
};
const FOUND_AGO = { cloaked: 5 * HOUR, defaced: 40 * MINUTE, redirected: 2 * DAY, reflected: 26 * HOUR, cause: 3 * DAY, rescan: 4 * DAY, watching: 17 * DAY };
const URL_OF = { cloaked: "/tin-tuc/2024/lich-nghi-tet.html", defaced: "/", redirected: "/van-ban/?id=12", reflected: "/tim-kiem?keyword=casino", cause: "/upload/files/tx88.html", rescan: "/", watching: "/gioi-thieu" };

export function pageSeen(site) {
  const story = storyOf(site);
  const links = linksOf(site);
  return {
    url: `https://${site.address}${URL_OF[story]}`,
    class: CLASS_OF[story],
    score: 88,
    evidence: site.id * 10 + 1,
    reasons: (REASONS[story] ?? [["hidden_links", 60], ["other_face", 30], ["listed_domain", 15], ["glued_words", 12], ["context", -20]]).map(([name, points]) => ({ name, points })),
    links,
    links_left_out: links.length > 0 ? 3 : 0,
  };
}
const findingId = (site) => 5000 + site.id;
export const siteOfFinding = (id) => sites.find((site) => findingId(site) === id && CLASS_OF[storyOf(site)]);
export function siteFinding(site) {
  const found = ago(FOUND_AGO[storyOf(site)]);
  const open = newestCase(site) && newestCase(site).case.open_findings > 0;
  const { class: name, url } = pageSeen(site);
  const titles = { defaced: both("Trang bị thay đổi giao diện", "The page was defaced"), cloaked: both("Trang đưa nội dung khác cho máy tìm kiếm", "Search engines are shown another page"), redirected: both("Trang bị chuyển hướng sang trang lạ", "The page sends visitors elsewhere"), reflected: both("Trang tìm kiếm lặp lại từ khoá cờ bạc", "The search page repeats gambling words") };
  return { id: findingId(site), title: titles[name] ?? both("Trang bị chèn nội dung cờ bạc hoặc quảng cáo lạ", "Gambling or spam was put into the page"), severity: name === "reflected" ? "medium" : "high", state: open ? "new" : "resolved", judge: "watch", rule: `page.${name}`, subject: url, asset: { kind: "site", id: site.id, name: site.address }, unit: site.unit, first_seen: found, last_seen: found, sightings: 3, owner: null };
}
export function siteFindingDetail(site) {
  return { finding: siteFinding(site), what_happened: both("Mở trang bằng trình duyệt thấy bình thường, nhưng máy tìm kiếm nhận được nội dung cờ bạc.", "A browser shows nothing odd, but search engines are given gambling content."), what_to_do: stepsOf("open"), clause: null, clauses: [], page: pageSeen(site), facts: [], evidence: [], history: [{ at: ago(FOUND_AGO[storyOf(site)]), who: null, state: "new", note: "" }] };
}

const stepsOf = (state) =>
  ({
    open: [both("Mở bằng chứng, xem nội dung mà bốn kiểu khách nhận được.", "Open the evidence and look at what the four visitors got."), both("Gỡ nội dung bị chèn; giữ lại tệp lạ làm bằng chứng, chưa xóa.", "Remove what was injected; keep foreign files as proof."), both("Bấm «Đã gỡ nội dung» rồi nêu nguyên nhân.", "Say that it is removed, then name the cause.")],
    cause_wanted: [both("Xem nhật ký đăng nhập, tệp lạ và phiên bản phần mềm quản trị trang.", "Look at sign-ins, foreign files and the version of the site's software."), both("Đổi mật khẩu quản trị, cập nhật phần mềm, hỏi đơn vị cho thuê máy chủ.", "Change passwords, update the software, ask the hosting company."), both("Bấm «Nêu nguyên nhân» và ghi rõ.", "Name the cause and describe it.")],
    rescanning: [both("Không phải làm gì. Khiên quét lại trong vài phút.", "Nothing to do. Khiên looks again within minutes.")],
    watching: [both("Không phải làm gì. Nếu nội dung quay lại, Khiên báo ngay và tính là tái phát.", "Nothing to do. If it comes back you are told at once.")],
  })[state] ?? [];

const STATE_OF = { cloaked: "open", defaced: "open", redirected: "open", reflected: "open", cause: "cause_wanted", rescan: "rescanning", watching: "watching" };
const officer = data.users[2];
const cases = [];
for (const site of sites) {
  const story = storyOf(site);
  if (!STATE_OF[story]) continue;
  const opened = FOUND_AGO[story];
  const state = STATE_OF[story];
  const confirmed = ["redirected", "cause", "rescan", "watching"].includes(story);
  const again = story === "redirected" || story === "watching";
  const named = state === "rescanning" || state === "watching";
  const history = [{ at: ago(again ? opened + 20 * DAY : opened), who: null, event: "found", state: "open", cause: null, note: "" }];
  const add = (before, event, to, who = officer, cause = null, note = "") => history.unshift({ at: ago(before), who: who && ref(who), event, state: to, cause, note });
  if (again) {
    add(opened + 19 * DAY, "removed", "cause_wanted");
    add(opened + 19 * DAY - HOUR, "cause", "rescanning", officer, "stolen_account", "Mật khẩu quản trị đặt là <b>123456</b>, đã đổi.");
    add(opened + 18 * DAY, "clean", "watching", null);
    add(opened, "found", "open", null);
  }
  if (confirmed) add(opened - 2 * HOUR, "confirmed", "open", data.users[1]);
  if (["cause", "rescan", "watching"].includes(story)) add(opened - 5 * HOUR, "removed", "cause_wanted");
  if (named) add(opened - 20 * HOUR, "cause", "rescanning", officer, "plugin_hole", "Tiện ích thư viện ảnh 1.2 có lỗ hổng, kẻ xấu tải tệp lên thư mục upload. Đã gỡ tiện ích và tệp lạ.");
  if (state === "watching") add(opened - DAY, "clean", "watching", null);
  cases.push({
    history,
    case: { id: cases.length + 1, site: { id: site.id, name: site.address }, unit: site.unit, state, opened_at: history.at(-1).at, entered_at: history[0].at, recurrences: again ? 1 : 0, confirmed_by: confirmed ? ref(data.users[1]) : null, cause: named ? "plugin_hole" : null, cause_text: named ? history.find(({ event }) => event === "cause").note : "", rescan_since: named ? ago(opened - 20 * HOUR) : null, watched_until: state === "watching" ? data.iso(now() + 14 * DAY) : null, open_findings: state === "watching" ? 0 : story === "cloaked" ? 3 : 1 },
  });
}
const alive = ({ case: { state } }) => state !== "closed" && state !== "legitimate";
const casesOf = (site) => cases.filter((one) => one.case.site.id === site.id).reverse();
const newestCase = (site) => casesOf(site)[0];

const watches = new Map();
function watchOf(site) {
  if (!watches.has(site.id)) {
    const unlooked = storyOf(site) === "not_yet";
    const late = site.id % 17 === 6 && !CLASS_OF[storyOf(site)];
    watches.set(site.id, { every_hours: null, due_at: late ? ago(9 * HOUR) : data.iso(now() + 11 * HOUR), being_looked_at: false, looks: unlooked ? 0 : 31, finished_at: unlooked ? null : ago(CLASS_OF[storyOf(site)] ? 20 * MINUTE : late ? 33 * HOUR : (1 + (site.id % 13)) * HOUR), failures: storyOf(site) === "silent" ? 4 : 0, failure: storyOf(site) === "silent" ? "connection refused" : "", asked_at: null, rendering: null });
  }
  return watches.get(site.id);
}
function watchedOf(site) {
  const watch = watchOf(site);
  const living = casesOf(site).find(alive);
  const open = living?.case.open_findings ?? 0;
  return { site: { ...site, open_findings: open }, status: statusOf(site), looked_at: watch.finished_at, due_at: watch.due_at, being_looked_at: watch.being_looked_at, pages: watch.finished_at ? 20 + (site.id % 31) : 0, open_case: living?.case.id ?? null, case_state: living?.case.state ?? null, recurrences: newestCase(site)?.case.recurrences ?? 0, certificate_expires_at: watch.finished_at ? factsOf(site).find(({ name }) => name === "tls.expires_at")?.value ?? null : null, uptime: watch.finished_at ? (statusOf(site) === "silent" ? 61 : 100 - (site.id % 3)) : null, infected_pages: open, worst_class: open > 0 ? CLASS_OF[storyOf(site)] : null };
}
const labelOf = ({ site: { label, label_valid_to: to } }) => (label === "" ? "none" : to === null ? "valid" : to < today() ? "expired" : Date.parse(to) - Date.parse(today()) <= 30 * DAY ? "soon" : "valid");
const certificateOf = ({ certificate_expires_at: at }) => (at === null ? "none" : Date.parse(at) < now() ? "expired" : Date.parse(at) <= now() + 30 * DAY ? "soon" : "valid");
const isOverdue = (one) => one.due_at !== null && !one.being_looked_at && Date.parse(one.due_at) + HOUR < now();
const waits = ({ case_state: state }) => state === "open" || state === "cause_wanted";
const keeps = ({ status, label, certificate, overdue, waiting, class: page }) => (one) => (!status || one.status === status) && (!label || labelOf(one) === label) && (!certificate || certificateOf(one) === certificate) && (!overdue || isOverdue(one)) && (!waiting || waits(one)) && (!page || one.worst_class === page);
export function siteCounts(list) {
  const all = list.map(watchedOf);
  const count = (status) => all.filter((one) => one.status === status).length;
  const states = (stateOf) => Object.fromEntries(["none", "expired", "soon", "valid"].map((state) => [state, all.filter((one) => stateOf(one) === state).length]));
  const classes = [...new Set(all.map((one) => one.worst_class).filter(Boolean))].map((name) => ({ class: name, sites: all.filter((one) => one.worst_class === name).length }));
  return { total: all.length, cases_waiting: all.filter(waits).length, overdue: all.filter(isOverdue).length, labels: states(labelOf), certificates: states(certificateOf), classes, ill: count("ill"), silent: count("silent"), watching: count("watching"), clean: count("clean"), not_yet: count("not_yet") };
}

function factsOf(site) {
  const bad = site.id % 4 === 3;
  const expires = new Date(now() + (bad ? 12 : 74 + site.id) * DAY).toISOString();
  return [
    ["tls.expires_at", expires],
    ["tls.protocol", bad ? "TLSv1.1" : "TLSv1.3"],
    ["tls.issuer", "Lam Giang Test CA"],
    ["tls.chain_ok", "true"],
    ["tls.name_ok", "true"],
    ["http.https", bad ? "false" : "true"],
    ["cms.name", "DotNetNuke"],
    ["cms.version", "9.11.0 <b>beta</b>"],
    ["headers.hsts", bad ? "false" : "true"],
    ["headers.csp", "false"],
    ["headers.frames_closed", "true"],
    ["mail.mx", "mail.lamgiang.example"],
    ["mail.spf", "v=spf1 mx -all"],
    ["mail.dmarc", bad ? "" : "v=DMARC1; p=none"],
    ["dns.addresses", `203.0.113.${site.id % 250}`],
    ["dns.ipv6", "false"],
  ].map(([name, value]) => ({ name, value }));
}
function lookOf(site) {
  const watch = watchOf(site);
  if (!watch.finished_at) return null;
  const silent = statusOf(site) === "silent";
  const pages = silent ? 0 : 20 + (site.id % 31);
  return { look: watch.looks, started_at: data.iso(Date.parse(watch.finished_at) - 90_000), finished_at: watch.finished_at, answered: !silent, pages, views: pages * 4, limited: silent ? 4 : site.id % 3, facts: silent ? [] : factsOf(site), unread: silent ? ["pages"] : [] };
}
function pagesOf(site) {
  const story = storyOf(site);
  if (!CLASS_OF[story]) return [];
  const mended = !newestCase(site) || newestCase(site).case.open_findings === 0;
  const seen = watchOf(site).finished_at;
  const first = { url: pageSeen(site).url, class: mended ? "clean" : CLASS_OF[story], score: mended ? 0 : 88, whole: true, seen_at: seen, evidence: site.id * 10 + 1, finding: findingId(site), earlier: mended ? [{ id: site.id * 10 + 2, class: CLASS_OF[story], taken_at: ago(FOUND_AGO[story]) }] : [] };
  return [first, { url: `https://${site.address}/hoi-dap/phan-anh-web-ca-do`, class: "legitimate_mention", score: 12, whole: true, seen_at: seen, evidence: site.id * 10 + 2, finding: null, earlier: [] }, { url: `https://${site.address}/tim-kiem?q=<script>window.__xss=1</script>`, class: "unknown", score: 0, whole: false, seen_at: seen, evidence: null, finding: null, earlier: [] }];
}
function looksOf(site) {
  const last = lookOf(site);
  if (!last) return [];
  const { facts: _, unread: __, ...first } = last;
  return Array.from({ length: Math.min(30, first.look) }, (_, before) => ({ ...first, look: first.look - before, started_at: data.iso(Date.parse(first.started_at) - before * DAY), finished_at: data.iso(Date.parse(first.finished_at) - before * DAY) }));
}
const knownOf = (site) =>
  site.id % 4 === 3
    ? { looked_up: true, total: 2, items: [{ name: "CVE-2025-64095", title: "Unauthenticated file upload <img onerror=1>", severity: "critical", exploited: true, product: "dotnetnuke", fixed: "10.1.1" }, { name: "CVE-2024-0001", title: "Stored script", severity: "medium", exploited: false, product: "dotnetnuke", fixed: "" }] }
    : { looked_up: true, total: 0, items: [] };
const lists = new Map();
const listedOf = (site) => ({ pages: lists.get(site.id)?.urls.size ?? 0, looked_at: 0, newest: lists.get(site.id)?.at ?? null });
function addListed(site, text) {
  const found = [...new Set(text.match(/https?:\/\/[^\s"'<>,;]+/g) ?? [])];
  if (found.length === 0) throw new Refusal(422, "Không thấy địa chỉ trang web nào trong danh sách.", "There is no address in the list.", "text");
  const own = found.filter((url) => new URL(url).host.replace(/^www\./, "") === site.address.replace(/^https?:\/\//, "").replace(/^www\./, ""));
  const before = lists.get(site.id)?.urls ?? new Set();
  const fresh = own.filter((url) => !before.has(url));
  lists.set(site.id, { urls: new Set([...before, ...own]), at: data.iso(now()) });
  return { added: fresh.length, known: own.length - fresh.length, elsewhere: found.length - own.length, left_out: 0, listed: listedOf(site) };
}
function labelCheckOf(site) {
  const facts = lookOf(site)?.facts ?? [];
  const says = (name, value) => facts.some((fact) => fact.name === name && fact.value === value);
  const systems = site.unit.id % 4;
  const approved = Math.max(0, systems - (site.unit.id % 2));
  const encryption = facts.length === 0 ? "unknown" : says("http.https", "false") ? "failed" : "met";
  const level = systems === 0 ? "unknown" : approved === systems ? "met" : "failed";
  return { ready: level === "met" && encryption === "met", systems, approved, criteria: [{ criterion: "level", state: level }, { criterion: "consent", state: "paper" }, { criterion: "encryption", state: encryption }, { criterion: "not_listed", state: "paper" }] };
}
function detailOf(site) {
  return { watched: watchedOf(site), watch: watchOf(site), last_look: lookOf(site), known_vulnerabilities: knownOf(site), label_check: labelCheckOf(site), listed: listedOf(site), looks: looksOf(site), pages: pagesOf(site), cases: casesOf(site).map((one) => one.case) };
}
const own = (context, id) => find(inScope({ ...context, query: {} }, sites), id);

/** A look takes a few seconds, so that its steps can be seen. */
function ask(site) {
  const watch = watchOf(site);
  watch.asked_at = data.iso(now());
  setTimeout(() => (watch.being_looked_at = true), 1_500).unref();
  setTimeout(() => {
    Object.assign(watch, { being_looked_at: false, finished_at: data.iso(now()), looks: watch.looks + 1, due_at: data.iso(now() + DAY) });
    const one = newestCase(site);
    if (one?.case.state === "rescanning") enter(one, "clean", "watching", null, { open_findings: 0, watched_until: data.iso(now() + 30 * DAY) });
  }, 6_000).unref();
}
function enter(one, event, state, user, change = {}, cause = null, note = "") {
  if (one.case.state !== state) one.case.entered_at = data.iso(now());
  Object.assign(one.case, { state, ...change });
  one.history.unshift({ at: data.iso(now()), who: user && ref(user), event, state, cause, note });
}
const caseDetail = (one) => ({ case: one.case, what_to_do: stepsOf(one.case.state), pages: pagesOf(find(sites, one.case.site.id)).slice(0, 1), history: one.history });
const ownCase = (context) => {
  const one = cases.find(({ case: { id } }) => id === context.ids.site_case_id);
  own(context, one?.case.site.id);
  return one;
};
function decide(context) {
  const one = ownCase(context);
  const { event, cause, text = "" } = context.body;
  const { state } = one.case;
  const needed = event === "cause" || event === "legitimate";
  if (needed && !text.trim()) throw new Refusal(422, "Cần ghi rõ.", "Please describe it.", "text");
  const move = (to, change, why = null) => enter(one, event, to, context.user, change, why, text);
  if (event === "confirmed") move(state, { confirmed_by: ref(context.user) });
  else if (event === "removed") move("cause_wanted", {});
  else if (event === "cause") {
    move(state === "cause_wanted" ? "rescanning" : state, { cause, cause_text: text, rescan_since: data.iso(now()) }, cause);
    if (one.case.state === "rescanning") ask(find(sites, one.case.site.id));
  } else if (event === "legitimate") move("legitimate", { open_findings: 0 });
  else {
    move(state, {});
    ask(find(sites, one.case.site.id));
  }
  return caseDetail(one);
}

function evidenceOf(id) {
  const site = evidenceSite(id);
  const first = id % 10 === 1;
  const url = first ? pageSeen(site).url : `https://${site.address}/hoi-dap/phan-anh-web-ca-do`;
  const story = first ? storyOf(site) : "none";
  const view = (visitor) => {
    const source = sourceOf(site, visitor);
    const moved = story === "redirected" && visitor === "mobile-google";
    const lost = story === "redirected" && visitor === "desktop-google";
    return { visitor, status: lost ? 0 : 200, final_url: moved ? "https://tai-xiu-888.example/" : url, limit: lost ? "timeout" : "", fetched_at: ago(2 * HOUR), size: lost ? 0 : Buffer.byteLength(source), kept: !lost, sha256: lost ? null : sha256(source), steps: moved ? [{ url, status: 404, how: "script" }, { url: "https://go.example/r?x=1", status: 302, how: "location" }] : [], headers: lost ? [] : [{ name: "content-type", value: "text/html; charset=utf-8" }, { name: "server", value: "Microsoft-IIS/8.5 <img src=x onerror=alert(1)>" }] };
  };
  return { id, site: site.id, url, class: first ? CLASS_OF[story] : "legitimate_mention", taken_at: ago(2 * HOUR), picture: first ? { taken_at: ago(2 * HOUR), width: 1280, height: 720, size: PICTURE.length, sha256: sha256(PICTURE) } : null, views: VISITORS.map(view) };
}
function differenceOf(first, second) {
  const [before, after] = [first, second].map((text) => text.split("\n"));
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const runs = [
    { kind: "same", lines: before.slice(0, head) },
    { kind: "removed", lines: before.slice(head, before.length - tail) },
    { kind: "added", lines: after.slice(head, after.length - tail) },
    { kind: "same", lines: before.slice(before.length - tail) },
  ];
  return { gave_up: false, runs: runs.filter(({ lines }) => lines.length > 0) };
}

export const siteHandlers = {
  listWatchedSites: (context) => {
    const { q } = context.query;
    const day = today();
    const all = inScope(context, sites).filter((site) => (site.valid_to === null || site.valid_to >= day) && fold(`${site.address} ${site.title} ${site.unit.name}`).includes(fold(q ?? "")));
    const list = all.map(watchedOf).filter(keeps(context.query)).sort((a, b) => RANK[a.status] - RANK[b.status] || a.site.address.localeCompare(b.site.address));
    return { ...page(list, context.query), counts: siteCounts(all) };
  },
  getSite: (context) => detailOf(own(context, context.ids.site_id)),
  addListedPages: (context) => addListed(own(context, context.ids.site_id), context.body.text),
  forgetListedPages: (context) => void lists.delete(own(context, context.ids.site_id).id),
  lookAtSite: (context) => {
    const site = own(context, context.ids.site_id);
    ask(site);
    return detailOf(site);
  },
  setSiteInterval: (context) => {
    const site = own(context, context.ids.site_id);
    watchOf(site).every_hours = context.body.every_hours || null;
    return detailOf(site);
  },
  setSiteRendering: (context) => {
    const site = own(context, context.ids.site_id);
    watchOf(site).rendering = context.body.reason ? { reason: context.body.reason, set_at: data.iso(now()) } : null;
    return detailOf(site);
  },
  listSiteCases: (context) => page(inScope(context, cases.map((one) => one.case)).filter((one) => !context.query.site || one.site.id === Number(context.query.site)), context.query),
  getSiteCase: (context) => caseDetail(ownCase(context)),
  decideSiteCase: decide,
  getPageEvidence: (context) => evidenceOf(own(context, Math.floor(context.ids.page_evidence_id / 10)) && context.ids.page_evidence_id),
  getPageSource: ({ ids, query }) => {
    const text = sourceOf(evidenceSite(ids.page_evidence_id), query.visitor);
    return { visitor: query.visitor, size: Buffer.byteLength(text), sha256: sha256(text), cut: false, text };
  },
  getPageDifference: ({ ids, query }) => differenceOf(sourceOf(evidenceSite(ids.page_evidence_id), query.first), sourceOf(evidenceSite(ids.page_evidence_id), query.second)),
  getPagePicture: () => PICTURE,
  downloadPageEvidence: () => Buffer.from("PK\u0005\u0006" + "\0".repeat(18), "latin1"),
};

/** What Hôm nay asks of an agency. */
export function siteTask(units) {
  const one = cases.find(({ case: found }) => units.has(found.unit.id) && (found.state === "open" || found.state === "cause_wanted"));
  return one && { one, steps: stepsOf(one.case.state) };
}
// Many sites for the list; the e2e tests name the first ones.
const MORE = Number(process.env.KHIEN_MOCK_SITES ?? 94);
for (let index = sites.length; index < MORE; index++) {
  const unit = 2 + (index % (data.units.length - 1));
  const label = chance("label", index) > 0.3;
  sites.push({ id: index + 1, unit: unitRef(unit), address: `${["ubnd", "truong", "thuvien", "trungtam"][index % 4]}${index}.lamgiang.example`, title: unitRef(unit).name, label: label ? `TNM-${1200 + index}` : "", label_valid_to: label ? addDays(today(), Math.floor(chance("until", index) * 400) - 40) : null, domain_valid_to: index % 3 === 0 ? addDays(today(), 20 + (index % 300)) : null, valid_to: null, open_findings: 0 });
}
