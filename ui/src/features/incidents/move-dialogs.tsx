import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { NoteField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import type { IncidentDetail, IncidentState } from "@/lib/api-types";
import { useDraft } from "@/lib/draft";
import { typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import { isMet } from "./incident-model";
import styles from "./incidents.module.css";
import { useMoveIncident } from "./use-incidents";
import { useIncidentWords } from "./words";

const MOST_WORDS = 4000;
const MOST_CAUSE = 2000;

interface DialogProps {
  detail: IncidentDetail;
  onClose: () => void;
}

/** Contained, or open again: one thing is said, and it goes into the timeline. */
export function WordsDialog({ detail, to, onClose }: DialogProps & { to: Exclude<IncidentState, "closed"> }) {
  const words = useIncidentWords();
  const { app } = useWords();
  const move = useMoveIncident(detail.incident.id);
  const [said, setSaid, discard] = useDraft(`incident-move.${detail.incident.id}.${to}`, "");
  const [checked, setChecked] = useState(false);
  const text = typed(said);
  const [title, label, missing, action] = to === "contained" ? [words.containTitle, words.containWords, words.containMissing, words.contain] : [words.reopenTitle, words.reopenWords, words.reopenMissing, words.reopen];

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (text !== "") move.mutate({ state: to, words: text }, { onSuccess: () => (discard(), onClose()) });
  }
  return (
    <Modal open onClose={onClose} title={title}>
      <form onSubmit={onSubmit} noValidate>
        {to === "contained" && <p>{words.containEffect}</p>}
        <NoteField label={label} value={said} onChange={setSaid} error={checked && text === "" ? missing : null} maxLength={MOST_WORDS} rows={4} autoFocus required />
        <ProblemNote error={move.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={move.isPending}>
            {action}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

/** The end of an incident asks for its root cause; the lesson is asked for, not forced. */
export function CloseDialog({ detail, onClose }: DialogProps) {
  const words = useIncidentWords();
  const { app } = useWords();
  const move = useMoveIncident(detail.incident.id);
  const [draft, setDraft, discard] = useDraft(`incident-close.${detail.incident.id}`, { cause: detail.cause, lesson: detail.lesson, words: "" });
  const [checked, setChecked] = useState(false);
  const cause = typed(draft.cause);
  const why = typed(draft.words);
  const unmet = detail.clocks.filter((clock) => clock.due_at !== null && !isMet(clock)).length;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (cause === "" || (unmet > 0 && why === "")) return;
    const lesson = typed(draft.lesson);
    move.mutate({ state: "closed", cause, ...(lesson ? { lesson } : {}), ...(why ? { words: why } : {}) }, { onSuccess: () => (discard(), onClose()) });
  }
  return (
    <Modal open onClose={onClose} title={words.closeTitle} wide>
      <form onSubmit={onSubmit} noValidate>
        <p>{words.closeEffect}</p>
        {unmet > 0 && <p className={styles.warning}>{words.closeLate(format.number(unmet))}</p>}
        <NoteField label={words.cause} hint={words.causeHint} value={draft.cause} onChange={(next) => setDraft({ ...draft, cause: next })} error={checked && cause === "" ? words.causeMissing : null} maxLength={MOST_CAUSE} rows={3} autoFocus required />
        <NoteField
          label={unmet > 0 ? words.closeWhy : words.closeWords}
          value={draft.words}
          onChange={(next) => setDraft({ ...draft, words: next })}
          error={checked && unmet > 0 && why === "" ? words.closeWhyMissing : null}
          maxLength={MOST_WORDS}
          rows={3}
          optional={unmet === 0}
          required={unmet > 0}
        />
        <NoteField label={words.lesson} value={draft.lesson} onChange={(lesson) => setDraft({ ...draft, lesson })} maxLength={MOST_CAUSE} rows={3} optional />
        <ProblemNote error={move.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={move.isPending}>
            {words.close}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
