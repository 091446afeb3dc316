import { useState, type FormEvent } from "react";

import { Button } from "@/components/button";
import { EvidenceField, EvidenceProblem } from "@/components/evidence-field";
import { NoteField } from "@/components/field";
import { MomentField } from "@/components/moment-field";
import { useEvidenceDraft } from "@/components/use-evidence-draft";
import type { Incident } from "@/lib/api-types";
import { useDraft } from "@/lib/draft";
import { typed } from "@/lib/fold";
import { momentOf, type DayTime } from "@/lib/moments";

import styles from "./timeline.module.css";
import { useNote } from "./use-incidents";
import { useIncidentWords } from "./words";

const MOST_WORDS = 4000;
const NOTHING: { words: string; happened: DayTime } = { words: "", happened: { day: "", time: "" } };

/** A line for the timeline: now, unless it is said that it happened earlier; with files where there are some. */
export function NoteForm({ incident }: { incident: Incident }) {
  const words = useIncidentWords();
  const note = useNote(incident.id);
  const files = useEvidenceDraft();
  const [draft, setDraft, discard] = useDraft(`incident-note.${incident.id}`, NOTHING);
  const [checked, setChecked] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const [sending, setSending] = useState(false);
  const text = typed(draft.words);
  const earlier = draft.happened.day !== "" || draft.happened.time !== "";
  const happened = momentOf(draft.happened);
  const wrong = earlier && (happened === null || Date.parse(happened) > Date.now());

  async function send() {
    setSending(true);
    setFailed(null);
    try {
      const evidence = await files.upload(incident.unit.id);
      await note.mutateAsync({ words: text, ...(happened ? { happened_at: happened } : {}), ...(evidence.length > 0 ? { evidence } : {}) });
      setDraft(NOTHING);
      discard();
      files.clear();
      setChecked(false);
    } catch (error) {
      setFailed(error);
    } finally {
      setSending(false);
    }
  }
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (text !== "" && !wrong && !files.refused) void send();
  }
  return (
    <form className={styles.form} onSubmit={onSubmit} noValidate>
      <NoteField label={words.note} hint={words.noteHint} value={draft.words} onChange={(next) => setDraft({ ...draft, words: next })} error={checked && text === "" ? words.noteMissing : null} maxLength={MOST_WORDS} rows={2} required />
      <details open={earlier || undefined}>
        <summary>{words.noteEarlier}</summary>
        <div className={styles.more}>
          <MomentField label={words.happened} value={draft.happened} onChange={(next) => setDraft({ ...draft, happened: next })} error={checked && wrong ? words.momentWrong : null} />
          <EvidenceField draft={files} />
        </div>
      </details>
      <EvidenceProblem error={failed} />
      <div className={styles.formFoot}>
        <Button kind="primary" submit busy={sending}>
          {words.noteSave}
        </Button>
      </div>
    </form>
  );
}
