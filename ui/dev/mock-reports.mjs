// Documents of the mock hub: what is owed, drafts with their figures, and checking files. Figures and numbers are made up.
import { createHash } from "node:crypto";

import { Refusal, addDays, both, chance, find, inScope, ownOnly, page, ref, scopeOf, today, unitRef } from "./mock-common.mjs";
import * as data from "./mock-data.mjs";
import { FIGURES, KINDS, PERIODS, blocksOf, notesOf } from "./mock-report-kinds.mjs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ago = (ms) => data.iso(Date.now() - ms);
const hash = (text) => createHash("sha256").update(text).digest("hex");
const kindOf = (id) => KINDS.find((kind) => kind.id === id) ?? (() => { throw new Refusal(422, "Không có loại văn bản này.", "No such kind of document.", "kind"); })();
const periodOf = (id) => PERIODS[id] ?? { id, name: both(`Ngày ${id.split("-").reverse().join("/")}`, `Day ${id}`), from: id, to: id };

const ISSUER = {
  parent_agency: "ỦY BAN NHÂN DÂN TỈNH LAM GIANG", agency: "SỞ KHOA HỌC VÀ CÔNG NGHỆ", place: "Lam Giang", symbol: "BC-SKHCN",
  signer_mode: "KT.", signer_mode_title: "GIÁM ĐỐC", signer_title: "PHÓ GIÁM ĐỐC", signer_name: "Nguyễn Văn Hải",
  recipients: ["Cục An toàn thông tin;", "UBND tỉnh (để báo cáo);", "Giám đốc Sở (để báo cáo);", "Lưu: VT, CNTT."],
};
const ownIssuer = (unit) => ({ ...ISSUER, parent_agency: "", agency: unit.name.toUpperCase(), symbol: "BC-UBND", signer_mode: "", signer_mode_title: "", signer_title: "CHỦ TỊCH", signer_name: "", recipients: ["Sở Khoa học và Công nghệ;", "Lưu: VT."] });
const event = (what, age, user, words = "") => ({ what, at: ago(age), by: ref(user), words });
const WORDS = {
  assessment: "Trong kỳ, tỷ lệ máy được bảo vệ tăng; số máy nhiễm mã độc giảm so với quý trước. Các trường hợp nhiễm tập trung ở máy dùng chung và máy còn dùng USB không quét.",
  measures: "Đã yêu cầu các cơ quan cập nhật mẫu nhận diện, khoanh vùng máy nhiễm và hướng dẫn xử lý qua hệ thống Khiên.",
};

let nextId = 1;
const documents = [];
function make(kind, period, unit, user, change = {}) {
  const made = {
    id: nextId++, kind, period, unit, state: "draft", number: "", issued_on: null, cut_off: change.cut_off ?? ago(20 * 60_000), made_by: ref(user), made_at: ago(change.age ?? 0), sent_on: null, signer: "",
    words: { ...change.words }, issuer: structuredClone(unit ? ownIssuer(unit) : ISSUER), history: [event("made", change.age ?? 0, user)], counted: 0,
  };
  documents.push(made);
  return made;
}
const [admin, operator, officer] = data.users;
function past(kind, period, unit, user, age, number, steps) {
  const one = make(kind, period, unit, user, { age: age * DAY, cut_off: ago(age * DAY), words: { ...WORDS, proposals: "Đề nghị các cơ quan bố trí kinh phí thay máy cũ." } });
  const day = addDays(today(), -age + 1);
  Object.assign(one, { state: steps.at(-1), number: `${number}/${one.issuer.symbol}`, issued_on: day });
  if (steps.includes("signed")) one.signer = "Nguyễn Văn Hải";
  if (steps.includes("sent")) one.sent_on = addDays(day, 1);
  const words = { frozen: one.number, signed: one.signer, sent: "Cục An toàn thông tin, trục liên thông văn bản", received: "Biên nhận 4412/TN-ATTT <b>đã vào sổ</b>" };
  one.history = [...steps.map((what, index) => event(what, (age - index - 1) * DAY, user, words[what])).reverse(), ...one.history];
  return one;
}
past("malware_index", "2026-Q3", null, admin, 68, 41, ["frozen", "signed", "sent", "received"]);
past("half_year", "2026-H1", null, admin, 160, 23, ["frozen", "sent", "received"]);
past("website_review", "2026-Q3", null, operator, 55, 38, ["frozen", "signed", "sent"]);
past("advisory_status", "2026-Q3", null, operator, 12, 52, ["frozen", "signed"]);
past("half_year", "2026-H1", unitRef(12), officer, 170, 7, ["frozen", "sent"]);
past("level_assessment", "2026", unitRef(8), operator, 6, 55, ["frozen"]);
make("malware_index", "2026-Q4", null, admin, { age: 30 * HOUR, words: WORDS });

