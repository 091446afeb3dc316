import { Plus, Trash2 } from "lucide-react";
import { useId } from "react";

import { Button } from "@/components/button";
import { CheckField, RadioField } from "@/components/choice-field";
import { DateField } from "@/components/date-field";
import { NoteField, TextField } from "@/components/field";
import type { PolicySetting } from "@/lib/api-types";

import styles from "./policies.module.css";
import { DAYS, type ExclusionDraft, type PolicyDraft } from "./policy-draft";
import { usePolicyWords } from "./words";

interface SettingFormProps {
  setting: PolicySetting;
  draft: PolicyDraft;
  wrong: boolean;
  onChange: (change: Partial<PolicyDraft>) => void;
}

const toggled = <T,>(list: readonly T[], one: T, on: boolean): T[] => [...list.filter((other) => other !== one), ...(on ? [one] : [])];

/** One setting: left to above, or set here; and then locked for all below, or not. */
export function SettingForm({ setting, draft, wrong, onChange }: SettingFormProps) {
  const words = usePolicyWords();
  const id = useId();
  const isSet = draft.set.includes(setting);
  return (
    <section className={styles.setting} data-set={isSet || undefined} aria-labelledby={id}>
      <div className={styles.settingHead}>
        <h2 id={id}>{words.setting[setting]}</h2>
        <CheckField label={words.setHere} checked={isSet} onChange={(on) => onChange({ set: toggled(draft.set, setting, on) })} />
      </div>
      <p className={styles.hint}>{words.hint[setting]}</p>
      {!isSet && <p className={styles.soft}>{words.inherited}</p>}
      {isSet && <ValueForm setting={setting} draft={draft} onChange={onChange} />}
      {wrong && (
        <p className={styles.wrong} role="alert">
          {words.wrongField(words.setting[setting])}
        </p>
      )}
      {isSet && (
        <CheckField
          label={words.lock}
          checked={draft.locked.includes(setting)}
          onChange={(on) => onChange({ locked: toggled(draft.locked, setting, on) })}
        />
      )}
    </section>
  );
}

function ValueForm({ setting, draft, onChange }: Omit<SettingFormProps, "wrong">) {
  const words = usePolicyWords();
  const label = words.setting[setting];
  const choices = <T extends keyof typeof words.value>(...values: T[]) => values.map((value) => ({ value, label: words.value[value] }));
  switch (setting) {
    case "on_access":
      return (
        <RadioField
          label={label}
          inline
          choices={choices("off", "notify", "permission")}
          value={draft.onAccess}
          onChange={(value) => onChange({ onAccess: value as PolicyDraft["onAccess"] })}
        />
      );
    case "removable_media":
      return (
        <RadioField
          label={label}
          inline
          choices={choices("scan", "ignore")}
          value={draft.media}
          onChange={(value) => onChange({ media: value as PolicyDraft["media"] })}
        />
      );
    case "quarantine_automatically":
      return (
        <RadioField
          label={label}
          inline
          choices={choices("yes", "no")}
          value={draft.quarantine}
          onChange={(value) => onChange({ quarantine: value as PolicyDraft["quarantine"] })}
        />
      );
    case "third_party":
      return (
        <RadioField
          label={label}
          inline
          choices={choices("beside", "alone")}
          value={draft.thirdParty}
          onChange={(value) => onChange({ thirdParty: value as PolicyDraft["thirdParty"] })}
        />
      );
    case "files_per_second":
      return <TextField label={label} value={draft.files} onChange={(files) => onChange({ files })} required maxLength={6} />;
    case "cpu_percent":
      return <TextField label={label} value={draft.cpu} onChange={(cpu) => onChange({ cpu })} required maxLength={3} />;
    case "schedule":
      return <ScheduleForm draft={draft} onChange={onChange} />;
    case "roots":
      return <NoteField label={label} value={draft.roots} onChange={(roots) => onChange({ roots })} rows={4} mono />;
    case "exclusions":
      return <ExclusionsForm draft={draft} onChange={onChange} />;
  }
}

function ScheduleForm({ draft, onChange }: Omit<SettingFormProps, "wrong" | "setting">) {
  const words = usePolicyWords();
  return (
    <>
      <fieldset className={styles.days}>
        <legend className="visually-hidden">{words.daysLabel}</legend>
        {DAYS.map((day) => (
          <CheckField
            key={day}
            label={words.days[day]}
            checked={draft.days.includes(day)}
            onChange={(on) => onChange({ days: toggled(draft.days, day, on) })}
          />
        ))}
      </fieldset>
      <TextField label={words.at} hint={words.atHint} value={draft.at} onChange={(at) => onChange({ at })} required maxLength={60} />
    </>
  );
}

function ExclusionsForm({ draft, onChange }: Omit<SettingFormProps, "wrong" | "setting">) {
  const words = usePolicyWords();
  const change = (key: number, part: Partial<ExclusionDraft>) =>
    onChange({ exclusions: draft.exclusions.map((one) => (one.key === key ? { ...one, ...part } : one)) });
  const next = Math.max(0, ...draft.exclusions.map(({ key }) => key + 1));
  return (
    <>
      {draft.exclusions.map((one) => (
        <div key={one.key} className={styles.exclusion}>
          <TextField label={words.path} value={one.what} onChange={(what) => change(one.key, { what })} required maxLength={4096} />
          <TextField label={words.reason} value={one.reason} onChange={(reason) => change(one.key, { reason })} required maxLength={160} />
          <DateField label={words.until} value={one.until} onChange={(until) => change(one.key, { until })} required />
          <Button
            size="small"
            icon={Trash2}
            onClick={() => onChange({ exclusions: draft.exclusions.filter(({ key }) => key !== one.key) })}
          >
            {words.removeExclusion}
          </Button>
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={Plus}
          onClick={() => onChange({ exclusions: [...draft.exclusions, { key: next, what: "", reason: "", until: "" }] })}
        >
          {words.addExclusion}
        </Button>
      </div>
    </>
  );
}
