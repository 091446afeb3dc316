import { useState, type FormEvent, type ReactNode } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CheckField, RadioField } from "@/components/choice-field";
import { DateField } from "@/components/date-field";
import { NoteField, SelectField, TextField } from "@/components/field";
import { Section } from "@/components/section";
import { SEVERITIES, type LetterDetail } from "@/lib/api-types";
import { isDay } from "@/lib/days";
import { useDraft } from "@/lib/draft";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { plain } from "@/lib/outside-text";

import styles from "./advisories.module.css";
import { CVE, PURL, confirmationOf, draftOf, faultsOf, isAmbiguous, readingsOf, type Fault, type Found, type LetterDraft, type Single } from "./letter-model";
import { fieldId, goTo, markId } from "./letter-text";
import { useConfirmLetter } from "./use-advisories";
import { useAdvisoryWords } from "./words";

const MOST: Partial<Record<Single, number>> = { number: 100, sender: 200, title: 300 };

interface PartProps {
  found: Found[];
  draft: LetterDraft;
  onDraft: (draft: LetterDraft) => void;
  faults: Fault[];
}

/** What was read, field by field; nothing is followed until a person has confirmed it. */
export function LetterForm({ detail }: { detail: LetterDetail }) {
  const words = useAdvisoryWords();
  const { letter, found } = detail;
  const confirm = useConfirmLetter(letter.id);
  const [draft, setDraft, discard] = useDraft<LetterDraft>(`letter.${letter.id}`, draftOf(found));
  const [checked, setChecked] = useState(false);
  const faults = checked ? faultsOf(draft) : [];
  const parts = { found, draft, onDraft: setDraft, faults };

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (faultsOf(draft).length === 0) confirm.mutate(confirmationOf(draft), { onSuccess: discard });
  }
  return (
    <Card title={words.letter}>
      <form className={styles.stack} onSubmit={onSubmit} noValidate>
        {(["number", "issued_on", "sender", "title", "due_on"] as const).map((field) => (
          <SingleField key={field} field={field} {...parts} />
        ))}
        <SeverityField {...parts} />
        <Cves {...parts} />
        <Products {...parts} />
        {faults.includes("nothing") && (
          <p className={styles.wrong} role="alert">
            {words.faults.nothing}
          </p>
        )}
        <ProblemNote error={confirm.error} />
        <div>
          <Button kind="primary" submit busy={confirm.isPending}>
            {words.confirm}
          </Button>
        </div>
      </form>
    </Card>
  );
}

const isDate = (field: Single) => field === "issued_on" || field === "due_on";

/** One field: how sure the reading is, the choices where several are as good, and the place in the text. */
function SingleField({ field, found, draft, onDraft, faults }: PartProps & { field: Single }) {
  const words = useAdvisoryWords();
  const readings = readingsOf(found, field);
  const value = draft.values[field];
  const change = (next: string) => onDraft({ ...draft, values: { ...draft.values, [field]: next } });
  const error = faults.find((fault) => fault === field);
  const hint = useHint(field, readings);
  const shared = { label: words.fields[field], value, onChange: change, error: error ? words.faults[error] : null, hint, required: field !== "due_on" };
  return (
    <Place found={found} readings={readings}>
      {isAmbiguous(readings) && <Choices field={field} readings={readings} value={value} onChoose={change} />}
      {isDate(field) ? (
        <DateField {...shared} optional={field === "due_on"} />
      ) : field === "title" ? (
        <NoteField {...shared} maxLength={MOST[field]} rows={2} />
      ) : (
        <TextField {...shared} maxLength={MOST[field]} />
      )}
    </Place>
  );
}

function useHint(field: Single, readings: Found[]): string | undefined {
  const words = useAdvisoryWords();
  if (readings.length === 0) return field === "due_on" ? words.dueHint : words.notFound;
  if (isAmbiguous(readings)) return undefined;
  return readings[0]?.confidence === "certain" ? words.certain : words.likely;
}

function Choices({ field, readings, value, onChoose }: { field: Single; readings: Found[]; value: string; onChoose: (value: string) => void }) {
  const words = useAdvisoryWords();
  const shown = (text: string) => (isDate(field) && isDay(text) ? format.date(text) : plain(text));
  return (
    <RadioField
      label={`${words.fields[field]}: ${words.choose}`}
      value={value}
      onChange={onChoose}
      choices={readings.map((one) => ({ value: one.value, label: shown(one.value) }))}
      inline={isDate(field)}
    />
  );
}