// What is owed: kind, period, days to the due day, clauses, and who.
const communes = () => data.units.filter(({ kind }) => kind === "commune").map(({ id }) => unitRef(id));
const OWED = [
  ["level_assessment", "2026", -3, ["TH-2.4"], () => [unitRef(3)]],
  ["year", "2026", 9, ["TH-3.1"], communes],
  ["level_assessment", "2026", 18, ["TH-2.4", "ĐN-5.2"], () => [unitRef(7), unitRef(10), unitRef(2)]],
  ["malware_index", "2026-Q4", 24, ["KG-1.5b", "TT14-4"], () => [unitRef(3)]],
  ["website_review", "2026-Q4", 35, ["ĐN-1.3"], () => [unitRef(3)]],
  ["half_year", "2026-H2", 39, ["TH-3.1"], () => [unitRef(3)]],
  ["malware_index", "2026-Q3", -67, ["KG-1.5b", "TT14-4"], () => [unitRef(3)]],
  ["half_year", "2026-H1", -150, ["TH-3.1"], () => [unitRef(3)]],
];
const wholeBy = unitRef(3);
const documentOf = (kind, period, unit) => documents.find((one) => one.kind === kind && one.period === period && (one.unit ? one.unit.id === unit.id : unit.id === wholeBy.id));
function owedItems() {
  return OWED.flatMap(([kind, period, left, clauses, who]) =>
    who().flatMap((unit) => {
      const made = documentOf(kind, period, unit);
      const early = kind === "year" && chance("year", unit.id) < 0.3;
      const state = made && made.state !== "draft" ? "met" : early ? "met" : left < 0 ? "overdue" : left <= 30 ? "due_soon" : "not_due";
      return clauses.map((clause) => ({ kind, name: kindOf(kind).name, duty: `${clause}.report`, clause, unit, period: periodOf(period), due_on: addDays(today(), left), state, report: made?.id ?? null }));
    }),
  ).sort((a, b) => a.due_on.localeCompare(b.due_on));
}

const reportOut = (one) => ({
  id: one.id, kind: one.kind, name: kindOf(one.kind).name, unit: one.unit, period: periodOf(one.period), state: one.state, number: one.number, issued_on: one.issued_on, cut_off: one.cut_off,
  digest: hash(`${one.id} ${one.cut_off}`), made_by: one.made_by, made_at: one.made_at, sent_on: one.sent_on, signer: one.signer, incident: one.incident ?? null, replaces: one.replaces ?? null,
  replaced_by: documents.find(({ replaces, state }) => replaces === one.id && state !== "draft")?.id ?? null,
});
const longDay = (day, place) => (day ? `${place}, ngày ${day.slice(8)} tháng ${Number(day.slice(5, 7)) < 3 ? day.slice(5, 7) : Number(day.slice(5, 7))} năm ${day.slice(0, 4)}` : `${place}, ngày      tháng      năm ${today().slice(0, 4)}`);
function titlesOf({ signer_mode: mode, signer_mode_title: of, signer_title: title }) {
  return mode ? [`${mode} ${of}`, title].filter((one) => one !== "") : [title];
}
const lower = (words) => words.charAt(0).toLowerCase() + words.slice(1);
function previewOf(one) {
  const { issuer } = one;
  return {
    parent_agency: issuer.parent_agency, agency: issuer.agency, number: one.number || `      /${issuer.symbol}`, place_and_day: longDay(one.issued_on, issuer.place), type: "Báo cáo", to: one.kind === "level_assessment" ? "Kính gửi: Bộ Công an (Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao)" : "",
    subject: `${kindOf(one.kind).subject} ${lower(periodOf(one.period).name.vi)}`, blocks: blocksOf(one.kind, one.words), titles: titlesOf(issuer), signer: issuer.signer_name, columns: kindOf(one.kind).signers ?? [], recipients: issuer.recipients, notes: notesOf(one.kind), draft: one.state === "draft",
  };
}
function mayEdit(one, user) {
  if (["province_admin", "soc_operator"].includes(user.role)) return true;
  return user.role === "unit_officer" && one.unit !== null && ownOnly({ user, query: {} }).has(one.unit.id);
}
function detailOf(one, user) {
  const kind = kindOf(one.kind);
  const figures = FIGURES[one.kind] ?? FIGURES.malware_index;
  return {
    report: reportOut(one),
    words: Object.entries(one.words).map(([field, text]) => ({ field, text })),
    missing: [
      ...kind.fields.filter(({ id, required }) => required && !(one.words[id] ?? "").trim()).map(({ label }) => both(`Chưa viết mục «${label.vi}».`, `«${label.en}» is not written.`)),
      ...(one.issuer.signer_name ? [] : [both("Chưa có họ tên người ký.", "The signer's name is missing.")]),
    ],
    issuer: one.issuer, figures: figures.map(({ link: _, rows: __, ...figure }) => figure), preview: previewOf(one), history: one.history,
    previous_period: one.kind === "level_assessment" ? null : (PERIODS[one.period]?.before ?? null),
    duties: !["sent", "received"].includes(one.state) ? [] : kind.duties.map((duty, index) => ({ ...duty, record: one.id * 10 + index })),
    may_edit: mayEdit(one, user),
  };
}
const visible = (context) => {
  const scope = scopeOf(context);
  return documents.filter(({ unit }) => (unit ? scope.has(unit.id) : scope.has(1) || context.user.role !== "unit_officer"));
};
const one = (context) => find(visible({ ...context, query: {} }), context.ids.report_id);
function draftOnly(document) {
  if (document.state !== "draft") throw new Refusal(409, "Văn bản đã chốt số, không sửa được nữa.", "The document is frozen and cannot be changed.");
  return document;
}
const tell = (document, what, user, words = "") => document.history.unshift(event(what, 0, user, words));
function changed(context, act) {
  const document = one(context);
  if (!mayEdit(document, context.user)) throw new Refusal(403, "Bạn không được thay đổi văn bản này.", "You may not change this document.");
  act(document, context.user, context.body);
  return detailOf(document, context.user);
}

