import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { DateField } from "@/components/date-field";
import { NoteField, SelectField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import type { ReportDetail, ReportSent } from "@/lib/api-types";
import { today } from "@/lib/days";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import { useDocumentWords } from "./document-words";
import { firstRecipient } from "./report-model";
import { useRecordSent } from "./use-reports";

const CHANNELS = ["document_axis", "official_email", "paper", "portal", "other"] as const satisfies readonly ReportSent["channel"][];
const MOST_TEXT = 300;

interface SentDialogProps {
  detail: ReportDetail;
  /** It was recorded as sent before; now the receipt came. */
  receipt?: boolean;
  onClose: () => void;
}

/** What was done outside: to whom, when, how, and what came back. */
export function SentDialog({ detail, receipt: forReceipt, onClose }: SentDialogProps) {
  const words = useDocumentWords();
  const { app } = useWords();
  const record = useRecordSent(detail.report.id);
  const [day, setDay] = useState(detail.report.sent_on ?? today());
  const [recipient, setRecipient] = useState(firstRecipient(detail.issuer.recipients));
  const [channel, setChannel] = useState<string>(CHANNELS[0]);
  const [receipt, setReceipt] = useState("");
  const [checked, setChecked] = useState(false);
  const dayWrong = day === "" || day > today() || (detail.report.issued_on !== null && day < detail.report.issued_on);
  const receiptMissing = Boolean(forReceipt) && typed(receipt) === "";

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (dayWrong || typed(recipient) === "" || receiptMissing) return;
    const came = typed(receipt);
    record.mutate({ sent_on: day, recipient: typed(recipient), channel: channel as ReportSent["channel"], ...(came ? { receipt: came } : {}) }, { onSuccess: onClose });
  }
  return (
    <Modal open onClose={onClose} title={forReceipt ? words.receiptTitle : words.sentTitle}>
      <form onSubmit={onSubmit} noValidate>
        <p>{words.sentSub}</p>
        <TextField label={words.recipient} value={recipient} onChange={setRecipient} error={checked && typed(recipient) === "" ? words.recipientMissing : null} maxLength={MOST_TEXT} required />
        <DateField label={words.sentOn} value={day} onChange={setDay} error={checked && dayWrong ? words.sentOnWrong : null} required />
        <SelectField label={words.channel} value={channel} onChange={setChannel} choices={CHANNELS.map((value) => ({ value, label: words.channels[value] }))} required />
        <NoteField
          label={words.receiptText}
          hint={words.receiptHint}
          error={checked && receiptMissing ? words.receiptMissing : null}
          value={receipt}
          onChange={setReceipt}
          maxLength={MOST_TEXT}
          rows={2}
          optional={!forReceipt}
          required={forReceipt}
        />
        <ProblemNote error={record.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={record.isPending}>
            {words.saveSent}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
