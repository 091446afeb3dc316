// Requests, outside requests and the support desk of the mock hub. All names and numbers are made up.
import { createHash } from "node:crypto";

import { Refusal, absent, addDays, below, find, fold, ownOnly, page, ref, scopeOf, today, unitRef } from "./mock-common.mjs";
import * as data from "./mock-data.mjs";
import { evidenceOf, keepEvidence } from "./mock-duty.mjs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ago = (ms) => data.iso(Date.now() - ms);
const hash = (text) => createHash("sha256").update(text).digest("hex");
const [admin, operator, officer, , , hospital] = data.users;
const conflict = (vi, en) => new Refusal(409, vi, en);
const need = (text, field) => {
  if (!(text ?? "").trim()) throw new Refusal(422, "Cần ghi nội dung này.", "This needs words.", field);
  return text.trim();
};
const byText = (words, ...texts) => !words || fold(texts.join(" ")).includes(fold(words));

// Requests.
const requests = [];
const lines = [];
let nextRequest = 1;
let nextLine = 1;
let nextAttachment = 1;
const communes = () => data.units.filter(({ kind }) => kind === "commune").map(({ id }) => id);

function ask({ title, text, basis = "", due = null, answer, fields = [], units, attachments = [], by = admin, age = 0 }) {
  const request = { id: nextRequest++, unit: unitRef(1), title, text, basis, due_on: due, answer, fields, attachments: attachments.map((file) => ({ id: nextAttachment++, ...file })), made_by: ref(by), made_at: ago(age), closed_at: null, closed_by: null, closed_words: "" };
  requests.push(request);
  for (const unit of units) {
    lines.push({ id: nextLine++, request: request.id, unit: unitRef(unit), state: "sent", entered_at: ago(age), read_at: null, read_by: null, answered_at: null, answered_by: null, reminders: 0, reminded_at: null, history: [{ at: ago(age), who: ref(by), event: "sent", words: "", numbers: [], evidence: [] }] });
  }
  return request;
}
function step(line, event, who, { words = "", numbers = [], evidence: files = [], age = 0, state } = {}) {
  const at = ago(age);
  line.history.push({ at, who: ref(who), event, words, numbers, evidence: files });
  if (state) Object.assign(line, { state, entered_at: at });
  if (event === "read") Object.assign(line, { read_at: at, read_by: ref(who) });
  if (event === "answered") Object.assign(line, { answered_at: at, answered_by: ref(who) });
  if (event === "reminded") Object.assign(line, { reminders: line.reminders + 1, reminded_at: at });
}
const waits = ({ state }) => ["sent", "read", "returned"].includes(state);
const requestOf = (line) => requests.find(({ id }) => id === line.request);
const isLate = (line) => waits(line) && requestOf(line).closed_at === null && requestOf(line).due_on !== null && requestOf(line).due_on < today();
const linesOf = (request, scope) => lines.filter((line) => line.request === request.id && scope.has(line.unit.id));
const seen = (context) => {
  const scope = scopeOf(context);
  return requests.filter((request) => scope.has(request.unit.id) || linesOf(request, scope).length > 0);
};
function countsOf(request, scope) {
  const all = linesOf(request, scope);
  const of = (state) => all.filter((line) => line.state === state).length;
  return { total: all.length, sent: of("sent"), read: of("read"), answered: of("answered"), returned: of("returned"), accepted: of("accepted"), late: all.filter(isLate).length };
}
function requestOut(request, scope) {
  const { text: _, fields: __, attachments: ___, closed_by: ____, closed_words: _____, ...rest } = request;
  const own = linesOf(request, scope);
  return { ...rest, counts: countsOf(request, scope), only: own.length === 1 ? own[0].id : null };
}
const VIEWS = {
  open: (request, all) => request.closed_at === null && all.some(({ state }) => state !== "accepted"),
  waiting: (request, all) => request.closed_at === null && all.some(waits),
  late: (request, all) => all.some(isLate),
  to_decide: (request, all) => request.closed_at === null && all.some(({ state }) => state === "answered"),
  over: (request, all) => request.closed_at !== null || all.every(({ state }) => state === "accepted"),
  all: () => true,
};
function requestDetail(request, context) {
  const { text, fields, attachments, closed_by, closed_words } = request;
  return { request: requestOut(request, ownOnly(context)), text, fields, attachments, closed_by, closed_words };
}
const oneRequest = (context) => find(seen({ ...context, query: {} }), context.ids.request_id);
const lineOut = ({ history, ...line }) => {
  const last = [...history].reverse().find(({ event }) => event === "answered");
  const due = requestOf(line).due_on;
  return { ...line, late: isLate(line), answered_late: Boolean(due && line.answered_at && line.answered_at.slice(0, 10) > due), words: last?.words ?? "", numbers: last?.numbers ?? [], files: last?.evidence.length ?? 0 };
};
const lineDetail = (line) => ({ unit: lineOut(line), history: line.history.map((event) => ({ ...event, evidence: evidenceOf(event.evidence) })) });
const oneLine = (context) => find(lines.filter(({ unit }) => ownOnly(context).has(unit.id)), context.ids.request_unit_id);
function openLine(context) {
  const line = oneLine(context);
  if (requestOf(line).closed_at) throw conflict("Yêu cầu này đã đóng.", "This request is closed.");
  return line;
}
function audienceOf({ units = [], kinds = [], below: root }, scope) {
  for (const id of [...units, ...(root ? [root] : [])]) if (!scope.has(id)) throw absent();
  const under = root ? below([root]) : null;
  return data.units.filter(({ id, kind }) => scope.has(id) && (units.includes(id) || (id !== 1 && (under ? under.has(id) && id !== root && (kinds.length === 0 || kinds.includes(kind)) : kinds.includes(kind))))).map(({ id }) => id);
}

