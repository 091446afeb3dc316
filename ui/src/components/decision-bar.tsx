import { CircleCheck, CornerUpLeft } from "lucide-react";
import { useState, type FormEvent } from "react";

import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import { ProblemNote } from "./async-view";
import { Button } from "./button";
import styles from "./decision-bar.module.css";
import { useDecisionWords } from "./decision-words";
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
  const words = useDecisionWords();
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
  const own = useDecisionWords();
  const [note, setNote] = useState("");
  const [checked, setChecked] = useState(false);
  const missing = typed(note) === "";

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!missing) onDecide({ approve: false, note: typed(note) }, onClose);
  }

  return (
    <Modal open onClose={onClose} title={own.sendBackTitle}>
      <form onSubmit={onSubmit}>
        <NoteField
          label={own.reason}
          hint={own.reasonHint}
          error={checked && missing ? own.reasonMissing : null}
          value={note}
          onChange={setNote}
          maxLength={2000}
          autoFocus
        />
        <ProblemNote error={error} />
        <ModalActions>
          <Button onClick={onClose}>{words.app.cancel}</Button>
          <Button kind="primary" submit busy={busy}>
            {own.sendBack}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
