import { expect, test } from "vitest";

import type { AdvisorySettings } from "@/lib/api-types";

import { draftOfSettings, settingsOf, wrongNumbers } from "./settings-model";

const settings: AdvisorySettings = { least_severity: null, least_likelihood: null, days_exploited: 14, days_ransomware: 7, days_likely: 21, days_critical: 15, days_high: 30, days_medium: 90, days_low: 180, remind_days: 3, shipped: true, changed_by: null, changed_at: null };

test("what is not followed by likelihood stays so when it is saved again", () => {
  expect(settingsOf(draftOfSettings(settings))).toMatchObject({ least_severity: "none", least_likelihood: 101, days_low: 180 });
});

test("only whole numbers within the hub's bounds are sent", () => {
  const draft = draftOfSettings(settings);
  expect(wrongNumbers(draft)).toEqual([]);
  expect(wrongNumbers({ ...draft, days_high: "0", days_low: "731", remind_days: "-1", days_critical: "1.5", days_likely: "" })).toEqual(["days_likely", "days_critical", "days_high", "days_low", "remind_days"]);
});
