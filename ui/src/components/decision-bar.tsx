import { CircleCheck, CornerUpLeft } from "lucide-react";
import { useState, type FormEvent } from "react";

import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import { ProblemNote } from "./async-view";
import { Button } from "./button";
import styles from "./decision-bar.module.css";
import { NoteField } from "./field";
import { Modal, ModalActions } from "./modal";

export interface Decision {
  approve: boolean;
  note?: string;
}

interface DecisionBarProps {
  busy: boolean;
  error: unknown;
  onDecide: (decision: Decision, done?: () => void) => void;
}

/** The second person's two acts: approve, or send back and say what is missing. */
export function DecisionBar({ busy, error, onDecide }: DecisionBarProps) {
  const words = useWords().decision;
  const [asking, setAsking] = useState(false);
  return (
    <div className={styles.bar}>
      <Button kind="primary" icon={CircleCheck} busy={busy} onClick={() => onDecide({ approve: true })}>
        {words.approve}
      </Button>
      <Button icon={CornerUpLeft} onClick={() => setAsking(true)}>
        {words.sendBack}
      </Button>
      <ProblemNote error={asking ? null : error} />
      {asking && <SendBackDialog busy={busy} error={error} onDecide={onDecide} onClose={() => setAsking(false)} />}
    </div>
  );
}

function SendBackDialog({ busy, error, onDecide, onClose }: DecisionBarProps & { onClose: () => void }) {
  const words = useWords();
  const [note, setNote] = useState("");
  const [checked, setChecked] = useState(false);
  const missing = typed(note) === "";

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!missing) onDecide({ approve: false, note: typed(note) }, onClose);
  }

  return (
    <Modal open onClose={onClose} title={words.decision.sendBackTitle}>
      <form onSubmit={onSubmit}>
        <NoteField
          label={words.decision.reason}
          hint={words.decision.reasonHint}
          error={checked && missing ? words.decision.reasonMissing : null}
          value={note}
          onChange={setNote}
          maxLength={2000}
          autoFocus
        />
        <ProblemNote error={error} />
        <ModalActions>
          <Button onClick={onClose}>{words.app.cancel}</Button>
          <Button kind="primary" submit busy={busy}>
            {words.decision.sendBack}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
