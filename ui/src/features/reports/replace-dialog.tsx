import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { NoteField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import type { Report } from "@/lib/api-types";
import { useWords } from "@/lib/i18n";

import { useDocumentWords } from "./document-words";
import { useCreateReport } from "./use-reports";

const MOST_REASON = 300;

/** A frozen document with a fault: another one takes its place and says why. */
export function ReplaceDialog({ report, onClose }: { report: Report; onClose: () => void }) {
  const words = useDocumentWords();
  const { app } = useWords();
  const navigate = useNavigate();
  const create = useCreateReport();
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const written = reason.normalize("NFC").trim();

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (written === "") return;
    const of = report.unit ? { unit: report.unit.id } : {};
    create.mutate(
      { kind: report.kind, period: report.period.id, replaces: report.id, reason: written, ...of },
      { onSuccess: ({ report: made }) => void navigate({ to: "/bao-cao/$reportId", params: { reportId: String(made.id) } }) },
    );
  }
  return (
    <Modal open onClose={onClose} title={words.replaceTitle}>
      <form onSubmit={onSubmit} noValidate>
        <p>{words.replaceSub}</p>
        <NoteField label={words.reason} hint={words.reasonHint} error={checked && written === "" ? words.reasonMissing : null} value={reason} onChange={setReason} maxLength={MOST_REASON} rows={3} required />
        <ProblemNote error={create.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={create.isPending}>
            {words.replace}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
