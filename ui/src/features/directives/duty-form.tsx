import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";

import { Button } from "@/components/button";
import { DateField } from "@/components/date-field";
import { NoteField, SelectField, TextField } from "@/components/field";
import type { DirectiveFault, Recurrence } from "@/lib/api-types";
import { useHubText, useWords } from "@/lib/i18n";
import { lawTermsQuery, registersQuery } from "@/lib/queries";

import { BothField } from "./both-field";
import { faultAt, type DutyDraft } from "./directive-draft";
import styles from "./directive-editor.module.css";
import { useDirectiveWords } from "./words";

const RECURRENCES = ["once", "continuous", "on_event", "quarterly", "half_yearly", "yearly", "each_holiday"] as const satisfies readonly Recurrence[];
const RULES = ["none", "on_date", "before_day", "before_dates", "by_dates", "end_of_period", "after_event", "holiday_window"] as const;
const MET_BY = ["record", "metric", "register", "record_and_metric"] as const;
const MONTHS = Array.from({ length: 12 }, (_, index) => String(index + 1));

interface DutyFormProps {
  duty: DutyDraft;
  path: string;
  faults: DirectiveFault[];
  startOpen: boolean;
  onChange: (duty: DutyDraft) => void;
  onRemove: () => void;
}

interface PartProps {
  duty: DutyDraft;
  set: (part: Partial<DutyDraft>) => void;
  fault: (field: string) => string | null;
}

const digits = (text: string) => text.replace(/\D/g, "").slice(0, 5);

export function DutyForm({ duty, path, faults, startOpen, onChange, onRemove }: DutyFormProps) {
  const words = useDirectiveWords();
  const { f } = words;
  const hubText = useHubText();
  const set = (part: Partial<DutyDraft>) => onChange({ ...duty, ...part });
  const fault = (field: string) => {
    const found = faultAt(faults, `${path}.${field}`);
    return found ? hubText(found.message) : null;
  };
  const count = faults.filter(({ field }) => field.startsWith(path)).length;
  return (
    <details className={styles.item} open={startOpen || count > 0}>
      <summary>
        {duty.title.vi || f.newDuty} <small>{duty.id}</small>
        {count > 0 && <span className={styles.bad}>{words.faults(count)}</span>}
      </summary>
      <div className={styles.body}>
        <TextField label={f.dutyId} value={duty.id} onChange={(id) => set({ id })} error={fault("id")} maxLength={80} />
        <BothField label={f.dutyTitle} value={duty.title} onChange={(title) => set({ title })} error={fault("title")} />
        <DueFields duty={duty} set={set} fault={fault} />
        <MetFields duty={duty} set={set} fault={fault} />
        <div className={styles.grid}>
          <NoteField label={f.steps} value={duty.steps.vi} onChange={(vi) => set({ steps: { ...duty.steps, vi } })} error={fault("steps")} optional />
          <NoteField label={f.stepsEnglish} value={duty.steps.en} onChange={(en) => set({ steps: { ...duty.steps, en } })} optional />
        </div>
        <BothField label={f.proof} value={duty.proof} onChange={(proof) => set({ proof })} error={fault("proof")} optional />
        <div>
          <Button icon={Trash2} size="small" kind="ghost" onClick={onRemove}>
            {f.removeDuty}
          </Button>
        </div>
      </div>
    </details>
  );
}