const FORM = { file_name: "Mẫu rà soát tài khoản quản trị.docx", size: 24_812, sha256: hash("mẫu rà soát") };
const fileFor = (unit, name, who) => keepEvidence(unit, name, Buffer.from(`${name}\n`), who).id;
function sampleRequests() {
  const accounts = ask({ title: "Rà soát tài khoản quản trị trên máy chủ", text: "Đề nghị các cơ quan rà soát toàn bộ tài khoản có quyền quản trị trên máy chủ, thu hồi tài khoản không còn dùng và báo cáo số lượng.\nGửi kèm biểu mẫu đã điền nếu có.", basis: "Công văn 1204/SKHCN-CNTT ngày 20/11/2026", due: addDays(today(), -2), answer: "numbers", fields: ["Số máy chủ", "Số tài khoản quản trị", "Số tài khoản đã thu hồi"], units: communes(), attachments: [FORM], age: 9 * DAY });
  linesOf(accounts, below([1])).forEach((line, index) => {
    const who = line.unit.id === officer.scope[0].id ? officer : hospital;
    if (index % 5 !== 4) step(line, "read", who, { age: 8 * DAY - index * HOUR, state: "read" });
    if (index % 5 < 3) step(line, "answered", who, { age: 6 * DAY - index * HOUR, state: "answered", numbers: [2 + index, 9 + index * 2, index % 4], words: index % 2 ? "" : "Đã rà soát toàn bộ máy chủ." });
    if (index % 5 === 0) step(line, "accepted", operator, { age: 5 * DAY - index * HOUR, state: "accepted" });
    if (index % 5 === 1) step(line, "returned", operator, { age: 4 * DAY - index * HOUR, state: "returned", words: "Thiếu tài khoản dịch vụ của phần mềm kế toán." });
    if (waits(line)) step(line, "reminded", admin, { age: 1 * DAY, words: "Hạn trả lời đã đến." });
  });
  const notice = ask({ title: "Thông báo lịch bảo trì hệ thống Khiên", text: "Hệ thống tạm dừng từ 22 giờ đến 23 giờ ngày thứ bảy. Máy tính vẫn được bảo vệ trong thời gian này.", answer: "read", units: data.units.filter(({ id }) => id !== 1).map(({ id }) => id), by: operator, age: 2 * DAY });
  linesOf(notice, below([1])).forEach((line, index) => {
    if (index % 2 || line.unit.id === 12) return;
    step(line, "read", operator, { age: DAY, state: "read" });
    step(line, "accepted", operator, { age: DAY, state: "accepted" });
  });
  const files = ask({ title: "Gửi quyết định phân công đầu mối an toàn thông tin", text: "Gửi tệp quyết định phân công đầu mối còn hiệu lực.", basis: "Kế hoạch 88/KH-UBND", due: addDays(today(), 6), answer: "files", units: [12, 8, 9, 13], age: 3 * DAY });
  const [first] = linesOf(files, new Set([8]));
  step(first, "read", hospital, { age: 2 * DAY, state: "read" });
  step(first, "answered", hospital, { age: DAY, state: "answered", words: "Gửi kèm quyết định.", evidence: [fileFor(8, "Quyết định 21-QĐ phân công đầu mối.pdf", hospital)] });
}

