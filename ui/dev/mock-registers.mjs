// Registers of the mock hub: the forms are the shipped ones, the records are made up.
import { Refusal, absent, addDays, both, chance, find, fold, inScope, ownOnly, page, ref, today, unitRef } from "./mock-common.mjs";
import * as content from "./mock-content.mjs";
import * as data from "./mock-data.mjs";
import { evidenceOf } from "./mock-duty.mjs";

const records = [];
let nextId = 1;
const APPROVERS = ["province_admin", "soc_operator", "leader"];
const WRITERS = ["province_admin", "soc_operator", "unit_officer"];
const registerOf = (name) => content.registers.find((register) => register.name === name) ?? (() => { throw absent(); })();

const NAMES = ["Nguyễn Thị Hạnh", "Trần Văn Khoa", "Lê Thu Trang", "Phạm Minh Quân", "Đỗ Hồng Nhung"];
function madeUp(register, unit, turn) {
  const at = (name) => chance(register.name, unit, turn, name);
  return Object.fromEntries(
    Object.entries(register.schema.properties).flatMap(([name, property]) => {
      if (!(register.schema.required ?? []).includes(name) && at(name) < 0.4) return [];
      if (property.enum) return [[name, property.enum[Math.floor(at(name) * property.enum.length)]]];
      if (property.format === "date") return [[name, addDays(today(), Math.floor(at(name) * 400) - 300)]];
      if (property.format === "email") return [[name, "vanthu@anloc.lamgiang.example"]];
      if (property.format === "phone") return [[name, `0296 3 ${100_000 + Math.floor(at(name) * 899_999)}`]];
      if (property.format === "unit") return [[name, property.type === "integer" ? unit : String(unit)]];
      if (property.type === "boolean") return [[name, at(name) > 0.5]];
      if (property.type === "integer" || property.type === "number") return [[name, Math.floor(at(name) * Math.min(property.maximum ?? 400, /amount|cost|price/.test(name) ? 900_000_000 : 180))]];
      if (/name|person|holder|officer/.test(name)) return [[name, NAMES[Math.floor(at(name) * NAMES.length)]]];
      return [[name, `${content.bothOf(property.title).vi} ${turn + 1}`]];
    }),
  );
}

function summaryOf(register, fields) {
  const fill = (template) => String(template ?? "").replace(/\{(\w+)\}/g, (_, name) => String(fields[name] ?? "–"));
  const summary = content.bothOf(register.summary);
  return both(fill(summary.vi), fill(summary.en));
}
function warningsOf(register, fields) {
  return (register.checks ?? []).flatMap((check) => {
    const [first, second] = check.fields;
    const broken = check.rule === "differs" ? fields[first] !== undefined && fields[first] === fields[second] : check.rule === "not_before" ? fields[first] < fields[second] : check.rule === "at_most" ? fields[first] > fields[second] : false;
    return broken ? [content.bothOf(check.message)] : [];
  });
}
function recordOut(record, user) {
  const register = registerOf(record.register);
  const { chain, evidence, unit, ...rest } = record;
  const versions = records.filter((one) => one.chain === chain).toReversed().map((one) => ({ id: one.id, at: one.recorded_at, who: one.recorded_by }));
  return { ...rest, unit: unitRef(unit), summary: summaryOf(register, record.fields), warnings: warningsOf(register, record.fields), evidence: evidenceOf(evidence), versions, may_decide: record.state === "waiting" && record.recorded_by.id !== user.id && APPROVERS.includes(user.role), may_change: WRITERS.includes(user.role) && ["waiting", "approved", "refused"].includes(record.state) };
}
function add(register, unit, fields, user, state, evidence = [], chain = undefined, days = 0) {
  const record = { id: nextId, chain: chain ?? nextId, register: register.name, unit, fields, state, recorded_by: ref(user), recorded_at: data.iso(Date.now() - days * 86_400_000), decided_by: null, decided_at: null, decision_note: "", evidence };
  nextId++;
  records.push(record);
  return record;
}
const firstState = (register) => (register.approval === "second_person" ? "waiting" : "approved");

