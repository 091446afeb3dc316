import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { SelectField, TextField } from "@/components/field";
import { Facts, Section } from "@/components/section";
import type { AdvisorySettings } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import styles from "./advisories.module.css";
import { DAY_FIELDS, NUMBERS, draftOfSettings, settingsOf, wrongNumbers, type NumberField, type SettingsDraft } from "./settings-model";
import { useAdvisorySettings, useSetAdvisorySettings } from "./use-advisories";
import { useAdvisoryWords } from "./words";

/** What is followed and within how many days it is to be patched: all may read it, the province sets it. */
export function SettingsCard() {
  const words = useAdvisoryWords();
  const maySet = useMay("province_admin");
  const query = useAdvisorySettings();
  return (
    <Card title={words.settings} sub={words.settingsSub}>
      <AsyncView query={query}>
        {(settings) => (
          <div className={styles.stack}>
            <p className={styles.soft}>
              {settings.changed_by && settings.changed_at ? words.changed(settings.changed_by.name, format.dateTime(settings.changed_at)) : words.shipped}
            </p>
            {maySet ? <SettingsForm key={settings.changed_at ?? ""} settings={settings} /> : <SettingsFacts settings={settings} />}
          </div>
        )}
      </AsyncView>
    </Card>
  );
}

function SettingsFacts({ settings }: { settings: AdvisorySettings }) {
  const words = useAdvisoryWords();
  const { severity } = useWords();
  return (
    <Facts
      facts={[
        { label: words.leastSeverity, value: settings.least_severity ? severity[settings.least_severity] : words.severityNone },
        { label: words.leastLikelihood, value: settings.least_likelihood },
        ...DAY_FIELDS.map((field) => ({ label: words.days[field], value: words.daysUnit(format.number(settings[field])) })),
        { label: words.remindDays, value: format.number(settings.remind_days) },
      ]}
    />
  );
}

function SettingsForm({ settings }: { settings: AdvisorySettings }) {
  const words = useAdvisoryWords();
  const { app, severity } = useWords();
  const save = useSetAdvisorySettings();
  const [draft, setDraft] = useState<SettingsDraft>(() => draftOfSettings(settings));
  const wrong = wrongNumbers(draft);
  const field = (name: NumberField, label: string, hint?: string) => (
    <NumberRow key={name} name={name} label={label} hint={hint} draft={draft} wrong={wrong.includes(name)} onDraft={setDraft} />
  );

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (wrong.length === 0) save.mutate(settingsOf(draft));
  }
  return (
    <form className={styles.stack} onSubmit={onSubmit} noValidate>
      <div className={styles.numbers}>
        <SelectField
          label={words.leastSeverity}
          hint={words.leastSeverityHint}
          value={draft.least_severity}
          onChange={(next) => setDraft({ ...draft, least_severity: next as SettingsDraft["least_severity"] })}
          choices={[{ value: "none", label: words.severityNone }, ...(["low", "medium", "high", "critical"] as const).map((value) => ({ value, label: severity[value] }))]}
        />
        {field("least_likelihood", words.leastLikelihood, words.leastLikelihoodHint)}
        {field("remind_days", words.remindDays)}
      </div>
      <Section title={words.daysTitle}>
        <div className={styles.numbers}>{DAY_FIELDS.map((name) => field(name, words.days[name]))}</div>
      </Section>
      <ProblemNote error={save.error} />
      {save.isSuccess && (
        <p className={styles.soft} role="status">
          {words.saved}
        </p>
      )}
      <div>
        <Button kind="primary" submit busy={save.isPending} disabled={wrong.length > 0}>
          {app.save}
        </Button>
      </div>
    </form>
  );
}

interface NumberRowProps {
  name: NumberField;
  label: string;
  hint?: string;
  draft: SettingsDraft;
  wrong: boolean;
  onDraft: (draft: SettingsDraft) => void;
}

function NumberRow({ name, label, hint, draft, wrong, onDraft }: NumberRowProps) {
  const words = useAdvisoryWords();
  const [least, most] = NUMBERS[name];
  return (
    <TextField
      label={label}
      hint={hint}
      value={draft[name]}
      onChange={(next) => onDraft({ ...draft, [name]: next })}
      error={wrong ? words.number(format.number(least), format.number(most)) : null}
      maxLength={3}
      required
    />
  );
}
