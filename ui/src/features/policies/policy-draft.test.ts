import { expect, test } from "vitest";

import { DAYS, EMPTY, draftOf, policyOf, settingOf, type PolicyShape } from "./policy-draft";

const whole: PolicyShape = {
  format: 1,
  roots: ["/data", "/srv/x"],
  exclusions: [
    { path: "/data/mirror", reason: "bản sao", until: "2027-03-01" },
    { sha256: "a".repeat(64), reason: "báo nhầm", until: "2026-12-31" },
  ],
  schedule: { days: ["mon", "fri"], at: ["06:30", "12:30"] },
  files_per_second: 500,
  cpu_percent: 40,
  on_access: "permission",
  removable_media: "ignore",
  quarantine_automatically: false,
  third_party: "alone",
  locked: ["on_access"],
};

test("a policy that is read and written again is the same", () => {
  expect(policyOf(draftOf(JSON.stringify(whole)))).toEqual(whole);
  expect(policyOf(draftOf('{"format":1}'))).toEqual({ format: 1, locked: [] });
});

test("only what is set here is said, and a lock goes with it", () => {
  expect(policyOf({ ...EMPTY, locked: ["roots", "cpu_percent"], set: ["cpu_percent"] })).toEqual({
    format: 1,
    cpu_percent: 50,
    locked: ["cpu_percent"],
  });
});

test("what people type is put in order", () => {
  const policy = policyOf({ ...EMPTY, set: ["roots", "schedule"], roots: " /a \n\n/b\n", at: "22:00; 06:30", days: ["sun", "mon"] });
  expect(policy.roots).toEqual(["/a", "/b"]);
  expect(policy.schedule).toEqual({ days: ["mon", "sun"], at: ["06:30", "22:00"] });
  expect(EMPTY.days).toEqual([...DAYS]);
});

test("a refused field belongs to its setting", () => {
  expect(settingOf("exclusions[2].until")).toBe("exclusions");
  expect(settingOf("schedule.at[0]")).toBe("schedule");
  expect(settingOf("valid_from")).toBeNull();
  expect(settingOf(undefined)).toBeNull();
});
