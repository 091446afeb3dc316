import { useState, type FormEvent } from "react";

import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { EvidenceField, EvidenceProblem } from "@/components/evidence-field";
import { NoteField } from "@/components/field";
import { useEvidenceDraft } from "@/components/use-evidence-draft";
import type { HelpRequest } from "@/lib/api-types";
import { useDraft } from "@/lib/draft";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";
import { useSession } from "@/lib/queries";

import styles from "./help.module.css";
import type { useSay } from "./use-help";
import { useHelpWords } from "./words";

interface LineFormProps {
  title: string;
  label: string;
  help: HelpRequest;
  act: typeof useSay;
  /** With how it was before and after. */
  whole?: boolean;
}

const BLANK = { words: "", before: "", after: "" };

/** One line more; what was typed survives a reload. */
export function LineForm({ title, label, help, act: useLine, whole }: LineFormProps) {
  const words = useHelpWords();
  const { app } = useWords();
  const person = useSession().user.id;
  const line = useLine(help.id);
  const files = useEvidenceDraft();
  const [draft, setDraft, discard] = useDraft(`${person}.help.${help.id}.${whole ? "answer" : "line"}`, BLANK);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [checked, setChecked] = useState(false);
  const missing = typed(draft.words) === "";

  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (missing) return;
    setBusy(true);
    setProblem(null);
    try {
      const evidence = await files.upload(help.unit.id);
      await line.mutateAsync({ words: typed(draft.words), before: typed(draft.before), after: typed(draft.after), evidence });
      discard();
      setDraft(BLANK);
      discard();
      files.clear();
      setChecked(false);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Card title={title}>
      <form className={styles.stack} onSubmit={(event) => void onSubmit(event)} noValidate>
        <NoteField label={label} value={draft.words} onChange={(text) => setDraft({ ...draft, words: text })} error={checked && missing ? app.required : null} rows={4} maxLength={2000} />
        {whole && (
          <div className={styles.pair}>
            <NoteField label={words.before} hint={words.beforeHint} optional value={draft.before} onChange={(before) => setDraft({ ...draft, before })} maxLength={1000} />
            <NoteField label={words.after} hint={words.afterHint} optional value={draft.after} onChange={(after) => setDraft({ ...draft, after })} maxLength={1000} />
          </div>
        )}
        <EvidenceField draft={files} />
        <EvidenceProblem error={problem} />
        <div className={styles.acts}>
          <Button kind={whole ? "primary" : "plain"} submit busy={busy}>
            {title}
          </Button>
        </div>
      </form>
    </Card>
  );
}