export const requestHandlers = {
  listRequests: (context) => {
    const { query } = context;
    const scope = scopeOf(context);
    const all = seen(context);
    const fits = (name) => all.filter((request) => VIEWS[name](request, linesOf(request, scope)));
    const shown = fits(query.view ?? "open").filter(({ title }) => byText(query.q, title)).sort((a, b) => b.id - a.id);
    return { ...page(shown.map((request) => requestOut(request, scope)), query), counts: Object.fromEntries(["open", "waiting", "late", "to_decide"].map((name) => [name, fits(name).length])) };
  },
  sendRequest: (context) => {
    const { body, user } = context;
    const units = audienceOf(body, ownOnly(context));
    if (units.length === 0) throw new Refusal(422, "Chưa chọn được đơn vị nào.", "No unit is asked.", "units");
    if (body.due_on && body.due_on < today()) throw new Refusal(422, "Hạn đã qua.", "The last day is over already.", "due_on");
    const attachments = evidenceOf(body.attachments).map(({ file_name, size, sha256 }) => ({ file_name, size, sha256 }));
    return requestDetail(ask({ title: need(body.title, "title"), text: need(body.text, "text"), basis: body.basis, due: body.due_on ?? null, answer: body.answer, fields: body.fields, units, attachments, by: user }), context);
  },
  getRequest: (context) => requestDetail(oneRequest(context), context),
  listRequestUnits: (context) => {
    const { query } = context;
    const shown = linesOf(oneRequest(context), scopeOf(context))
      .filter((line) => (!query.state || line.state === query.state) && (!query.late || isLate(line)) && byText(query.q, line.unit.name))
      .sort((a, b) => a.unit.name.localeCompare(b.unit.name, "vi"));
    return page(shown.map(lineOut), query);
  },
  exportRequest: (context) => Buffer.from(`\ufeff"${oneRequest(context).title}"\r\n`),
  remindOfRequest: (context) => {
    const request = oneRequest(context);
    if (request.closed_at) throw conflict("Yêu cầu này đã đóng.", "This request is closed.");
    const late = linesOf(request, ownOnly(context)).filter(waits);
    if (late.length === 0) throw conflict("Mọi đơn vị đã trả lời; không còn ai để nhắc.", "All units have answered; there is nobody to remind.");
    for (const line of late) step(line, "reminded", context.user, { words: need(context.body.words, "words") });
    return { units: late.length };
  },
  closeRequest: (context) => {
    const request = oneRequest(context);
    if (request.closed_at) throw conflict("Yêu cầu này đã đóng.", "This request is closed.");
    Object.assign(request, { closed_at: ago(0), closed_by: ref(context.user), closed_words: need(context.body.words, "words") });
    return requestDetail(request, context);
  },
  downloadRequestAttachment: (context) => {
    if (!seen({ ...context, query: {} }).some(({ attachments }) => attachments.some(({ id }) => id === context.ids.request_attachment_id))) throw absent();
    return Buffer.from("biểu mẫu");
  },
  getRequestUnit: (context) => lineDetail(oneLine(context)),
  confirmRequestRead: (context) => {
    const line = openLine(context);
    if (line.state !== "sent") throw conflict("Đơn vị đã xác nhận đọc rồi.", "The unit has read it already.");
    step(line, "read", context.user, { state: "read" });
    if (requestOf(line).answer === "read") step(line, "accepted", context.user, { state: "accepted" });
    return lineDetail(line);
  },
  answerRequest: (context) => {
    const line = openLine(context);
    const { body, user } = context;
    if (!waits(line)) throw conflict("Đơn vị đã trả lời rồi; câu trả lời không sửa được.", "The unit has answered; an answer does not change.");
    const { answer, fields } = requestOf(line);
    if (answer === "words") need(body.words, "words");
    if (answer === "files" && (body.evidence ?? []).length === 0) throw new Refusal(422, "Cần kèm ít nhất một tệp.", "At least one file is asked for.", "evidence");
    if ((body.numbers ?? []).length !== fields.length) throw new Refusal(422, "Cần ghi đủ từng số liệu được yêu cầu.", "Give each number that is asked for.", "numbers");
    evidenceOf(body.evidence);
    if (line.state === "sent") step(line, "read", user, { state: "read" });
    step(line, "answered", user, { state: "answered", words: body.words ?? "", numbers: body.numbers ?? [], evidence: body.evidence ?? [] });
    return lineDetail(line);
  },
  decideRequestAnswer: (context) => {
    const line = openLine(context);
    if (line.state !== "answered") throw conflict("Chưa có câu trả lời nào chờ xem xét.", "No answer waits.");
    const state = context.body.accept ? "accepted" : "returned";
    step(line, state, context.user, { state, words: context.body.accept ? (context.body.words ?? "") : need(context.body.words, "words") });
    return lineDetail(line);
  },
};

