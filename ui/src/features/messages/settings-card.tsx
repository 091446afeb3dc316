import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CheckField } from "@/components/choice-field";
import { SelectField, TextField } from "@/components/field";
import type { MessageSettings } from "@/lib/api-types";
import { useWords } from "@/lib/i18n";

import { clockText, draftOf, minutesToChoose, settingsOf, type SettingsDraft } from "./message-model";
import styles from "./messages.module.css";
import { useMessageSettings, useSendTest, useSetMessageSettings } from "./use-messages";
import { useMessageWords } from "./words";

export function SettingsCard() {
  const words = useMessageWords();
  return (
    <Card title={words.settings} sub={words.settingsSub}>
      <AsyncView query={useMessageSettings()}>{(settings) => <SettingsForm settings={settings} />}</AsyncView>
    </Card>
  );
}

function SettingsForm({ settings }: { settings: MessageSettings }) {
  const words = useMessageWords();
  const { app } = useWords();
  const save = useSetMessageSettings();
  const [draft, setDraft] = useState<SettingsDraft>(() => draftOf(settings));
  const [tried, setTried] = useState(false);
  const change = (part: Partial<SettingsDraft>) => {
    save.reset();
    setDraft({ ...draft, ...part });
  };
  const missing = draft.byMail && draft.mail.trim() === "";

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!missing) save.mutate(settingsOf(draft));
  }
  return (
    <form className={styles.form} onSubmit={onSubmit} noValidate>
      <CheckField label={words.byMail} hint={settings.mail_ready ? undefined : words.mailNotReady} checked={draft.byMail} onChange={(byMail) => change({ byMail })} />
      {draft.byMail && <MailFields draft={draft} missing={tried && missing} onChange={change} />}
      <ProblemNote error={save.error} />
      {save.isSuccess && (
        <p className={styles.soft} role="status">
          {words.saved}
        </p>
      )}
      <div>
        <Button kind="primary" submit busy={save.isPending}>
          {app.save}
        </Button>
      </div>
      <TestMessage />
    </form>
  );
}

interface MailFieldsProps {
  draft: SettingsDraft;
  missing: boolean;
  onChange: (part: Partial<SettingsDraft>) => void;
}

function MailFields({ draft, missing, onChange }: MailFieldsProps) {
  const words = useMessageWords();
  const minutes = (chosen: number) => minutesToChoose(chosen).map((minute) => ({ value: String(minute), label: clockText(minute) }));
  return (
    <>
      <TextField label={words.mail} type="email" autoComplete="email" maxLength={254} value={draft.mail} onChange={(mail) => onChange({ mail })} error={missing ? words.mailMissing : null} />
      <SelectField
        label={words.language}
        value={draft.language}
        choices={(["vi", "en"] as const).map((value) => ({ value, label: words.languages[value] }))}
        onChange={(language) => onChange({ language: language === "en" ? "en" : "vi" })}
      />
      <CheckField label={words.quiet} hint={words.quietHint} checked={draft.quiet} onChange={(quiet) => onChange({ quiet })} />
      {draft.quiet && (
        <div className={styles.quietHours}>
          <SelectField label={words.from} value={String(draft.from)} choices={minutes(draft.from)} onChange={(from) => onChange({ from: Number(from) })} />
          <SelectField label={words.to} value={String(draft.to)} choices={minutes(draft.to)} onChange={(to) => onChange({ to: Number(to) })} />
        </div>
      )}
    </>
  );
}

function TestMessage() {
  const words = useMessageWords();
  const send = useSendTest();
  return (
    <div className={styles.form}>
      <div>
        <Button busy={send.isPending} onClick={() => send.mutate()}>
          {words.test}
        </Button>
      </div>
      <ProblemNote error={send.error} />
      {send.isSuccess && (
        <p className={styles.soft} role="status">
          {words.testSent}
        </p>
      )}
    </div>
  );
}
