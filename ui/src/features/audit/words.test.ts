import { expect, test } from "vitest";

import { auditWords, thingInWords } from "./words";

// Every act that the hub writes into its log, as its sources name it.
const sources = import.meta.glob<string>("../../../../src/{api,hub}/**/*.cpp", { query: "?raw", import: "default", eager: true });
const acts = new Set<string>();
for (const [path, source] of Object.entries(sources)) {
  if (path.includes("/test/")) continue;
  for (const [call] of source.matchAll(/audit\w*\([^;]*;/g)) {
    for (const [, act] of call.matchAll(/"([a-z_]+\.[a-z_]+)"/g)) acts.add(act!);
  }
}

test("every act of the log has words, in both languages", () => {
  expect(acts.size).toBeGreaterThan(50);
  for (const language of ["vi", "en"] as const) expect([...acts].filter((act) => !auditWords[language].actions[act])).toEqual([]);
});

test("what is not known stays as it is", () => {
  expect(thingInWords(auditWords.vi, "user:6")).toBe("Người dùng số 6");
  expect(thingInWords(auditWords.vi, "planet:6")).toBe("planet:6");
});
