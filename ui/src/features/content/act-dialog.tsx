import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { NoteField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import type { ContentAct } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import { useActOnContent } from "./use-content";
import { useContentWords } from "./words";

export type Act = ContentAct["act"];

/** Says what will happen on all machines before it is asked, and why it is done. */
export function ActDialog({ version, act, onClose }: { version: number; act: Act; onClose: () => void }) {
  const words = useContentWords();
  const { app } = useWords();
  const send = useActOnContent();
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const asksWhy = act !== "resume";
  const missing = asksWhy && typed(reason) === "";

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!missing) send.mutate({ version, act, ...(asksWhy ? { reason: typed(reason) } : {}) }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={words.actTitle[act](version)}>
      <form onSubmit={onSubmit}>
        <p>{words.actEffect[act]}</p>
        {asksWhy && (
          <NoteField
            label={words.reason}
            error={checked && missing ? words.reasonMissing : null}
            value={reason}
            onChange={setReason}
            maxLength={1000}
            autoFocus
          />
        )}
        <ProblemNote error={send.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind={act === "take_back" ? "danger" : "primary"} submit busy={send.isPending}>
            {words.act[act]}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
