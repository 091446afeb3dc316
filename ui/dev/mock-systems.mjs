// Information systems of the mock hub: list, level, plan.
import { absent, addDays, both, chance, find, fold, inScope, page, ref, today, unitRef } from "./mock-common.mjs";
import * as content from "./mock-content.mjs";
import * as data from "./mock-data.mjs";
import { evidenceOf } from "./mock-duty.mjs";

const NAMES = ["Cổng thông tin điện tử", "Hệ thống quản lý văn bản và điều hành", "Hệ thống giải quyết thủ tục hành chính", "Cơ sở dữ liệu đất đai", "Hệ thống bệnh án điện tử", "Trang thông tin điện tử", "Hệ thống thư điện tử công vụ", "Mạng truyền số liệu chuyên dùng", "Trung tâm tích hợp dữ liệu", "Hệ thống camera giám sát"];
const FIRMS = ["VNPT Lam Giang", "Viettel Lam Giang", "Trung tâm CNTT tỉnh", "Công ty An ninh mạng Việt"];
const rules = () => content.levelRules;

export const systems = Array.from({ length: 42 }, (_, index) => {
  const at = (name) => chance("system", index, name);
  const unit = index < 10 ? [2, 3, 6, 7, 8, 10, 16, 12, 13, 14][index] : 2 + Math.floor(at("unit") * 60);
  const level = at("level") < 0.16 ? null : 1 + Math.floor(at("level2") ** 1.4 * 4);
  const monitor = FIRMS[Math.floor(at("monitor") * FIRMS.length)];
  const steps = level === null ? 0 : Math.floor(at("steps") * 5);
  const date = (step) => (steps >= step ? addDays(today(), -900 + step * 190 + Math.floor(at(step) * 90)) : null);
  return { id: index + 1, unit: unitRef(unit), name: `${NAMES[index % NAMES.length]}${index >= NAMES.length ? ` ${unitRef(unit).name.replace("UBND ", "")}` : ""}`, purpose: at("purpose") > 0.3 ? "Phục vụ người dân, doanh nghiệp và cán bộ trong tỉnh." : "", level, level_rule: level === null ? null : (rules().at(-1)?.id ?? "rule"), operator: FIRMS[Math.floor(at("operator") * FIRMS.length)], monitor, assessor: at("assessor") > 0.7 ? monitor : FIRMS[Math.floor(at("assessor2") * FIRMS.length)], dossier_at: date(1), approved_at: date(2), plan_deployed_at: date(3), assessed_at: date(4) };
});
const levels = new Map(systems.filter(({ level }) => level !== null).map((system) => [system.id, [{ level: system.level, rule: system.level_rule, rule_title: content.bothOf(rules().at(-1)?.title ?? ""), valid_from: "2021-04-12", valid_to: null, decision: `Quyết định ${100 + system.id}/QĐ-UBND ngày 12/4/2021` }]]));
const plans = new Map();

function warningsOf(system) {
  const found = [];
  if ((system.level ?? 0) >= 3 && system.assessor && system.assessor === system.monitor) found.push(both(`Đơn vị đánh giá cũng là đơn vị giám sát (${system.monitor}). Từ cấp 3 phải độc lập với nhau.`, `The assessor is also the monitor (${system.monitor}). From level 3 on they must be independent.`));
  if (system.level !== null && system.level_rule !== rules()[0]?.id) found.push(both("Cấp độ được xác định theo quy định đã thay thế; cần xác định lại.", "The level was set by a rule that is replaced; determine it again."));
  if (system.approved_at && !system.plan_deployed_at) found.push(both("Hồ sơ đã phê duyệt nhưng phương án chưa triển khai đủ.", "The dossier is approved, the plan is not fully deployed."));
  return found;
}
const out = (system) => ({ ...system, warnings: warningsOf(system) });
const detail = (system) => ({ system: out(system), levels: levels.get(system.id) ?? [] });
const own = (context) => inScope({ ...context, query: {} }, systems);

function change(system, { unit, level, level_rule, level_from, level_decision, ...rest }) {
  Object.assign(system, Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, name.endsWith("_at") && value === "" ? null : value])));
  if (unit) system.unit = unitRef(unit);
  if (level) {
    const before = (levels.get(system.id) ?? []).map((one) => (one.valid_to === null ? { ...one, valid_to: addDays(level_from ?? today(), -1) } : one));
    const rule = rules().find(({ id }) => id === level_rule);
    levels.set(system.id, [{ level, rule: level_rule, rule_title: content.bothOf(rule?.title ?? level_rule), valid_from: level_from ?? today(), valid_to: null, decision: level_decision ?? "" }, ...before]);
    Object.assign(system, { level, level_rule });
  }
}

