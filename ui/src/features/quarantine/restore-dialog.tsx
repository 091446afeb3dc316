import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { DateField } from "@/components/date-field";
import { NoteField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { OutsideText } from "@/components/outside-text";
import type { QuarantineItem } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import { useRestore } from "./use-quarantine";

/** Says what will happen before it is asked: where the file goes, and who must agree. */
export function RestoreDialog({ item, onClose }: { item: QuarantineItem; onClose: () => void }) {
  const words = useWords();
  const restore = useRestore(item.id);
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [checked, setChecked] = useState(false);
  const missing = typed(reason) === "";

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!missing && until !== "") restore.mutate({ reason: typed(reason), allow_until: until }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={words.quarantine.restoreTitle}>
      <form onSubmit={onSubmit}>
        <p>
          <OutsideText value={item.path} />
        </p>
        <p>{item.two_persons ? words.quarantine.effectTwo : words.quarantine.effect}</p>
        <NoteField
          label={words.quarantine.reason}
          error={checked && missing ? words.quarantine.reasonMissing : null}
          value={reason}
          onChange={setReason}
          maxLength={250}
          autoFocus
        />
        <DateField
          label={words.quarantine.until}
          hint={words.quarantine.untilHint}
          error={checked && until === "" ? words.quarantine.untilMissing : null}
          value={until}
          onChange={setUntil}
          required
        />
        <ProblemNote error={restore.error} />
        <ModalActions>
          <Button onClick={onClose}>{words.app.cancel}</Button>
          <Button kind="primary" submit busy={restore.isPending}>
            {words.quarantine.restore}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