function rowsOf(context) {
  const document = one(context);
  const figure = (FIGURES[document.kind] ?? FIGURES.malware_index).find(({ id }) => id === context.query.figure);
  if (!figure) throw new Refusal(404, "Không có con số này.", "No such figure.", "figure");
  return page(figure.rows(), context.query);
}

const text = (bytes) => bytes.toString("latin1");
const signature = (state, words, change = {}) => ({ signer: "Nguyễn Văn Hải", issuer: "CN=CA phục vụ các cơ quan nhà nước G2, O=Ban Cơ yếu Chính phủ, C=VN", serial: "5401 19AF 20C3 77E0", signed_at: ago(26 * HOUR), timestamped_at: ago(26 * HOUR), state, words, ...change });
/** What is in the file's words decides: «ký đúng», «sửa», else no signature at all. */
function verify({ body }) {
  const bytes = Buffer.from(body.content, "base64");
  const kind = text(bytes.subarray(0, 5)) === "%PDF-" ? "pdf" : text(bytes).trimStart().startsWith("<") ? "xml" : text(bytes).includes("khien-snapshot") ? "snapshot" : "unknown";
  const told = { kind, sha256: createHash("sha256").update(bytes).digest("hex"), report: null };
  if (kind === "unknown") return { ...told, valid: false, words: both("Không nhận ra loại tệp này: chỉ kiểm tra được PDF và XML.", "This kind of file is not known: only PDF and XML can be checked."), signatures: [] };
  if (text(bytes).includes("ALTERED")) {
    return { ...told, valid: false, words: both("Tệp đã bị sửa sau khi ký: không dùng được làm văn bản.", "The file was altered after it was signed and is no document."), signatures: [signature("altered", both("Nội dung không còn khớp với chữ ký: 1 vùng byte đã đổi sau khi ký.", "The content no longer matches: one range of bytes changed after signing.")), signature("untrusted", both("Chữ ký khớp, nhưng chứng thư không do nơi cấp nào được tin cấp.", "The signature matches, but nobody trusted issued the certificate."), { signer: "Giám đốc \u202eNÊIH", issuer: "CN=Test <b>CA</b>", timestamped_at: null })] };
  }
  if (text(bytes).includes("SIGNED")) return { ...told, valid: true, report: 1, words: both("Chữ ký đúng, người ký được tin cậy, ký trên toàn bộ tệp.", "The signature holds, the signer is trusted, and it covers the whole file."), signatures: [signature("valid", both("Đúng, có dấu thời gian tin cậy.", "It holds, with a trusted time stamp."))] };
  return { ...told, valid: false, words: both("Tệp này không có chữ ký số.", "This file has no signature."), signatures: [] };
}