// Outside requests.
const receivers = [
  { id: 1, unit: unitRef(1), name: "Công an tỉnh Lam Giang, Phòng An ninh mạng", kind: "police", address: "Số 2 đường Trần Phú", contact: "Thượng tá Nguyễn Văn Khánh, 0912 000 111", active: true },
  { id: 2, unit: unitRef(1), name: "Viễn thông Lam Giang", kind: "telecom", address: "", contact: "Phòng kỹ thuật", active: true },
];
const outside = [];
const packages = [];
function letter(receiver, number, dated, whatFor, basis, due, age, by = admin) {
  const one = { id: outside.length + 1, receiver: { id: receiver.id, name: receiver.name }, number, dated_on: dated, what_for: whatFor, basis, due_on: due, state: "open", made_by: ref(by), made_at: ago(age), history: [] };
  outside.push(one);
  tell(one, "recorded", by, "", null, age);
  return one;
}
const tell = (one, event, who, words = "", packageId = null, age = 0) => one.history.push({ at: ago(age), who: ref(who), event, package: packageId, words });
function choose(one, files, words, by, age = 0) {
  const made = { id: packages.length + 1, request: one.id, state: "waiting", words, made_by: ref(by), made_at: ago(age), decided_by: null, decided_at: null, manifest_sha256: null, receipt: "", received_on: null, files };
  packages.push(made);
  tell(one, "prepared", by, words, made.id, age);
  return made;
}
function decide(one, made, approve, who, words = "", age = 0) {
  Object.assign(made, { state: approve ? "approved" : "refused", decided_by: ref(who), decided_at: ago(age), manifest_sha256: approve ? hash(`manifest ${made.id}`) : null });
  tell(one, approve ? "approved" : "refused", who, words, made.id, age);
}
function sampleOutside() {
  const first = letter(receivers[0], "142/CV-PA05", addDays(today(), -12), "Xác minh vụ tấn công vào trang thông tin điện tử xã An Lộc ngày 15/11: cung cấp nhật ký truy cập và bản chụp trang bị chèn nội dung.", "Điều 88 Bộ luật Tố tụng hình sự", addDays(today(), -5), 11 * DAY);
  const made = choose(first, [fileFor(12, "Nhật ký truy cập 15-11.txt", officer), fileFor(1, "Bản chụp trang bị chèn.txt", operator)], "Nhật ký truy cập ngày 15/11 và bản chụp trang.", operator, 9 * DAY);
  decide(first, made, true, admin, "Đúng phạm vi yêu cầu.", 8 * DAY);
  tell(first, "downloaded", operator, `sha256 ${hash("zip")}`, made.id, 8 * DAY);
  Object.assign(made, { state: "received", receipt: "Biên bản giao nhận 03/BB", received_on: addDays(today(), -7) });
  tell(first, "received", operator, "Biên bản giao nhận 03/BB", made.id, 7 * DAY);
  first.state = "answered";
  const second = letter(receivers[1], "77/VTLG-KT", addDays(today(), -3), "Đối chiếu địa chỉ IP bị báo nằm trong mạng máy tính ma.", "Thỏa thuận phối hợp năm 2026", addDays(today(), 4), 2 * DAY, operator);
  choose(second, [fileFor(1, "Danh sách kết nối.csv", operator)], "Danh sách địa chỉ và giờ kết nối.", operator, DAY);
}
const outsideOut = ({ history: _, ...one }) => {
  const own = packages.filter(({ request }) => request === one.id);
  return { ...one, late: one.state === "open" && one.due_on !== null && one.due_on < today(), packages: own.length, received: own.filter(({ state }) => state === "received").length };
};
const packageOut = ({ request: _, files, ...made }, user) => ({ ...made, may_decide: made.state === "waiting" && made.made_by.id !== user.id, files: evidenceOf(files) });
const outsideDetail = (one, user) => ({ request: outsideOut(one), packages: packages.filter(({ request }) => request === one.id).map((made) => packageOut(made, user)), history: one.history });
const seenOutside = (context) => (scopeOf(context).has(1) ? outside : []);
const oneOutside = (context) => find(seenOutside({ ...context, query: {} }), context.ids.outside_request_id);
function onOpen(one, act) {
  if (one.state === "closed") throw conflict("Yêu cầu này đã kết thúc, không ghi thêm được.", "This request is closed; nothing is added.");
  act(one);
  return one;
}
function onPackage(context, act) {
  const made = find(scopeOf({ ...context, query: {} }).has(1) ? packages : [], context.ids.evidence_package_id);
  const one = outside.find(({ id }) => id === made.request);
  onOpen(one, () => act(one, made));
  return outsideDetail(one, context.user);
}

