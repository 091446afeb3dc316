// The register of directives of the mock hub, with a check that names faults by field.
import { createHash } from "node:crypto";

import { Refusal, both, find, ref } from "./mock-common.mjs";
import * as content from "./mock-content.mjs";
import { clauseDetail } from "./mock-duty.mjs";
import { dueText, metricOf, register, roleTitle } from "./mock-law.mjs";

const out = ({ id, file, source, state, endedOn }) => ({
  id, key: String(file.key ?? ""), number: content.known(file.number) || null, issuer: content.bothOf(content.known(file.issuer) ?? { vi: "không rõ", en: "unknown" }), date: content.known(file.date) || null, title: content.bothOf(file.title ?? ""), source, state, valid_from: file.valid_from || null, valid_to: endedOn ?? file.valid_to ?? null,
  clauses: (file.clauses ?? []).length, duties: (file.clauses ?? []).reduce((sum, clause) => sum + (clause.duties ?? []).length, 0),
});

const hashOf = (entry) => createHash("sha256").update(entry.text ?? "").digest("hex");

function detailOf(entry, user) {
  const { file, text, faults } = entry;
  const whole = faults.length === 0;
  return {
    directive: out(entry), text, text_sha256: hashOf(entry), faults, note: file.note ? content.bothOf(file.note) : null,
    relations: (file.relations ?? []).map(({ kind, number, issuer, date }) => ({ kind, text: [number, issuer, date && date.split("-").reverse().join("/")].filter(Boolean).join(", "), directive: register.find((one) => one.file.number === number)?.id ?? null })),
    clauses: whole ? file.clauses.map((clause) => ({ clause: clauseDetail(clause, entry), duties: (clause.duties ?? []).map((duty) => ({ id: duty.id, title: content.bothOf(duty.title), recurrence: duty.recurrence, due_text: dueText(duty, duty.due.date ?? "2026-12-31"), basis: duty.basis, measure: duty.metric ? content.bothOf(metricOf(duty.metric)?.title ?? duty.metric) : null, register: duty.register ?? null })) })) : [],
    entered_by: entry.enteredBy, decided_by: entry.decidedBy, decision_note: entry.note,
    may_decide: entry.state === "waiting" && entry.enteredBy?.id !== user.id && ["province_admin", "leader"].includes(user.role), may_change: (entry.state === "draft" || entry.state === "refused") && user.role === "province_admin",
  };
}