export const reportHandlers = {
  listReportKinds: () => ({ items: KINDS.map(({ subject: _, ...kind }) => kind) }),
  listReportCalendar: (context) => ({ items: data.machines.length === 0 ? [] : inScope(context, owedItems()) }),
  listReports: (context) => page(visible(context).filter(({ state, kind }) => (!context.query.state || state === context.query.state) && (!context.query.kind || kind === context.query.kind)).map(reportOut).sort((a, b) => b.made_at.localeCompare(a.made_at) || b.id - a.id), context.query),
  createReport: ({ body, user }) => {
    const kind = kindOf(body.kind);
    if (body.unit === undefined && !kind.of_tenant) throw new Refusal(422, "Loại văn bản này do từng cơ quan lập.", "Each agency makes this document for itself.", "unit");
    if (body.unit !== undefined && !ownOnly({ user, query: {} }).has(body.unit)) throw new Refusal(404, "Không tìm thấy cơ quan.", "No such agency.", "unit");
    const unit = body.unit === undefined || (kind.of_tenant && body.unit === wholeBy.id) ? null : unitRef(body.unit);
    if (body.replaces !== undefined) {
      const old = documents.find(({ id }) => id === body.replaces);
      if (!old || old.state === "draft") throw new Refusal(422, "Chỉ văn bản đã chốt mới cần văn bản thay thế.", "Only a frozen document is replaced.", "replaces");
      const corrected = make(body.kind, body.period, unit, user, { words: old.words });
      corrected.replaces = old.id;
      corrected.history[0].words = `Thay thế văn bản số ${old.number}. Lý do: ${body.reason}`;
      return detailOf(corrected, user);
    }
    if (documents.some((known) => known.kind === body.kind && known.period === body.period && known.unit?.id === unit?.id)) throw new Refusal(409, "Kỳ này đã có văn bản. Hãy mở văn bản đó.", "There is a document of this period already.");
    return detailOf(make(body.kind, body.period, unit, user), user);
  },
  getReport: (context) => detailOf(one(context), context.user),
  updateReport: (context) => changed(context, (document, user, body) => {
    draftOnly(document);
    if (body.count_again) {
      document.cut_off = ago(0);
      tell(document, "counted", user);
    }
    for (const { field, text: written } of body.words ?? []) document.words[field] = written;
    if (body.issuer) document.issuer = body.issuer;
    if (body.words || body.issuer) tell(document, "changed", user);
  }),
  discardReport: (context) => {
    const document = draftOnly(one(context));
    documents.splice(documents.indexOf(document), 1);
  },
  freezeReport: (context) => changed(context, (document, user, body) => {
    draftOnly(document);
    const number = `${String(body.number).padStart(2, "0")}/${document.issuer.symbol}`;
    if (documents.some((known) => known.number === number)) throw new Refusal(409, `Số ${number} đã dùng cho văn bản khác.`, `The number ${number} is taken.`, "number");
    Object.assign(document, { state: "frozen", number, issued_on: body.issued_on });
    tell(document, "frozen", user, number);
  }),
  uploadSignedReport: (context) => changed(context, (document, user, body) => {
    if (document.state !== "frozen") throw new Refusal(409, "Chỉ nhận bản ký của văn bản đã chốt số.", "Only a frozen document takes a signed copy.");
    if (!Buffer.from(body.content, "base64").toString("latin1").includes("SIGNED")) throw new Refusal(422, "Tệp này không phải bản đã ký của văn bản: không có chữ ký nào đúng.", "This is no signed copy of the document: no signature holds.", "content");
    Object.assign(document, { state: "signed", signer: "Nguyễn Văn Hải" });
    tell(document, "signed", user, document.signer);
  }),
  recordReportSent: (context) => changed(context, (document, user, body) => {
    if (document.state === "draft") throw new Refusal(409, "Hãy chốt số trước khi gửi.", "Freeze it before it is sent.");
    const later = documents.find(({ replaces, state }) => replaces === document.id && state !== "draft");
    if (later && ["frozen", "signed"].includes(document.state)) throw new Refusal(409, "Văn bản này đã được thay thế, hãy gửi văn bản thay thế.", "This document was replaced; send that one.");
    Object.assign(document, { state: body.receipt ? "received" : "sent", sent_on: body.sent_on });
    tell(document, "sent", user, body.recipient);
    if (body.receipt) tell(document, "received", user, body.receipt);
  }),
  downloadReport: (context) => Buffer.from(`%PDF-1.7\n% ${one(context).number || "BẢN NHÁP"} ${context.query.format ?? "pdf"}\n`),
  listReportRows: rowsOf,
  verifyFile: verify,
};
