import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";

import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CheckField } from "@/components/choice-field";
import { DateField } from "@/components/date-field";
import { NoteField, SelectField, TextField } from "@/components/field";
import type { DirectiveFault } from "@/lib/api-types";
import { useHubText, useWords } from "@/lib/i18n";
import { lawTermsQuery } from "@/lib/queries";

import { ClauseForm } from "./clause-form";
import { emptyClause, faultAt, keyFrom, type DirectiveDraft, type RelationDraft, type RetargetDraft } from "./directive-draft";
import styles from "./directive-editor.module.css";
import { BothField } from "./both-field";
import { useDirectiveWords } from "./words";

const KINDS = ["directive", "official_letter", "decision", "decree", "circular", "law", "other"] as const;
const RELATIONS = ["implements", "cites", "replaces", "amends", "supplements"] as const;

interface DirectiveFormProps {
  draft: DirectiveDraft;
  faults: DirectiveFault[];
  onChange: (draft: DirectiveDraft) => void;
}

/** The document, its relations and its clauses; each fault stands at its field. */
export function DirectiveForm({ draft, faults, onChange }: DirectiveFormProps) {
  const words = useDirectiveWords();
  return (
    <>
      <Card title={words.part.document}>
        <DocumentFields draft={draft} faults={faults} onChange={onChange} />
      </Card>
      <Card title={words.part.relations}>
        <RelationFields draft={draft} onChange={onChange} />
        <RetargetFields draft={draft} faults={faults} onChange={onChange} />
      </Card>
      <section className={styles.part} aria-labelledby="clauses">
        <h2 id="clauses">{words.part.clauses}</h2>
        {draft.clauses.map((clause, index) => (
          <ClauseForm
            key={index}
            clause={clause}
            path={`clauses[${index}]`}
            faults={faults}
            startOpen={draft.clauses.length === 1}
            onChange={(next) => onChange({ ...draft, clauses: draft.clauses.map((old, place) => (place === index ? next : old)) })}
            onRemove={() => onChange({ ...draft, clauses: draft.clauses.filter((_, place) => place !== index) })}
          />
        ))}
        <div>
          <Button icon={Plus} onClick={() => onChange({ ...draft, clauses: [...draft.clauses, emptyClause()] })}>
            {words.f.addClause}
          </Button>
        </div>
      </section>
    </>
  );
}

function DocumentFields({ draft, faults, onChange }: DirectiveFormProps) {
  const { f } = useDirectiveWords();
  const hubText = useHubText();
  const set = (part: Partial<DirectiveDraft>) => {
    const next = { ...draft, ...part };
    // The key follows the document until a person writes another.
    const followed = draft.key === "" || draft.key === keyFrom(draft.issuer.vi, draft.number);
    onChange(followed && part.key === undefined ? { ...next, key: keyFrom(next.issuer.vi, next.number) } : next);
  };
  const fault = (path: string) => {
    const found = faultAt(faults, path);
    return found ? hubText(found.message) : null;
  };
  return (
    <div className={styles.grid}>
      <div className={`${styles.part} ${styles.wide}`}>
        {!draft.issuerUnknown && (
          <BothField label={f.issuer} value={draft.issuer} onChange={(issuer) => set({ issuer })} error={fault("issuer")} />
        )}
        <CheckField label={`${f.issuer}: ${f.unknown.toLowerCase()}`} checked={draft.issuerUnknown} onChange={(issuerUnknown) => set({ issuerUnknown })} />
      </div>
      <div className={styles.part}>
        {!draft.numberUnknown && (
          <TextField label={f.relationNumber} value={draft.number} onChange={(number) => set({ number })} error={fault("number")} maxLength={100} />
        )}
        <CheckField label={`${f.relationNumber}: ${f.unknown.toLowerCase()}`} checked={draft.numberUnknown} onChange={(numberUnknown) => set({ numberUnknown })} />
      </div>
      <div className={styles.part}>
        {!draft.dateUnknown && <DateField label={f.date} value={draft.date} onChange={(date) => set({ date })} error={fault("date")} />}
        <CheckField label={`${f.date}: ${f.unknown.toLowerCase()}`} checked={draft.dateUnknown} onChange={(dateUnknown) => set({ dateUnknown })} />
      </div>
      <div className={styles.wide}>
        <BothField label={f.title} value={draft.title} onChange={(title) => set({ title })} error={fault("title")} />
      </div>
      <SelectField
        label={f.kind}
        value={draft.kind}
        choices={KINDS.map((value) => ({ value, label: f.kinds[value] }))}
        onChange={(kind) => set({ kind })}
        error={fault("kind")}
      />
      <TextField label={f.language} value={draft.language} onChange={(language) => set({ language })} error={fault("language")} maxLength={8} />
      <DateField label={f.validFrom} value={draft.validFrom} onChange={(validFrom) => set({ validFrom })} error={fault("valid_from")} />
      <DateField label={f.validTo} value={draft.validTo} onChange={(validTo) => set({ validTo })} error={fault("valid_to")} optional />
      <TextField label={f.key} hint={f.keyHint} value={draft.key} onChange={(key) => set({ key })} error={fault("key")} maxLength={60} />
      <NoteField label={f.note} value={draft.note.vi} onChange={(vi) => set({ note: { ...draft.note, vi } })} error={fault("note")} optional rows={2} />
    </div>
  );
}

