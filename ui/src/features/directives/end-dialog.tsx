import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { DateField } from "@/components/date-field";
import { TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { today } from "@/lib/days";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import { useEndDirective } from "./use-directives";
import { useDirectiveWords } from "./words";

export function EndDirectiveDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const words = useDirectiveWords();
  const { app } = useWords();
  const end = useEndDirective(id);
  const [day, setDay] = useState(today());
  const [decision, setDecision] = useState("");

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    end.mutate({ valid_to: day, decision: typed(decision) }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={words.endTitle}>
      <form onSubmit={onSubmit}>
        <p>{words.endEffect}</p>
        <DateField label={words.endOn} value={day} onChange={setDay} required />
        <TextField label={words.endDecision} value={decision} onChange={setDecision} maxLength={200} required />
        <ProblemNote error={end.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="danger" submit busy={end.isPending}>
            {words.end}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
