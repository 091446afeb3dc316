import type { LevelRule } from "@/lib/api-types";

/** Question to «true», «false» or a number; what is absent was not answered. */
export type Answers = Record<string, string | undefined>;

/** As the hub reads them; a question without an answer stays open. */
export function answersOf(rule: LevelRule, answers: Answers): string[] {
  return rule.questions.flatMap(({ id, kind }) => {
    const value = answers[id];
    if (value === undefined || value === "") return [];
    return [`${id}=${kind === "integer" ? String(Number(value)) : value}`];
  });
}

/** The rule of a day: the newest of those that are valid on it. */
export function ruleInForce(rules: LevelRule[], day: string): LevelRule | undefined {
  return rules
    .filter((rule) => rule.valid_from <= day && (rule.valid_to === null || day <= rule.valid_to))
    .sort((a, b) => b.valid_from.localeCompare(a.valid_from))[0];
}