function check(text) {
  let file;
  try {
    file = content.read(text);
  } catch (error) {
    return { file: {}, faults: [{ field: "", line: (error.mark?.line ?? 0) + 1, message: both("Văn bản không đọc được: sai cú pháp.", "The text cannot be read.") }] };
  }
  const lines = text.split("\n");
  const lineOf = (word) => Math.max(1, lines.findIndex((line) => line.includes(`"${word}"`) || line.trim().startsWith(`${word}:`)) + 1);
  const faults = [];
  const fault = (field, vi, en) => faults.push({ field, line: lineOf(field.split(/[.[]/).at(-1)), message: both(vi, en) });
  if (!file?.key || !/^[a-z0-9-]+$/.test(file.key)) fault("key", "Mã chỉ gồm chữ thường, số và gạch nối.", "The key has small letters, digits and hyphens only.");
  if (!content.bothOf(file?.title ?? "").vi) fault("title", "Thiếu trích yếu.", "The title is missing.");
  if (!file?.number) fault("number", "Ghi số, ký hiệu, hoặc chọn «văn bản không ghi».", "Give the number, or say that there is none.");
  if (!/^\d{4}-\d\d-\d\d$/.test(file?.valid_from ?? "")) fault("valid_from", "Thiếu ngày có hiệu lực.", "The day it is in force from is missing.");
  for (const [index, clause] of (file?.clauses ?? []).entries()) {
    const path = `clauses[${index}]`;
    if (!clause.id) fault(`${path}.id`, "Thiếu mã khoản.", "The id is missing.");
    if (!clause.quote) fault(`${path}.quote`, "Thiếu lời nguyên văn.", "The words of the document are missing.");
    if ((clause.addressees ?? []).length === 0) fault(`${path}.addressees`, "Chọn ít nhất một nơi được giao.", "Choose whom it addresses.");
    for (const role of clause.addressees ?? []) if (roleTitle(role).vi === role) fault(`${path}.addressees`, `Không có vai trò «${role}».`, `There is no role “${role}”.`);
    if ([...(content.bothOf(clause.title ?? "").vi ?? "")].length > 60) fault(`${path}.title`, "Tên ngắn dài quá 60 ký tự.", "The short name is longer than 60 characters.");
    for (const [place, duty] of (clause.duties ?? []).entries()) {
      if (!duty.id) fault(`${path}.duties[${place}].id`, "Thiếu mã việc.", "The id is missing.");
      if (!content.bothOf(duty.title ?? "").vi) fault(`${path}.duties[${place}].title`, "Thiếu tên việc.", "The title is missing.");
      if (duty.due?.rule === "before_day" && !(duty.due.day >= 1 && duty.due.day <= 31)) fault(`${path}.duties[${place}].due.day`, "Ngày trong tháng phải từ 1 đến 31.", "The day must be from 1 to 31.");
      if (duty.metric && !metricOf(duty.metric)) fault(`${path}.duties[${place}].metric`, `Không có số đo «${duty.metric}».`, `There is no measure “${duty.metric}”.`);
    }
  }
  return { file: file ?? {}, faults };
}

function save(entry, { text, submit }, user) {
  const { file, faults } = check(text);
  if (submit && faults.length > 0) throw new Refusal(422, "Văn bản còn lỗi nên chưa gửi duyệt được. Bấm «Kiểm tra» để xem.", "It still has faults. Press “Check” to see them.", "text");
  if (register.some((other) => other !== entry && other.file.number !== "unknown" && other.file.number === file.number && other.file.date === file.date)) throw new Refusal(409, "Đã có văn bản cùng số và ngày này.", "A directive with this number and date is there already.", "text");
  Object.assign(entry, { text, file: { clauses: [], ...file }, faults, state: submit ? "waiting" : "draft", enteredBy: ref(user), decidedBy: null, note: "" });
  return detailOf(entry, user);
}

export const directiveHandlers = {
  listDirectives: () => ({ items: register.map(out).sort((a, b) => (b.date ?? "").localeCompare(a.date ?? "")) }),
  createDirective: ({ body, user }) => {
    const entry = { id: register.length + 1, source: "entered", endedOn: null, file: {}, state: "draft" };
    const saved = save(entry, body, user);
    register.push(entry);
    return saved;
  },
  checkDirective: ({ body }) => ({ faults: check(body.text).faults }),
  getDirective: ({ ids, user }) => detailOf(find(register, ids.directive_id), user),
  updateDirective: ({ ids, body, user }) => {
    const entry = find(register, ids.directive_id);
    if (entry.source === "shipped" || !["draft", "refused"].includes(entry.state)) throw new Refusal(409, "Chỉ sửa được bản nháp.", "Only a draft can be changed.");
    return save(entry, body, user);
  },
  endDirective: ({ ids, body, user }) => {
    const entry = find(register, ids.directive_id);
    Object.assign(entry, { state: "ended", endedOn: body.valid_to });
    return detailOf(entry, user);
  },
  decideDirective: ({ ids, body, user }) => {
    const entry = find(register, ids.directive_id);
    if (entry.enteredBy?.id === user.id) throw new Refusal(409, "Người nhập không tự duyệt được.", "Who entered it cannot approve it.");
    if (hashOf(entry) !== body.text_sha256) throw new Refusal(409, "Văn bản đã được sửa sau khi bạn mở.", "The text was changed after you opened it.", "text_sha256");
    Object.assign(entry, { state: body.approve ? "in_force" : "refused", decidedBy: ref(user), note: body.note ?? "" });
    return detailOf(entry, user);
  },
};
