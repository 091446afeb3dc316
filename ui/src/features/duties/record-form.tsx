import { useEffect, useRef, useState, type FormEvent } from "react";

import { Button } from "@/components/button";
import { DateField } from "@/components/date-field";
import { EvidenceField, EvidenceProblem } from "@/components/evidence-field";
import { NoteField } from "@/components/field";
import { useEvidenceDraft } from "@/components/use-evidence-draft";
import type { DutyInstance, UnitRef } from "@/lib/api-types";
import { today } from "@/lib/days";
import { useDraft } from "@/lib/draft";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import styles from "./record-form.module.css";
import { useRecordDuty } from "./use-duties";
import { useDutyWords } from "./words";

interface RecordFormProps {
  draftName: string;
  instance: DutyInstance;
  unit: UnitRef;
  notApplicable: boolean;
  onClose: () => void;
}

/** Who did what, when, and the file that proves it; the question about state secrets comes before any file. */
export function RecordForm({ draftName, instance, unit, notApplicable, onClose }: RecordFormProps) {
  const words = useDutyWords();
  const { app } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  const record = useRecordDuty();
  const evidence = useEvidenceDraft();
  const [written, write, forget] = useDraft(draftName, { statement: "", doneOn: today() });
  const [checked, setChecked] = useState(false);
  const statement = typed(written.statement);
  const future = written.doneOn > today();
  const unproved = statement === "" && (notApplicable || evidence.files.length === 0);

  useEffect(() => heading.current?.focus(), []);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (unproved || future || evidence.refused) return;
    record.mutate(
      {
        unit: unit.id,
        duty: instance.duty,
        period_from: instance.period_from,
        done_on: written.doneOn,
        statement,
        not_applicable: notApplicable,
        upload: () => evidence.upload(unit.id),
      },
      {
        onSuccess: () => {
          forget();
          onClose();
        },
      },
    );
  }

  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <h4 ref={heading} tabIndex={-1}>
        {notApplicable ? words.notApplicableTitle : words.recordTitle}
      </h4>
      <EvidenceField draft={evidence} />
      {!notApplicable && (
        <DateField
          label={words.doneOn}
          value={written.doneOn}
          onChange={(doneOn) => write({ ...written, doneOn })}
          error={future ? words.future : null}
          required
        />
      )}
      <NoteField
        label={notApplicable ? words.reason : words.statement}
        hint={words.statementHint}
        error={checked && unproved ? (notApplicable ? words.reasonMissing : words.proofMissing) : null}
        value={written.statement}
        onChange={(next) => write({ ...written, statement: next })}
        maxLength={4000}
      />
      {instance.approval === "second_person" && <p className={styles.note}>{words.secondPerson}</p>}
      <EvidenceProblem error={record.error} />
      <div className={styles.acts}>
        <Button kind="primary" submit busy={record.isPending} disabled={evidence.refused}>
          {record.isPending ? words.sending : words.submit}
        </Button>
        <Button onClick={onClose}>{app.cancel}</Button>
      </div>
    </form>
  );
}
