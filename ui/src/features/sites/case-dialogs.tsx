import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { NoteField, SelectField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { SITE_CAUSES, type SiteCase } from "@/lib/api-types";
import { useDraft } from "@/lib/draft";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import { useDecideCase } from "./use-sites";
import { useSiteWords } from "./words";

const MOST_TEXT = 2000;

/** The root cause: one of the list, and in words. Both are asked for. */
export function CauseDialog({ one, onClose }: { one: SiteCase; onClose: () => void }) {
  const words = useSiteWords();
  const { app } = useWords();
  const decide = useDecideCase(one.id);
  const [draft, setDraft, discard] = useDraft<{ cause: string; text: string }>(`site-case.${one.id}`, { cause: one.cause ?? "", text: one.cause_text });
  const [checked, setChecked] = useState(false);
  const cause = SITE_CAUSES.find((known) => known === draft.cause);
  const text = typed(draft.text);
  const choices = [...(cause ? [] : [{ value: "", label: app.choose }]), ...SITE_CAUSES.map((value) => ({ value, label: words.causes[value] }))];

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (cause && text !== "") decide.mutate({ event: "cause", cause, text }, { onSuccess: done });
  }
  function done() {
    discard();
    onClose();
  }

  return (
    <Modal open onClose={onClose} title={words.causeTitle}>
      <form onSubmit={onSubmit} noValidate>
        <SelectField
          label={words.caseCause}
          hint={words.causeHint}
          error={checked && !cause ? words.causeMissing : null}
          value={draft.cause}
          choices={choices}
          onChange={(next) => setDraft({ ...draft, cause: next })}
          required
        />
        <NoteField
          label={words.causeText}
          hint={words.causeTextHint}
          error={checked && text === "" ? words.causeTextMissing : null}
          value={draft.text}
          onChange={(next) => setDraft({ ...draft, text: next })}
          maxLength={MOST_TEXT}
          rows={4}
          required
        />
        <ProblemNote error={decide.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={decide.isPending}>
            {one.state === "cause_wanted" ? words.causeSave : app.save}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

export function LegitimateDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const words = useSiteWords();
  const { app } = useWords();
  const decide = useDecideCase(id);
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const text = typed(reason);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (text !== "") decide.mutate({ event: "legitimate", text }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={words.legitimateTitle}>
      <form onSubmit={onSubmit} noValidate>
        <NoteField
          label={words.reason}
          hint={words.legitimateHint}
          error={checked && text === "" ? words.legitimateMissing : null}
          value={reason}
          onChange={setReason}
          maxLength={MOST_TEXT}
          autoFocus
          required
        />
        <ProblemNote error={decide.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={decide.isPending}>
            {words.legitimate}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
