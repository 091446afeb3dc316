import { expect, test } from "vitest";

import type { LevelRule } from "@/lib/api-types";

import { answersOf, ruleInForce } from "./level-answers";

const text = { vi: "", en: "" };
const rule = (id: string, valid_from: string, valid_to: string | null): LevelRule => ({
  id,
  title: text,
  valid_from,
  valid_to,
  caution: null,
  questions: [
    { id: "secret", text, kind: "boolean" },
    { id: "users", text, kind: "integer" },
  ],
});

test("only what was answered is sent, a zero too", () => {
  expect(answersOf(rule("a", "2016-07-01", null), { secret: "false", users: "" })).toEqual(["secret=false"]);
  expect(answersOf(rule("a", "2016-07-01", null), { users: "0" })).toEqual(["users=0"]);
  expect(answersOf(rule("a", "2016-07-01", null), { users: "010000", other: "true" })).toEqual(["users=10000"]);
});

test("the rule of a day is the newest that is valid on it", () => {
  const rules = [rule("new", "2026-08-15", null), rule("old", "2016-07-01", "2026-08-14"), rule("older", "2010-01-01", null)];
  expect(ruleInForce(rules, "2026-08-14")?.id).toBe("old");
  expect(ruleInForce(rules, "2026-08-15")?.id).toBe("new");
  expect(ruleInForce(rules, "2009-01-01")).toBeUndefined();
});
