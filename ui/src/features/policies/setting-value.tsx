import { OutsideText } from "@/components/outside-text";
import type { PolicySetting } from "@/lib/api-types";
import * as format from "@/lib/format";

import { DAYS, type Exclusion, type PolicyShape } from "./policy-draft";
import { usePolicyWords, type PolicyWords } from "./words";

/** One setting's value in words; `value` is JSON as the hub says it. */
export function SettingValue({ setting, value }: { setting: PolicySetting; value: string }) {
  const words = usePolicyWords();
  const lines = linesOf(words, setting, JSON.parse(value));
  return (
    <>
      {lines.map((line) => (
        <span key={line}>
          <OutsideText value={line} />
        </span>
      ))}
    </>
  );
}

function linesOf(words: PolicyWords, setting: PolicySetting, value: unknown): string[] {
  if (value === null || value === undefined) return [words.ownFile];
  switch (setting) {
    case "roots":
      return listed(value as string[], words.noRoots);
    case "exclusions":
      return listed(
        (value as Exclusion[]).map(({ path, sha256, until, reason }) => words.exclusion(path ?? sha256 ?? "", format.date(until), reason)),
        words.noExclusions,
      );
    case "schedule":
      return [schedule(words, value as NonNullable<PolicyShape["schedule"]>)];
    case "files_per_second":
      return [words.filesPerSecond(format.number(value as number))];
    case "cpu_percent":
      return [words.percent(format.number(value as number))];
    case "quarantine_automatically":
      return [value ? words.value.yes : words.value.no];
    default:
      return [words.value[value as keyof PolicyWords["value"]]];
  }
}

function listed(lines: string[], none: string): string[] {
  return lines.length > 0 ? lines : [none];
}

function schedule(words: PolicyWords, { days, at }: NonNullable<PolicyShape["schedule"]>): string {
  const on = days.length === DAYS.length ? words.everyDay : days.map((day) => words.days[day]).join(", ");
  return `${on}, ${at.join(", ")}`;
}
