import type { DirectiveWords } from "./words";

/** Where a fault lies, as a person reads the form: «Khoản 1 › Việc 2 › Ngày trong tháng». */
export function faultPlace(field: string, words: DirectiveWords): string {
  const { f } = words;
  const names: Record<string, string | undefined> = {
    key: f.key,
    issuer: f.issuer,
    number: f.relationNumber,
    date: f.date,
    kind: f.kind,
    language: f.language,
    title: field.includes(".duties[") ? f.dutyTitle : field.startsWith("clauses[") ? f.clauseTitle : f.title,
    valid_from: f.validFrom,
    valid_to: f.validTo,
    note: f.note,
    relations: words.part.relations,
    id: field.includes(".duties[") ? f.dutyId : f.clauseId,
    place: f.place,
    quote: f.quote,
    addressees: f.addressees,
    verb: f.verbWords,
    strength: f.strength,
    kinds: f.kindsOf,
    recurrence: f.recurrence,
    due: f.rule,
    rule: f.rule,
    month: f.ruleMonth,
    day: f.ruleDay,
    dates: f.ruleDates,
    basis: f.basis,
    met_by: f.metBy,
    metric: f.metric,
    target: f.target,
    register: f.register,
    approval: f.approval,
    minutes: f.minutes,
    steps: f.steps,
    proof: f.proof,
  };
  const parts = field.split(".").filter(Boolean);
  return parts
    .map((part) => {
      const [, name = part, index] = /^(\w+)\[(\d+)\]$/.exec(part) ?? [];
      if (index !== undefined && name === "clauses") return words.clauseNumber(Number(index) + 1);
      if (index !== undefined && name === "duties") return words.dutyNumber(Number(index) + 1);
      return names[name] ?? part;
    })
    .filter((name, place, all) => name !== all[place - 1])
    .join(" › ");
}