/** The field of a reading: a mark in the text leads here, and from here back to it. */
function Place({ found, readings, children }: { found: Found[]; readings: Found[]; children: ReactNode }) {
  const words = useAdvisoryWords();
  const indexes = readings.map((one) => found.indexOf(one));
  return (
    <div className={styles.place}>
      {indexes.map((index) => (
        <span key={index} id={fieldId(index)} tabIndex={-1} />
      ))}
      {children}
      {indexes.length > 0 && (
        <button type="button" className={styles.see} onClick={() => goTo(markId(indexes[0]!))}>
          {words.seeInText}
        </button>
      )}
    </div>
  );
}

function SeverityField({ found, draft, onDraft }: PartProps) {
  const words = useAdvisoryWords();
  const { severity } = useWords();
  const readings = readingsOf(found, "severity");
  return (
    <Place found={found} readings={readings}>
      <SelectField
        label={words.fields.severity}
        value={draft.values.severity}
        onChange={(next) => onDraft({ ...draft, values: { ...draft.values, severity: next } })}
        choices={[{ value: "", label: words.severityFrom }, ...SEVERITIES.map((value) => ({ value, label: severity[value] }))]}
        hint={readings.length > 0 ? words.likely : undefined}
        optional
      />
    </Place>
  );
}

function Cves({ found, draft, onDraft }: PartProps) {
  const words = useAdvisoryWords();
  const { app } = useWords();
  const [typedName, setTypedName] = useState("");
  const name = typedName.trim().toUpperCase();
  const wrong = name !== "" && !CVE.test(name);
  function add() {
    if (name === "" || wrong) return;
    if (!draft.cves.some((cve) => cve.name === name)) onDraft({ ...draft, cves: [...draft.cves, { name, chosen: true }] });
    setTypedName("");
  }
  return (
    <Section title={words.cves}>
      {draft.cves.length === 0 && <p className={styles.soft}>{words.cvesNone}</p>}
      <div className={styles.cves}>
        {draft.cves.map((cve, index) => {
          const place = found.findIndex((one) => one.field === "cve" && one.value === cve.name);
          return (
            <div key={cve.name} id={place >= 0 ? fieldId(place) : undefined} tabIndex={-1}>
              <CheckField
                label={cve.name}
                checked={cve.chosen}
                onChange={(chosen) => onDraft({ ...draft, cves: draft.cves.map((one, at) => (at === index ? { ...one, chosen } : one)) })}
              />
            </div>
          );
        })}
      </div>
      <div className={styles.add}>
        <TextField label={words.cveAdd} value={typedName} onChange={setTypedName} maxLength={24} error={wrong ? words.cveWrong : null} />
        <Button onClick={add} disabled={name === "" || wrong}>
          {app.add}
        </Button>
      </div>
    </Section>
  );
}

function Products({ found, draft, onDraft, faults }: PartProps) {
  const words = useAdvisoryWords();
  return (
    <Section title={words.products}>
      <p className={styles.soft}>{draft.products.length === 0 ? words.productsNone : words.productsSub}</p>
      {draft.products.map((product, index) => (
        <ProductItem
          key={product.found}
          one={found[product.found]}
          product={product}
          wrong={faults.includes("package") && product.chosen && !PURL.test(product.purl.trim())}
          onChange={(next) => onDraft({ ...draft, products: draft.products.map((old, at) => (at === index ? next : old)) })}
        />
      ))}
    </Section>
  );
}

interface ProductItemProps {
  one: Found | undefined;
  product: LetterDraft["products"][number];
  wrong: boolean;
  onChange: (product: LetterDraft["products"][number]) => void;
}

function ProductItem({ one, product, wrong, onChange }: ProductItemProps) {
  const words = useAdvisoryWords();
  const name = [one?.value, one?.fixed ? words.fixedFrom(one.fixed) : ""].filter(Boolean).join(", ");
  return (
    <div className={styles.product} id={fieldId(product.found)} tabIndex={-1}>
      <CheckField
        label={plain(name)}
        hint={one?.package === null ? words.productUnknown : undefined}
        checked={product.chosen}
        onChange={(chosen) => onChange({ ...product, chosen })}
      />
      {product.chosen && (
        <TextField
          label={words.productPackage}
          hint={words.productPackageHint}
          error={wrong ? words.faults.package : null}
          value={product.purl}
          onChange={(purl) => onChange({ ...product, purl })}
          maxLength={300}
        />
      )}
      <button type="button" className={styles.see} onClick={() => goTo(markId(product.found))}>
        {words.seeInText}
        <span className="visually-hidden">: {name}</span>
      </button>
    </div>
  );
}
