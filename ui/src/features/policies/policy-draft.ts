import type { PolicySetting } from "@/lib/api-types";

export const SETTINGS = [
  "on_access",
  "quarantine_automatically",
  "removable_media",
  "third_party",
  "schedule",
  "files_per_second",
  "cpu_percent",
  "roots",
  "exclusions",
] as const satisfies readonly PolicySetting[];

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];

export interface Exclusion {
  path?: string;
  sha256?: string;
  reason: string;
  until: string;
}

/** A policy as docs/reference/policy.md says. */
export interface PolicyShape {
  format: 1;
  roots?: string[];
  exclusions?: Exclusion[];
  schedule?: { days: Day[]; at: string[] };
  files_per_second?: number;
  cpu_percent?: number;
  on_access?: "off" | "notify" | "permission";
  removable_media?: "ignore" | "scan";
  quarantine_automatically?: boolean;
  third_party?: "beside" | "alone";
  locked?: PolicySetting[];
}

export interface ExclusionDraft {
  key: number;
  what: string;
  reason: string;
  until: string;
}

/** What a person has typed so far; nothing is lost by switching a setting off and on. */
export interface PolicyDraft {
  set: PolicySetting[];
  locked: PolicySetting[];
  roots: string;
  exclusions: ExclusionDraft[];
  days: Day[];
  at: string;
  files: string;
  cpu: string;
  onAccess: NonNullable<PolicyShape["on_access"]>;
  media: NonNullable<PolicyShape["removable_media"]>;
  quarantine: "yes" | "no";
  thirdParty: NonNullable<PolicyShape["third_party"]>;
}

export const EMPTY: PolicyDraft = {
  set: [],
  locked: [],
  roots: "",
  exclusions: [],
  days: [...DAYS],
  at: "12:30",
  files: "1000",
  cpu: "50",
  onAccess: "notify",
  media: "scan",
  quarantine: "yes",
  thirdParty: "beside",
};

const HASH = /^[0-9a-f]{64}$/i;
const words = (text: string, by: RegExp) => text.split(by).map((part) => part.trim()).filter(Boolean);

export function draftOf(text: string): PolicyDraft {
  const policy = JSON.parse(text) as PolicyShape;
  return {
    ...EMPTY,
    set: SETTINGS.filter((setting) => policy[setting] !== undefined),
    locked: policy.locked ?? [],
    roots: (policy.roots ?? []).join("\n"),
    exclusions: (policy.exclusions ?? []).map(({ path, sha256, reason, until }, key) => ({ key, what: path ?? sha256 ?? "", reason, until })),
    days: policy.schedule?.days ?? EMPTY.days,
    at: policy.schedule?.at.join(", ") ?? EMPTY.at,
    files: String(policy.files_per_second ?? EMPTY.files),
    cpu: String(policy.cpu_percent ?? EMPTY.cpu),
    onAccess: policy.on_access ?? EMPTY.onAccess,
    media: policy.removable_media ?? EMPTY.media,
    quarantine: (policy.quarantine_automatically ?? true) ? "yes" : "no",
    thirdParty: policy.third_party ?? EMPTY.thirdParty,
  };
}

function exclusionOf({ what, reason, until }: ExclusionDraft): Exclusion {
  const typed = what.trim();
  const subject = HASH.test(typed) ? { sha256: typed.toLowerCase() } : { path: typed };
  return { ...subject, reason: reason.trim(), until };
}

/** Only what is set here is said; the hub judges the rest, field by field. */
export function policyOf(draft: PolicyDraft): PolicyShape {
  const all: Required<Omit<PolicyShape, "format" | "locked">> = {
    roots: words(draft.roots, /\n/),
    exclusions: draft.exclusions.map(exclusionOf),
    schedule: { days: DAYS.filter((day) => draft.days.includes(day)), at: words(draft.at, /[,;\s]+/).sort() },
    files_per_second: Number(draft.files),
    cpu_percent: Number(draft.cpu),
    on_access: draft.onAccess,
    removable_media: draft.media,
    quarantine_automatically: draft.quarantine === "yes",
    third_party: draft.thirdParty,
  };
  const said = SETTINGS.filter((setting) => draft.set.includes(setting));
  return {
    format: 1,
    ...Object.fromEntries(said.map((setting) => [setting, all[setting]])),
    locked: said.filter((setting) => draft.locked.includes(setting)),
  };
}

/** The setting that a field of the hub's refusal belongs to: «exclusions[2].until» is of exclusions. */
export function settingOf(field: string | undefined): PolicySetting | null {
  const name = field?.split(/[[.]/)[0];
  return SETTINGS.find((setting) => setting === name) ?? null;
}
