import { useQuery } from "@tanstack/react-query";
import { Pencil, TriangleAlert, Undo2 } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { Confirm } from "@/components/confirm";
import { DecisionBar } from "@/components/decision-bar";
import { useDecisionWords } from "@/components/decision-words";
import { EvidenceList } from "@/components/evidence-list";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { Panel } from "@/components/panel";
import { RecordStateTag } from "@/components/record-state-tag";
import { Facts, Section } from "@/components/section";
import type { Register, RegisterRecord } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";
import { unitsQuery } from "@/lib/queries";

import { RecordForm } from "./record-form";
import styles from "./record-panel.module.css";
import { readSchema, type SchemaField } from "./register-schema";
import type { ChangeRegisterSearch, RegisterSearch } from "./register-search";
import { useDecideRegisterRecord, useRegisterRecord, useWithdrawRegisterRecord } from "./use-registers";
import { useRegisterWords } from "./words";

interface RecordPanelProps {
  register: Register;
  search: RegisterSearch;
  unit?: number;
  onSearch: ChangeRegisterSearch;
}

/** The record that is open, or the form of a new one. */
export function RecordPanel({ register, search, unit, onSearch }: RecordPanelProps) {
  const words = useRegisterWords();
  const hubText = useHubText();
  const query = useRegisterRecord(search.add ? undefined : search.id);
  const [changing, setChanging] = useState<number | null>(null);
  const record = search.add ? undefined : query.data;
  const close = () => {
    setChanging(null);
    onSearch({ id: undefined, add: undefined });
  };
  return (
    <Panel
      open={search.add === true || search.id !== undefined}
      onClose={close}
      takesFocus
      label={words.record}
      eyebrow={
        record && (
          <>
            <RecordStateTag state={record.state} />
            <span>{record.unit.name}</span>
          </>
        )
      }
      title={
        search.add ? (
          words.addTitle(hubText(register.title))
        ) : record ? (
          <OutsideText value={hubText(record.summary)} />
        ) : (
          words.record
        )
      }
    >
      {search.add ? (
        <RecordForm register={register} unit={unit} onDone={(id) => onSearch({ add: undefined, id })} onCancel={close} />
      ) : (
        <AsyncView query={query}>
          {(found) =>
            changing === found.id ? (
              <RecordForm
                register={register}
                record={found}
                onDone={(id) => {
                  setChanging(null);
                  onSearch({ id });
                }}
                onCancel={() => setChanging(null)}
              />
            ) : (
              <RecordView key={found.id} register={register} record={found} onChange={() => setChanging(found.id)} onSearch={onSearch} />
            )
          }
        </AsyncView>
      )}
    </Panel>
  );
}

interface RecordViewProps {
  register: Register;
  record: RegisterRecord;
  onChange: () => void;
  onSearch: ChangeRegisterSearch;
}

function RecordView({ register, record, onChange, onSearch }: RecordViewProps) {
  const words = useRegisterWords();
  const decision = useDecisionWords();
  const hubText = useHubText();
  const decide = useDecideRegisterRecord();
  const [asking, setAsking] = useState(false);
  const fields = readSchema(register.schema);
  return (
    <>
      {record.state === "replaced" && <p className={page.note}>{words.old}</p>}
      {record.warnings.length > 0 && (
        <section className={page.warning} aria-label={words.warnings}>
          <TriangleAlert size={18} aria-hidden />
          <ul>
            {record.warnings.map((warning) => (
              <li key={warning.vi}>{hubText(warning)}</li>
            ))}
          </ul>
        </section>
      )}
      <Section title={words.content}>
        <FieldFacts fields={fields} values={record.fields} />
      </Section>
      <EvidenceList evidence={record.evidence} />
      <p className={styles.soft}>{words.recordedBy(record.recorded_by.name, format.dateTime(record.recorded_at))}</p>
      {record.decided_by && record.decided_at && (
        <p className={styles.soft}>{decision.decided(record.decided_by.name, format.dateTime(record.decided_at))}</p>
      )}
      {record.decision_note && (
        <p className={page.note}>
          <OutsideText value={record.decision_note} keepLines />
        </p>
      )}
      {record.may_decide && (
        <DecisionBar
          busy={decide.isPending}
          error={decide.error}
          onDecide={(made, done) => decide.mutate({ id: record.id, ...made }, { onSuccess: done })}
        />
      )}
      {record.may_change && (
        <div className={page.actions}>
          <Button icon={Pencil} onClick={onChange}>
            {words.change}
          </Button>
          <Button kind="ghost" icon={Undo2} onClick={() => setAsking(true)}>
            {words.withdraw}
          </Button>
        </div>
      )}
      <Versions record={record} onOpen={(id) => onSearch({ id })} />
      {asking && <WithdrawDialog id={record.id} onClose={() => setAsking(false)} />}
    </>
  );
}

function FieldFacts({ fields, values }: { fields: SchemaField[]; values: Record<string, unknown> }) {
  const { app } = useWords();
  const hubText = useHubText();
  const units = useQuery(unitsQuery).data?.items ?? [];
  function shown({ kind, name, choices }: SchemaField) {
    const value = values[name];
    if (kind === "boolean") return value === true ? app.yes : app.no;
    if (typeof value !== "string" && typeof value !== "number") return "";
    const text = String(value);
    if (kind === "date") return format.date(text);
    if (kind === "number" || kind === "integer") return format.number(Number(text));
    if (kind === "unit") return units.find(({ id }) => id === Number(text))?.name ?? `#${text}`;
    const choice = choices.find((one) => one.value === text);
    return choice ? hubText(choice.title) : <OutsideText value={text} keepLines />;
  }
  return <Facts facts={fields.map((field) => ({ label: hubText(field.title), value: shown(field), wide: field.kind === "note" }))} />;
}

function Versions({ record, onOpen }: { record: RegisterRecord; onOpen: (id: number) => void }) {
  const words = useRegisterWords();
  if (record.versions.length < 2) return null;
  return (
    <Section title={words.versions}>
      <ol className={styles.versions}>
        {record.versions.map((version, index) => (
          <li key={version.id}>
            <button type="button" aria-current={version.id === record.id || undefined} onClick={() => onOpen(version.id)}>
              {words.version(record.versions.length - index)}
              {version.id === record.id && ` (${words.shown})`}
            </button>
            <span className="num">
              {format.dateTime(version.at)} · {version.who.name}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function WithdrawDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const words = useRegisterWords();
  const withdraw = useWithdrawRegisterRecord();
  return (
    <Confirm
      open
      title={words.withdrawTitle}
      effect={words.withdrawEffect}
      action={words.withdraw}
      busy={withdraw.isPending}
      error={withdraw.error}
      onConfirm={() => withdraw.mutate(id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