export const outsideHandlers = {
  listReceivers: (context) => ({ items: scopeOf(context).has(1) ? receivers : [] }),
  createReceiver: ({ body }) => {
    if (receivers.some(({ name }) => name === body.name)) throw conflict("Đã có bên nhận mang tên này.", "There is a receiver of that name.");
    const made = { id: receivers.length + 1, unit: unitRef(1), name: need(body.name, "name"), kind: body.kind, address: body.address ?? "", contact: body.contact ?? "", active: true };
    receivers.push(made);
    return made;
  },
  updateReceiver: ({ ids, body }) => Object.assign(find(receivers, ids.receiver_id), body),
  recordOutsideRequest: ({ ids, body, user }) => {
    const receiver = find(receivers, ids.receiver_id);
    if (outside.some(({ number, dated_on, receiver: of }) => number === body.number && dated_on === body.dated_on && of.id === receiver.id)) throw conflict("Văn bản này đã được ghi nhận.", "This letter is recorded already.");
    return outsideDetail(letter(receiver, body.number, body.dated_on, body.what_for, body.basis, body.due_on ?? null, 0, user), user);
  },
  listOutsideRequests: (context) => page(seenOutside(context).filter((one) => (!context.query.state || one.state === context.query.state) && byText(context.query.q, one.number, one.what_for, one.receiver.name)).map(outsideOut).reverse(), context.query),
  getOutsideRequest: (context) => outsideDetail(oneOutside(context), context.user),
  sayToOutsideRequest: (context) => outsideDetail(onOpen(oneOutside(context), (one) => {
    tell(one, context.body.word, context.user, need(context.body.words, "words"));
    if (context.body.word !== "note") one.state = context.body.word;
  }), context.user),
  prepareEvidencePackage: (context) => outsideDetail(onOpen(oneOutside(context), (one) => {
    evidenceOf(context.body.evidence);
    choose(one, context.body.evidence, need(context.body.words, "words"), context.user);
  }), context.user),
  exportOutsideLog: () => Buffer.from("\ufeff\"Bên yêu cầu\"\r\n"),
  decideEvidencePackage: (context) => onPackage(context, (one, made) => {
    if (made.state !== "waiting") throw conflict("Gói này đã được quyết định.", "This package is decided already.");
    if (made.made_by.id === context.user.id) throw new Refusal(403, "Người lập gói không tự duyệt; cần người thứ hai.", "Who made the package does not approve it; a second person must.");
    decide(one, made, context.body.approve, context.user, context.body.approve ? (context.body.words ?? "") : need(context.body.words, "words"));
  }),
  downloadEvidencePackage: (context) => {
    onPackage(context, (one, made) => {
      if (!made.manifest_sha256) throw conflict("Gói chưa được người thứ hai duyệt.", "No second person has approved this package.");
      tell(one, "downloaded", context.user, `sha256 ${hash("zip")}`, made.id);
    });
    return Buffer.from("PK");
  },
  recordPackageReceipt: (context) => onPackage(context, (one, made) => {
    if (made.state !== "approved") throw conflict("Chỉ ghi biên nhận cho gói đã duyệt và chưa có biên nhận.", "A receipt is of a package that is approved and has none.");
    Object.assign(made, { state: "received", receipt: need(context.body.receipt, "receipt"), received_on: context.body.received_on });
    tell(one, "received", context.user, context.body.receipt, made.id);
    one.state = "answered";
  }),
};