function RetargetFields({ draft, faults, onChange }: DirectiveFormProps) {
  const { f, ...words } = useDirectiveWords();
  const { app } = useWords();
  const hubText = useHubText();
  const roles = useQuery(lawTermsQuery).data?.roles ?? [];
  const choices = [{ value: "", label: app.choose }, ...roles.map(({ id, title }) => ({ value: id, label: hubText(title) }))];
  const set = (index: number, part: Partial<RetargetDraft>) =>
    onChange({ ...draft, retargets: draft.retargets.map((old, place) => (place === index ? { ...old, ...part } : old)) });
  const fault = (index: number, field: string) => {
    const found = faultAt(faults, `retargets[${index}].${field}`);
    return found ? hubText(found.message) : null;
  };
  return (
    <div className={`${styles.part} ${styles.second}`}>
      <h3>{f.retargets}</h3>
      <p className={styles.hint}>{f.retargetsHint}</p>
      {draft.retargets.map((one, index) => (
        <div key={index} className={styles.retarget}>
          <SelectField label={f.retargetFrom} value={one.from} choices={choices} onChange={(from) => set(index, { from })} error={fault(index, "from")} />
          <SelectField label={f.retargetTo} value={one.to} choices={choices} onChange={(to) => set(index, { to })} error={fault(index, "to")} />
          <DateField label={f.retargetOn} value={one.on} onChange={(on) => set(index, { on })} error={fault(index, "on")} />
          <Button
            icon={Trash2}
            kind="ghost"
            onClick={() => onChange({ ...draft, retargets: draft.retargets.filter((_, place) => place !== index) })}
          >
            {app.remove}
            <span className="visually-hidden"> {words.relation.retargets}</span>
          </Button>
        </div>
      ))}
      <div>
        <Button icon={Plus} onClick={() => onChange({ ...draft, retargets: [...draft.retargets, { from: "", to: "", on: "" }] })}>
          {f.addRetarget}
        </Button>
      </div>
    </div>
  );
}

function RelationFields({ draft, onChange }: Omit<DirectiveFormProps, "faults">) {
  const words = useDirectiveWords();
  const { f } = words;
  const set = (index: number, part: Partial<RelationDraft>) =>
    onChange({ ...draft, relations: draft.relations.map((old, place) => (place === index ? { ...old, ...part } : old)) });
  return (
    <div className={styles.part}>
      {draft.relations.map((relation, index) => (
        <div key={index} className={styles.relation}>
          <SelectField
            label={f.relationKind}
            value={relation.kind}
            choices={RELATIONS.map((value) => ({ value, label: words.relation[value] }))}
            onChange={(kind) => set(index, { kind })}
          />
          <TextField label={f.relationNumber} value={relation.number} onChange={(number) => set(index, { number })} maxLength={100} />
          <TextField label={f.relationIssuer} value={relation.issuer} onChange={(issuer) => set(index, { issuer })} maxLength={200} optional />
          <DateField label={f.relationDate} value={relation.date} onChange={(date) => set(index, { date })} optional />
          <Button
            icon={Trash2}
            kind="ghost"
            onClick={() => onChange({ ...draft, relations: draft.relations.filter((_, place) => place !== index) })}
          >
            {f.removeRelation}
          </Button>
        </div>
      ))}
      <div>
        <Button
          icon={Plus}
          onClick={() => onChange({ ...draft, relations: [...draft.relations, { kind: "implements", number: "", issuer: "", date: "" }] })}
        >
          {f.addRelation}
        </Button>
      </div>
    </div>
  );
}
