import { Archive } from "lucide-react";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { NoteField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import { useOrderQuarantine } from "./use-finding";
import { useFindingWords } from "./words";

/** The button on a finding, and the one question it asks. */
export function QuarantineOrder({ finding }: { finding: number }) {
  const words = useWords();
  const own = useFindingWords();
  const order = useOrderQuarantine(finding);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const missing = typed(reason) === "";

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!missing) order.mutate({ reason: typed(reason) }, { onSuccess: () => setAsking(false) });
  }

  if (order.isSuccess) return <p role="status">{own.quarantine.ordered}</p>;
  return (
    <>
      <Button icon={Archive} onClick={() => setAsking(true)}>
        {own.quarantine.take}
      </Button>
      {asking && (
        <Modal open onClose={() => setAsking(false)} title={own.quarantine.take}>
          <form onSubmit={onSubmit}>
            <p>{own.quarantine.takeEffect}</p>
            <NoteField
              label={own.quarantine.reason}
              error={checked && missing ? own.quarantine.reasonMissing : null}
              value={reason}
              onChange={setReason}
              maxLength={250}
              autoFocus
            />
            <ProblemNote error={order.error} />
            <ModalActions>
              <Button onClick={() => setAsking(false)}>{words.app.cancel}</Button>
              <Button kind="primary" submit busy={order.isPending}>
                {own.quarantine.take}
              </Button>
            </ModalActions>
          </form>
        </Modal>
      )}
    </>
  );
}