function holds(condition, answers) {
  if (condition.all) return condition.all.every((one) => holds(one, answers));
  if (condition.any) return condition.any.some((one) => holds(one, answers));
  if (condition.not) return !holds(condition.not, answers);
  const value = answers.get(condition.question);
  if (value === undefined) return false;
  if ("is" in condition) return value === String(condition.is);
  if ("at_least" in condition) return Number(value) >= condition.at_least;
  return false;
}

const requirementsOf = (system) => {
  const set = content.requirementSets.find(({ rule }) => rule === system.level_rule) ?? content.requirementSets[0];
  return (set?.requirements ?? []).filter(({ level }) => level === system.level);
};
function planOf(system) {
  if (system.level === null) throw absent();
  const judged = plans.get(system.id) ?? new Map();
  const requirements = requirementsOf(system).map((one) => {
    const made = chance(system.id, one.id);
    const state = made < 0.45 ? "met" : made < 0.6 ? "partly" : made < 0.75 ? "missing" : "not_judged";
    const base = { id: one.id, clause: one.clause, group: content.bothOf(one.group), title: content.bothOf(one.title), state, note: state === "missing" ? "Chưa có người phụ trách; dự kiến xong trong quý I." : "", decided_by: state === "not_judged" ? null : ref(data.users[2]), decided_at: state === "not_judged" ? null : data.iso(Date.now() - 30 * 86_400_000), evidence: [] };
    return { ...base, ...judged.get(one.id) };
  });
  const count = (state) => requirements.filter((one) => one.state === state).length;
  return { system: system.id, rule: system.level_rule, rule_title: content.bothOf(rules().find(({ id }) => id === system.level_rule)?.title ?? ""), level: system.level, met: count("met"), partly: count("partly"), missing: count("missing"), not_judged: count("not_judged"), requirements };
}

export const systemHandlers = {
  listSystems: (context) => {
    const all = inScope(context, systems).filter(({ name, unit }) => fold(`${name} ${unit.name}`).includes(fold(context.query.q ?? "")));
    const level = context.query.level === undefined ? undefined : Number(context.query.level);
    const by = (wanted) => all.filter((system) => (wanted === 0 ? system.level === null : system.level === wanted)).length;
    return { ...page(all.filter((system) => level === undefined || (level === 0 ? system.level === null : system.level === level)).map(out), context.query), by_level: { unset: by(0), 1: by(1), 2: by(2), 3: by(3), 4: by(4), 5: by(5) } };
  },
  createSystem: ({ body }) => {
    const system = { id: systems.length + 1, unit: unitRef(body.unit), name: "", purpose: "", level: null, level_rule: null, operator: "", monitor: "", assessor: "", dossier_at: null, approved_at: null, plan_deployed_at: null, assessed_at: null };
    systems.push(system);
    change(system, body);
    return detail(system);
  },
  getSystem: (context) => detail(find(own(context), context.ids.system_id)),
  updateSystem: (context) => {
    const system = find(own(context), context.ids.system_id);
    change(system, context.body);
    data.record(context.user.username, "system.update", `hệ thống ${system.name}`);
    return detail(system);
  },
  listLevelRules: () => ({ items: rules().map((rule) => ({ id: rule.id, title: content.bothOf(rule.title), valid_from: rule.valid_from, valid_to: rule.valid_to ?? null, caution: rule.caution ? content.bothOf(rule.caution) : null, questions: rule.questions.map(({ id, text, kind }) => ({ id, text: content.bothOf(text), kind })) })) }),
  proposeLevel: ({ body }) => {
    const rule = rules().find(({ id }) => id === body.rule) ?? rules()[0];
    const answers = new Map(body.answers.map((answer) => answer.split("=")));
    const reasons = (rule?.criteria ?? []).filter(({ when }) => holds(when, answers)).sort((a, b) => b.level - a.level);
    return { rule: rule.id, level: reasons[0]?.level ?? null, reasons: reasons.map(({ article, level, text }) => ({ article: String(article), level, text: content.bothOf(text) })), open: rule.questions.filter(({ id }) => !answers.has(id)).map(({ id }) => id) };
  },
  getLevelPlan: (context) => planOf(find(own(context), context.ids.system_id)),
  exportLevelPlan: (context) => Buffer.from(planOf(find(own(context), context.ids.system_id)).requirements.map(({ clause, title, state }) => `${clause};${title.vi};${state}`).join("\n")),
  setLevelPlanItem: (context) => {
    const system = find(own(context), context.ids.system_id);
    const { requirement, state, note, evidence } = context.body;
    const judged = plans.get(system.id) ?? new Map();
    judged.set(requirement, { state, note: note ?? "", decided_by: ref(context.user), decided_at: data.iso(Date.now()), evidence: evidenceOf(evidence) });
    plans.set(system.id, judged);
    return planOf(system);
  },
};
