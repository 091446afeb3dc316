import { TriangleAlert } from "lucide-react";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { DateField } from "@/components/date-field";
import { TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import page from "@/components/page.module.css";
import type { ReportDetail } from "@/lib/api-types";
import { today } from "@/lib/days";
import { useWords } from "@/lib/i18n";

import { useDocumentWords } from "./document-words";
import { useFreezeReport } from "./use-reports";

const MOST_NUMBER = 99_999;

/** The number and the day; and said plainly, that from then on nothing changes. */
export function FreezeDialog({ detail, onClose }: { detail: ReportDetail; onClose: () => void }) {
  const words = useDocumentWords();
  const { app } = useWords();
  const freeze = useFreezeReport(detail.report.id);
  const [number, setNumber] = useState("");
  const [day, setDay] = useState(today());
  const [checked, setChecked] = useState(false);
  const value = /^\d{1,5}$/.test(number.trim()) ? Number(number) : 0;
  const wrong = value < 1 || value > MOST_NUMBER;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!wrong && day !== "") freeze.mutate({ number: value, issued_on: day }, { onSuccess: onClose });
  }
  return (
    <Modal open onClose={onClose} title={words.freezeTitle}>
      <form onSubmit={onSubmit} noValidate>
        <div className={page.warning}>
          <TriangleAlert size={18} aria-hidden />
          <div>
            <b>{words.freezeEffect}</b>
            <p>{words.freezeProves}</p>
          </div>
        </div>
        <TextField
          label={words.number}
          hint={detail.issuer.symbol ? words.numberHint(detail.issuer.symbol) : undefined}
          error={checked && wrong ? words.numberWrong : null}
          value={number}
          onChange={setNumber}
          maxLength={5}
          required
        />
        <DateField label={words.issuedOn} value={day} onChange={setDay} error={checked && day === "" ? words.issuedMissing : null} required />
        <ProblemNote error={freeze.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={freeze.isPending}>
            {words.freeze}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
