import type { AdvisorySettings, AdvisorySettingsNew } from "@/lib/api-types";

/** The shortest deadline first. */
export const DAY_FIELDS = ["days_ransomware", "days_exploited", "days_likely", "days_critical", "days_high", "days_medium", "days_low"] as const;
export type NumberField = (typeof DAY_FIELDS)[number] | "least_likelihood" | "remind_days";

/** Least and most, as the hub takes them. */
export const NUMBERS: Record<NumberField, [number, number]> = {
  least_likelihood: [1, 101],
  days_ransomware: [1, 365],
  days_exploited: [1, 365],
  days_likely: [1, 365],
  days_critical: [1, 365],
  days_high: [1, 365],
  days_medium: [1, 730],
  days_low: [1, 730],
  remind_days: [0, 60],
};
const FIELDS = Object.keys(NUMBERS) as NumberField[];
const NOT_BY_LIKELIHOOD = 101;

export type SettingsDraft = Record<NumberField, string> & { least_severity: AdvisorySettingsNew["least_severity"] };

export function draftOfSettings(settings: AdvisorySettings): SettingsDraft {
  const numbers = Object.fromEntries(FIELDS.map((field) => [field, String(settings[field] ?? NOT_BY_LIKELIHOOD)])) as Record<NumberField, string>;
  const { least_severity: least } = settings;
  // «info» is no threshold of the form: everything is at or above «low» but what has no severity.
  return { ...numbers, least_severity: least === null ? "none" : least === "info" ? "low" : least };
}

export function wrongNumbers(draft: SettingsDraft): NumberField[] {
  return FIELDS.filter((field) => {
    const [least, most] = NUMBERS[field];
    return !/^\d{1,3}$/.test(draft[field].trim()) || Number(draft[field]) < least || Number(draft[field]) > most;
  });
}

export function settingsOf(draft: SettingsDraft): AdvisorySettingsNew {
  const numbers = Object.fromEntries(FIELDS.map((field) => [field, Number(draft[field])])) as Record<NumberField, number>;
  return { ...numbers, least_severity: draft.least_severity };
}
