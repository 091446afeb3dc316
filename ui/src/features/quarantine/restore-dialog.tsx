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
import { useQuarantineWords } from "./words";

/** Says what will happen before it is asked: where the file goes, and who must agree. */
export function RestoreDialog({ item, onClose }: { item: QuarantineItem; onClose: () => void }) {
  const words = useWords();
  const own = useQuarantineWords();
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
    <Modal open onClose={onClose} title={own.restoreTitle}>
      <form onSubmit={onSubmit}>
        <p>
          <OutsideText value={item.path} />
        </p>
        <p>{item.two_persons ? own.effectTwo : own.effect}</p>
        <NoteField
          label={own.reason}
          error={checked && missing ? own.reasonMissing : null}
          value={reason}
          onChange={setReason}
          maxLength={250}
          autoFocus
        />
        <DateField
          label={own.until}
          hint={own.untilHint}
          error={checked && until === "" ? own.untilMissing : null}
          value={until}
          onChange={setUntil}
          required
        />
        <ProblemNote error={restore.error} />
        <ModalActions>
          <Button onClick={onClose}>{words.app.cancel}</Button>
          <Button kind="primary" submit busy={restore.isPending}>
            {own.restore}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
