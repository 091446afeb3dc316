import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";

import { Button } from "@/components/button";
import { CheckField } from "@/components/choice-field";
import { DateField } from "@/components/date-field";
import { EvidenceField, EvidenceProblem } from "@/components/evidence-field";
import { EvidenceList } from "@/components/evidence-list";
import { NoteField, SelectField, TextField } from "@/components/field";
import page from "@/components/page.module.css";
import { Section } from "@/components/section";
import { useEvidenceDraft } from "@/components/use-evidence-draft";
import type { Register, RegisterRecord } from "@/lib/api-types";
import { useDraft } from "@/lib/draft";
import { typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";
import { HubProblem } from "@/lib/problem";
import { unitsQuery, useSession } from "@/lib/queries";
import { unitChoices } from "@/lib/unit-tree";

import styles from "./record-panel.module.css";
import { faultsOf, fieldsOf, readSchema, valuesOf, type FormValues, type SchemaField } from "./register-schema";
import { useSaveRecord } from "./use-registers";
import { useRegisterWords } from "./words";

interface RecordFormProps {
  register: Register;
  /** The record whose next version this is. */
  record?: RegisterRecord;
  unit?: number;
  onDone: (id: number) => void;
  onCancel: () => void;
}

/** The form is drawn from the register's schema; what was typed survives a lost session. */
export function RecordForm({ register, record, unit, onDone, onCancel }: RecordFormProps) {
  const words = useRegisterWords();
  const { app } = useWords();
  const me = useSession();
  const units = useQuery(unitsQuery).data?.items ?? [];
  const fields = readSchema(register.schema);
  const save = useSaveRecord(record?.id);
  const evidence = useEvidenceDraft();
  const [chosen, setOwner] = useState(String(record?.unit.id ?? unit ?? ""));
  // Who answers for one agency only need not choose it.
  const owner = chosen || (units.length === 1 ? String(units[0]!.id) : "");
  const [note, setNote] = useState("");
  const [values, setValues, forget] = useDraft<FormValues>(
    `${me.user.id}.register.${register.name}.${record?.id ?? "new"}`,
    record ? valuesOf(fields, record.fields) : {},
  );
  const [checked, setChecked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const faults = faultsOf(fields, values, words, format.number);
  const refusedField = save.error instanceof HubProblem ? save.error.problem.field : undefined;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (Object.keys(faults).length > 0 || owner === "" || evidence.refused) {
      // Once the faults are drawn: the first one may be far above the button.
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    save.mutate(
      {
        register: register.name,
        unit: Number(owner),
        fields: fieldsOf(fields, values),
        note: typed(note),
        kept: record?.evidence.map(({ id }) => id) ?? [],
        upload: () => evidence.upload(Number(owner)),
      },
      {
        onSuccess: ({ id }) => {
          forget();
          onDone(id);
        },
      },
    );
  }

  return (
    <form ref={form} className={styles.form} onSubmit={onSubmit}>
      {!record && (
        <SelectField
          label={words.unit}
          value={owner}
          choices={[{ value: "", label: app.choose }, ...unitChoices(units)]}
          onChange={setOwner}
          required
        />
      )}
      {fields.map((field) => (
        <SchemaInput
          key={field.name}
          field={field}
          value={values[field.name]}
          fault={checked ? (faults[field.name] ?? (namesField(refusedField, field.name) ? "" : undefined)) : undefined}
          onChange={(value) => setValues({ ...values, [field.name]: value })}
        />
      ))}
      {record && <NoteField label={words.changeNote} value={note} onChange={setNote} maxLength={2000} optional rows={2} />}
      {record && record.evidence.length > 0 && (
        <Section title={words.kept}>
          <EvidenceList evidence={record.evidence} />
        </Section>
      )}
      <EvidenceField draft={evidence} />
      {register.approval === "second_person" && <p className={styles.soft}>{words.secondPerson}</p>}
      <EvidenceProblem error={save.error} />
      {checked && Object.keys(faults).length > 0 && (
        <p className={styles.faulty} role="status">
          {words.toFill(Object.keys(faults).length)}
        </p>
      )}
      <div className={page.actions}>
        <Button kind="primary" submit busy={save.isPending} disabled={evidence.refused}>
          {app.save}
        </Button>
        <Button onClick={onCancel}>{app.cancel}</Button>
      </div>
    </form>
  );
}

/** The hub names fields.people or people. */
function namesField(field: string | undefined, name: string): boolean {
  return field === name || field?.endsWith(`.${name}`) === true;
}

interface SchemaInputProps {
  field: SchemaField;
  value: string | boolean | undefined;
  /** Empty text: the hub points here, its words stand below the form. */
  fault: string | undefined;
  onChange: (value: string | boolean) => void;
}

function SchemaInput({ field, value, fault, onChange }: SchemaInputProps) {
  const { app } = useWords();
  const hubText = useHubText();
  const units = useQuery({ ...unitsQuery, enabled: field.kind === "unit" }).data?.items ?? [];
  const label = hubText(field.title);
  const text = typeof value === "string" ? value : "";
  const shared = {
    label,
    value: text,
    onChange,
    error: fault || null,
    optional: !field.required,
    ...(field.hint ? { hint: hubText(field.hint) } : {}),
  };
  switch (field.kind) {
    case "boolean":
      return <CheckField label={label} hint={field.hint && hubText(field.hint)} checked={value === true} onChange={onChange} />;
    case "date":
      return <DateField {...shared} />;
    case "note":
      return <NoteField {...shared} maxLength={field.maxLength} />;
    case "enum":
      return (
        <SelectField
          {...shared}
          choices={[
            { value: "", label: app.choose },
            ...field.choices.map((choice) => ({ value: choice.value, label: hubText(choice.title) })),
          ]}
        />
      );
    case "unit":
      return <SelectField {...shared} choices={[{ value: "", label: app.choose }, ...unitChoices(units)]} />;
    case "email":
      return <TextField {...shared} type="email" maxLength={field.maxLength} />;
    case "phone":
      return <TextField {...shared} type="tel" maxLength={field.maxLength} />;
    default:
      return <TextField {...shared} maxLength={field.maxLength} />;
  }
}