function DueFields({ duty, set, fault }: PartProps) {
  const { f } = useDirectiveWords();
  const { recurrence } = useWords();
  return (
    <div className={styles.grid}>
      <SelectField
        label={f.recurrence}
        value={duty.recurrence}
        choices={RECURRENCES.map((value) => ({ value, label: recurrence[value] }))}
        onChange={(next) => set({ recurrence: next as Recurrence })}
        error={fault("recurrence")}
      />
      <SelectField
        label={f.rule}
        value={duty.rule}
        choices={RULES.map((value) => ({ value, label: f.rules[value] }))}
        onChange={(next) => set({ rule: next as DutyDraft["rule"] })}
        error={fault("due")}
      />
      {duty.rule === "on_date" && <DateField label={f.ruleDate} value={duty.date} onChange={(date) => set({ date })} error={fault("due.date")} />}
      {duty.rule === "before_day" && (
        <>
          <SelectField
            label={f.ruleMonth}
            value={duty.month}
            choices={[{ value: "last_of_period", label: f.lastOfPeriod }, ...MONTHS.map((value) => ({ value, label: value }))]}
            onChange={(month) => set({ month })}
            error={fault("due.month")}
          />
          <TextField label={f.ruleDay} value={duty.day} onChange={(day) => set({ day: digits(day) })} error={fault("due.day")} />
        </>
      )}
      {(duty.rule === "before_dates" || duty.rule === "by_dates") && (
        <TextField label={f.ruleDates} value={duty.dates} onChange={(dates) => set({ dates })} error={fault("due.dates")} />
      )}
      {duty.rule === "end_of_period" && (
        <TextField label={f.plusDays} value={duty.plusDays} onChange={(next) => set({ plusDays: digits(next) })} error={fault("due.plus_working_days")} optional />
      )}
      {duty.rule === "after_event" && (
        <>
          <TextField label={f.amount} value={duty.amount} onChange={(next) => set({ amount: digits(next) })} error={fault(`due.${duty.amountUnit}`)} />
          <SelectField
            label={f.amountUnit}
            value={duty.amountUnit}
            choices={(["working_days", "hours"] as const).map((value) => ({ value, label: f.units[value] }))}
            onChange={(next) => set({ amountUnit: next as DutyDraft["amountUnit"] })}
          />
        </>
      )}
      <SelectField
        label={f.basis}
        value={duty.basis}
        choices={(["law", "province"] as const).map((value) => ({ value, label: f.bases[value] }))}
        onChange={(next) => set({ basis: next as DutyDraft["basis"] })}
        error={fault("basis")}
      />
      <SelectField
        label={f.applies}
        value={duty.appliesTo}
        choices={(["all", "system_level", "owns_site"] as const).map((value) => ({ value, label: f.appliesTo[value] }))}
        onChange={(next) => set({ appliesTo: next as DutyDraft["appliesTo"] })}
        error={fault("applies_if")}
      />
      {duty.appliesTo === "system_level" && (
        <SelectField
          label={f.appliesLevel}
          value={duty.appliesLevel}
          choices={["1", "2", "3", "4", "5"].map((value) => ({ value, label: value }))}
          onChange={(appliesLevel) => set({ appliesLevel })}
        />
      )}
      <TextField label={f.minutes} value={duty.minutes} onChange={(next) => set({ minutes: digits(next) })} error={fault("minutes")} optional />
    </div>
  );
}

function MetFields({ duty, set, fault }: PartProps) {
  const { f } = useDirectiveWords();
  const { app } = useWords();
  const hubText = useHubText();
  const metrics = useQuery(lawTermsQuery).data?.metrics ?? [];
  const registers = useQuery(registersQuery).data?.items ?? [];
  const measured = duty.metBy === "metric" || duty.metBy === "record_and_metric";
  return (
    <div className={styles.grid}>
      <SelectField
        label={f.metBy}
        value={duty.metBy}
        choices={MET_BY.map((value) => ({ value, label: f.metBys[value] }))}
        onChange={(next) => set({ metBy: next as DutyDraft["metBy"] })}
        error={fault("met_by")}
      />
      <SelectField
        label={f.approval}
        value={duty.approval}
        choices={(["second_person", "none"] as const).map((value) => ({ value, label: f.approvals[value] }))}
        onChange={(next) => set({ approval: next as DutyDraft["approval"] })}
        error={fault("approval")}
      />
      {duty.metBy === "register" && (
        <SelectField
          label={f.register}
          value={duty.register}
          choices={[{ value: "", label: app.choose }, ...registers.map(({ name, title }) => ({ value: name, label: hubText(title) }))]}
          onChange={(register) => set({ register })}
          error={fault("register")}
        />
      )}
      {measured && (
        <>
          <SelectField
            label={f.metric}
            value={duty.metric}
            choices={[{ value: "", label: app.choose }, ...metrics.map(({ id, title }) => ({ value: id, label: hubText(title) }))]}
            onChange={(metric) => set({ metric })}
            error={fault("metric")}
          />
          <SelectField
            label={f.target}
            value={duty.targetKind}
            choices={(["at_least", "at_most", "equals"] as const).map((value) => ({ value, label: f.targets[value] }))}
            onChange={(next) => set({ targetKind: next as DutyDraft["targetKind"] })}
          />
          <TextField label={f.targetValue} value={duty.targetValue} onChange={(targetValue) => set({ targetValue })} error={fault("target")} maxLength={12} />
        </>
      )}
    </div>
  );
}