function readFields(register, text) {
  let fields;
  try {
    fields = JSON.parse(text);
  } catch {
    throw new Refusal(422, "Nội dung không đọc được.", "The fields cannot be read.", "fields");
  }
  for (const name of register.schema.required ?? []) if (fields[name] === undefined) throw new Refusal(422, `Thiếu mục «${content.bothOf(register.schema.properties[name].title).vi}».`, `The field ${name} is missing.`, `fields.${name}`);
  for (const [name, value] of Object.entries(fields)) {
    const property = register.schema.properties[name];
    const fits = property && (property.enum ? property.enum.includes(value) : property.type === "integer" ? Number.isInteger(value) : typeof value === property.type);
    if (!fits) throw new Refusal(422, `Mục «${name}» không đúng kiểu.`, `The field ${name} does not fit.`, `fields.${name}`);
  }
  return fields;
}

export const registerHandlers = {
  listRegisters: (context) => {
    const scope = ownOnly(context);
    const own = records.filter((record) => scope.has(record.unit));
    return { items: content.registers.map((register) => ({ name: register.name, title: content.bothOf(register.title), purpose: content.bothOf(register.purpose), schema: register.schema, approval: register.approval ?? "none", records: own.filter((record) => record.register === register.name && ["waiting", "approved"].includes(record.state)).length, waiting: own.filter((record) => record.register === register.name && record.state === "waiting").length })) };
  },
  listRegisterRecords: (context) => {
    const { register: name, q, state } = context.query;
    registerOf(name);
    const list = records.filter((record) => record.register === name && (state ? record.state === state : ["waiting", "approved", "refused"].includes(record.state))).toReversed().map((record) => recordOut(record, context.user));
    return page(inScope(context, list).filter(({ summary, unit }) => fold(`${summary.vi} ${summary.en} ${unit.name}`).includes(fold(q ?? ""))), context.query);
  },
  createRegisterRecord: ({ body, user }) => {
    const register = registerOf(body.register);
    const record = add(register, body.unit, readFields(register, body.fields), user, firstState(register), body.evidence ?? []);
    data.record(user.username, "register.add", `sổ ${register.name}`, unitRef(body.unit).name);
    return recordOut(record, user);
  },
  getRegisterRecord: ({ ids, user }) => recordOut(find(records, ids.register_record_id), user),
  updateRegisterRecord: ({ ids, body, user }) => {
    const old = find(records, ids.register_record_id);
    const register = registerOf(old.register);
    const fields = readFields(register, body.fields);
    old.state = "replaced";
    return recordOut(add(register, old.unit, fields, user, firstState(register), body.evidence ?? [], old.chain), user);
  },
  withdrawRegisterRecord: ({ ids }) => void (find(records, ids.register_record_id).state = "withdrawn"),
  decideRegisterRecord: ({ ids, body, user }) => {
    const record = find(records, ids.register_record_id);
    if (record.recorded_by.id === user.id) throw new Refusal(409, "Người ghi nhận không tự duyệt được.", "Who recorded it cannot approve it.");
    Object.assign(record, { state: body.approve ? "approved" : "refused", decided_by: ref(user), decided_at: data.iso(Date.now()), decision_note: body.note ?? "" });
    return recordOut(record, user);
  },
};

function seed() {
  const officer = data.users[2];
  const admin = data.users[0];
  for (const register of content.registers) {
    const count = Math.floor(chance(register.name) * 9);
    for (let turn = 0; turn < count; turn++) {
      const unit = turn % 3 === 0 ? 12 : 2 + Math.floor(chance(register.name, turn) * 26);
      const waiting = turn === 0 && register.approval === "second_person" && chance(register.name, "w") > 0.5;
      add(register, unit, madeUp(register, unit, turn), waiting ? officer : admin, waiting ? "waiting" : "approved", [], undefined, 5 + turn * 11);
    }
  }
  const first = records[0];
  if (first) {
    first.state = "replaced";
    add(registerOf(first.register), first.unit, first.fields, admin, "approved", [], first.chain, 1);
  }
}
seed();
