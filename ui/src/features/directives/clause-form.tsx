import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";

import { Button } from "@/components/button";
import { CheckField } from "@/components/choice-field";
import { NoteField, SelectField, TextField } from "@/components/field";
import type { DirectiveFault } from "@/lib/api-types";
import { useHubText, useWords } from "@/lib/i18n";
import { lawTermsQuery } from "@/lib/queries";

import { BothField } from "./both-field";
import { emptyDuty, faultAt, type ClauseDraft } from "./directive-draft";
import styles from "./directive-editor.module.css";
import { DutyForm } from "./duty-form";
import { useDirectiveWords } from "./words";

const STRENGTHS = ["must", "should", "encouraged"] as const;
const KINDS = ["does", "measures", "records"] as const;

interface ClauseFormProps {
  clause: ClauseDraft;
  /** Where it lies in the text, for the faults: clauses[0]. */
  path: string;
  faults: DirectiveFault[];
  startOpen: boolean;
  onChange: (clause: ClauseDraft) => void;
  onRemove: () => void;
}

export function ClauseForm({ clause, path, faults, startOpen, onChange, onRemove }: ClauseFormProps) {
  const words = useDirectiveWords();
  const { f } = words;
  const hubText = useHubText();
  const set = (part: Partial<ClauseDraft>) => onChange({ ...clause, ...part });
  const fault = (field: string) => {
    const found = faultAt(faults, `${path}.${field}`);
    return found ? hubText(found.message) : null;
  };
  const count = faults.filter(({ field }) => field.startsWith(`${path}.`) || field === path).length;
  const setDuty = (index: number) => (next: ClauseDraft["duties"][number]) =>
    set({ duties: clause.duties.map((old, place) => (place === index ? next : old)) });

  return (
    <details className={styles.item} open={startOpen || count > 0}>
      <summary>
        {clause.title.vi || f.newClause} <small>{clause.id}</small>
        {count > 0 && <span className={styles.bad}>{words.faults(count)}</span>}
      </summary>
      <div className={styles.body}>
        <div className={styles.grid}>
          <TextField label={f.clauseId} value={clause.id} onChange={(id) => set({ id })} error={fault("id")} maxLength={40} />
          <TextField label={f.place} hint={f.placeHint} value={clause.place} onChange={(place) => set({ place })} error={fault("place")} maxLength={60} />
        </div>
        <BothField label={f.clauseTitle} value={clause.title} onChange={(title) => set({ title })} error={fault("title")} />
        <NoteField label={f.quote} hint={f.quoteHint} value={clause.quote} onChange={(quote) => set({ quote })} error={fault("quote")} rows={4} />
        <Addressees clause={clause} fault={fault("addressees")} onChange={(addressees) => set({ addressees })} />
        <div className={styles.grid}>
          <TextField label={f.verbWords} value={clause.verb} onChange={(verb) => set({ verb })} error={fault("verb")} maxLength={100} />
          <SelectField
            label={f.strength}
            value={clause.strength}
            choices={STRENGTHS.map((value) => ({ value, label: f.strengths[value] }))}
            onChange={(next) => set({ strength: next as ClauseDraft["strength"] })}
          />
        </div>
        <Kinds clause={clause} fault={fault("kinds")} onChange={(kinds) => set({ kinds })} />
        <Systems clause={clause} fault={fault("systems")} onChange={(systems) => set({ systems })} />
        <CheckField label={f.scopeNote} checked={clause.scopeNote} onChange={(scopeNote) => set({ scopeNote })} />
        {!clause.scopeNote &&
          clause.duties.map((duty, index) => (
            <DutyForm
              key={index}
              duty={duty}
              path={`${path}.duties[${index}]`}
              faults={faults}
              startOpen={clause.duties.length === 1}
              onChange={setDuty(index)}
              onRemove={() => set({ duties: clause.duties.filter((_, place) => place !== index) })}
            />
          ))}
        <div className={styles.grid}>
          {!clause.scopeNote && (
            <div>
              <Button icon={Plus} size="small" onClick={() => set({ duties: [...clause.duties, emptyDuty(clause.id, clause.duties.length)] })}>
                {f.addDuty}
              </Button>
            </div>
          )}
          <div>
            <Button icon={Trash2} size="small" kind="ghost" onClick={onRemove}>
              {f.removeClause}
            </Button>
          </div>
        </div>
      </div>
    </details>
  );
}

function Addressees({ clause, fault, onChange }: { clause: ClauseDraft; fault: string | null; onChange: (ids: string[]) => void }) {
  const { f } = useDirectiveWords();
  const hubText = useHubText();
  const roles = useQuery(lawTermsQuery).data?.roles ?? [];
  return (
    <CheckGroup
      label={f.addressees}
      fault={fault}
      choices={roles.map(({ id, title }) => ({ id, label: hubText(title) }))}
      chosen={clause.addressees}
      onChange={onChange}
    />
  );
}

function Kinds({ clause, fault, onChange }: { clause: ClauseDraft; fault: string | null; onChange: (kinds: string[]) => void }) {
  const { f } = useDirectiveWords();
  const { share } = useWords();
  return (
    <CheckGroup
      label={f.kindsOf}
      fault={fault}
      choices={KINDS.map((id) => ({ id, label: share.kinds[id] }))}
      chosen={clause.kinds}
      onChange={onChange}
    />
  );
}

/** The 28 systems the directives speak of: many, so they stand folded. */
function Systems({ clause, fault, onChange }: { clause: ClauseDraft; fault: string | null; onChange: (systems: number[]) => void }) {
  const { f } = useDirectiveWords();
  const hubText = useHubText();
  const systems = useQuery(lawTermsQuery).data?.systems ?? [];
  return (
    <details className={styles.group} open={fault !== null}>
      <summary>
        {f.systems} ({clause.systems.length})
      </summary>
      <CheckGroup
        label={f.systems}
        fault={fault}
        choices={systems.map(({ id, title }) => ({ id: String(id), label: hubText(title) }))}
        chosen={clause.systems.map(String)}
        onChange={(chosen) => onChange(chosen.map(Number).sort((a, b) => a - b))}
      />
    </details>
  );
}

interface CheckGroupProps {
  label: string;
  fault: string | null;
  choices: { id: string; label: string }[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

function CheckGroup({ label, fault, choices, chosen, onChange }: CheckGroupProps) {
  return (
    <fieldset className={styles.group}>
      <legend>{label}</legend>
      <div className={styles.checks}>
        {choices.map((choice) => (
          <CheckField
            key={choice.id}
            label={choice.label}
            checked={chosen.includes(choice.id)}
            onChange={(on) => onChange(on ? [...chosen, choice.id] : chosen.filter((one) => one !== choice.id))}
          />
        ))}
      </div>
      {fault && (
        <p className={styles.fault} role="alert">
          {fault}
        </p>
      )}
    </fieldset>
  );
}