// The support desk.
const helps = [];
function stuck({ unit, title, words, about = "page", about_id = "", page: path = "", by, age = 0, before = "", evidence: files = [] }) {
  const help = { id: helps.length + 1, unit: unitRef(unit), title, about, about_id, page: path, state: "asked", asked_by: ref(by), asked_at: ago(age), entered_at: ago(age), taken_by: null, answered_at: null, lines: [] };
  helps.push(help);
  say(help, "asked", by, { words, before, evidence: files }, age);
  return help;
}
function say(help, event, who, { words = "", before = "", after = "", evidence: files = [] } = {}, age = 0) {
  help.lines.push({ at: ago(age), who: ref(who), event, words, before, after, evidence: files });
  if (event !== "said" && event !== "asked") Object.assign(help, { state: event, entered_at: ago(age) });
  if (event === "taken" || event === "answered") help.taken_by = ref(who);
  if (event === "answered" && help.answered_at === null) help.answered_at = ago(age);
}
const NEXT = { taken: ["asked", "taken", "unsolved"], said: ["asked", "taken", "unsolved", "answered"], answered: ["asked", "taken", "unsolved", "answered"], unsolved: ["answered"], solved: ["asked", "taken", "unsolved", "answered"] };
function sampleHelp() {
  const usb = stuck({ unit: 12, title: "Máy kế toán báo nhiễm lại sau khi cắm USB", words: "Đã quét và xóa hai lần, cắm USB của ngân hàng là báo lại.", about: "machine", about_id: "3", page: "/may-tinh/3", by: officer, age: 26 * HOUR });
  say(usb, "taken", operator, {}, 25 * HOUR);
  stuck({ unit: 8, title: "Không đưa được danh sách thiết bị lên", words: "Tệp Excel báo sai cột, không rõ cột nào.", page: "/nhap-du-lieu", by: hospital, age: 3 * HOUR });
  const plan = stuck({ unit: 12, title: "Chưa rõ nộp minh chứng gì cho khoản đào tạo", words: "Khoản này cần quyết định hay danh sách lớp?", about: "duty", about_id: "12.HU-1.5b", page: "/nghia-vu?cell=12.HU-1.5b", by: officer, age: 5 * DAY });
  say(plan, "answered", operator, { words: "Cần danh sách người học có chữ ký và kế hoạch lớp. Mẫu có trong mục Báo cáo.", before: "Chưa có minh chứng", after: "Đã nộp danh sách 24 người" }, 4 * DAY);
  const old = stuck({ unit: 9, title: "Máy in dùng chung không cài được bản vá", words: "Trình cài đặt báo thiếu quyền.", by: hospital, age: 20 * DAY });
  say(old, "answered", operator, { words: "Chạy trình cài đặt bằng tài khoản quản trị cục bộ, khởi động lại rồi quét lại.", before: "Chưa vá", after: "Đã vá, máy báo về" }, 19 * DAY);
  say(old, "solved", hospital, { words: "Đã được, cảm ơn." }, 18 * DAY);
}
const HELP_VIEWS = { queue: ({ state }) => ["asked", "taken", "unsolved"].includes(state), answered: ({ state }) => state === "answered", solved: ({ state }) => state === "solved", all: () => true };
const seenHelp = (context) => helps.filter(({ unit }) => scopeOf(context).has(unit.id));
const helpOut = ({ lines: _, ...help }) => help;
const helpDetail = (help) => ({ help: helpOut(help), lines: help.lines.map((line) => ({ ...line, evidence: evidenceOf(line.evidence) })) });
function figuresOf(all) {
  const count = (state) => all.filter((help) => help.state === state).length;
  const spans = all.filter(({ answered_at: at }) => at).map(({ asked_at: from, answered_at: to }) => Date.parse(to) - Date.parse(from)).sort((a, b) => a - b);
  return { asked: count("asked"), taken: count("taken"), answered: count("answered"), unsolved: count("unsolved"), solved: count("solved"), oldest_at: all.filter(HELP_VIEWS.queue).map(({ asked_at: at }) => at).sort()[0] ?? null, answered_recently: spans.length, median_minutes: spans.length ? Math.floor(spans[Math.floor(spans.length / 2)] / 60_000) : null };
}
function told(context, event) {
  const help = find(seenHelp({ ...context, query: {} }), context.ids.help_request_id);
  if (!NEXT[event].includes(help.state)) throw conflict("Yêu cầu hỗ trợ đang ở bước không cho phép thao tác này.", "The request for help is at a step that does not allow this.");
  if (event !== "taken" && event !== "solved") need(context.body.words, "words");
  evidenceOf(context.body?.evidence);
  say(help, event, context.user, context.body ?? {});
  return helpDetail(help);
}

export const helpHandlers = {
  listHelpRequests: (context) => {
    const all = seenHelp(context);
    const view = context.query.view ?? "queue";
    const shown = all.filter(HELP_VIEWS[view]).filter((help) => byText(context.query.q, help.title, ...help.lines.map(({ words, before, after }) => `${words} ${before} ${after}`)));
    return { ...page((view === "queue" ? shown : shown.reverse()).map(helpOut), context.query), figures: figuresOf(all) };
  },
  askForHelp: (context) => {
    const { body, user } = context;
    if (!ownOnly(context).has(body.unit)) throw absent();
    if (body.page && (!body.page.startsWith("/") || body.page.startsWith("//"))) throw new Refusal(422, "Địa chỉ trang không thuộc hệ thống.", "The page is none of this system.", "page");
    evidenceOf(body.evidence);
    return helpDetail(stuck({ ...body, title: need(body.title, "title"), words: need(body.words, "words"), by: user }));
  },
  getHelpRequest: (context) => helpDetail(find(seenHelp({ ...context, query: {} }), context.ids.help_request_id)),
  sayToHelpRequest: (context) => told(context, "said"),
  takeHelpRequest: (context) => told(context, "taken"),
  answerHelpRequest: (context) => told(context, "answered"),
  closeHelpRequest: (context) => told(context, context.body.solved ? "solved" : "unsolved"),
};

if (data.machines.length > 0) {
  sampleRequests();
  sampleOutside();
  sampleHelp();
}

/** What Today adds for the person. */
export function requestTasks(context, link) {
  const standing = ["province_admin", "soc_operator"].includes(context.user.role);
  const scope = scopeOf(context);
  const text = (vi, en) => ({ vi, en });
  const blank = { urgent: false, due: null, due_text: text("", ""), minutes: null, steps: [], proof: text("", "") };
  const tasks = [];
  const own = lines.filter((line) => scope.has(line.unit.id));
  if (standing) {
    const count = own.filter(({ state }) => state === "answered").length;
    if (count) tasks.push({ ...blank, kind: "request", title: text(`${count} câu trả lời chờ xem xét`, `${count} answers wait to be looked at`), why: text("Các đơn vị đã trả lời yêu cầu.", "Units have answered requests."), link: { ...link } });
  } else {
    for (const line of own.filter(waits).slice(0, 5)) {
      const request = requestOf(line);
      tasks.push({ ...blank, kind: "request", urgent: isLate(line), title: text(`Trả lời yêu cầu: ${request.title}`, `Answer the request: ${request.title}`), why: text(line.unit.name, line.unit.name), due: request.due_on, due_text: isLate(line) ? text("Quá hạn", "Overdue") : text("", ""), link: { ...link, request: request.id, unit: line.unit.id } });
    }
  }
  const mine = seenHelp(context);
  const count = mine.filter(standing ? HELP_VIEWS.queue : HELP_VIEWS.answered).length;
  if (count) {
    tasks.push({ ...blank, kind: "help", title: standing ? text(`${count} yêu cầu hỗ trợ chờ trả lời`, `${count} requests for help to answer`) : text(`${count} câu trả lời hỗ trợ chờ đơn vị xác nhận`, `${count} answers wait for your word`), why: standing ? text("Yêu cầu hỗ trợ chưa được trả lời, cũ nhất ở trên.", "Not answered yet, the oldest first.") : text("Cho biết câu trả lời đã giải quyết được chưa.", "Say whether the answer solved it."), link: { ...link } });
  }
  return tasks;
}
