import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { SelectField, type Choice } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import type { ReportKind } from "@/lib/api-types";
import { today } from "@/lib/days";
import { useHubText, useWords } from "@/lib/i18n";
import { unitsQuery, useSession } from "@/lib/queries";

import { usePeriodName } from "./period-name";
import { periodsOf } from "./report-model";
import type { ReportsSearch } from "./report-search";
import { useCreateReport, useReportKinds } from "./use-reports";
import { useReportWords } from "./words";

const WHOLE = "whole";

type Preset = Pick<ReportsSearch, "make" | "incident" | "of" | "day">;

/** A document that no deadline asks for: a brief for the leader, a period that is over. */
export function NewReportDialog({ preset, onClose }: { preset?: Preset; onClose: () => void }) {
  const words = useReportWords();
  const { role } = useSession();
  const query = useReportKinds();
  return (
    <Modal open onClose={onClose} title={words.otherTitle}>
      <AsyncView query={query}>{({ items }) => <NewReportForm kinds={items.filter((kind) => role !== "unit_officer" || kind.of_unit)} preset={preset} onClose={onClose} />}</AsyncView>
    </Modal>
  );
}

function NewReportForm({ kinds, preset, onClose }: { kinds: ReportKind[]; preset?: Preset; onClose: () => void }) {
  const words = useReportWords();
  const { app } = useWords();
  const hubText = useHubText();
  const navigate = useNavigate();
  const create = useCreateReport();
  const [kindId, setKind] = useState((kinds.find(({ id }) => id === preset?.make) ?? kinds[0])?.id ?? "");
  const kind = kinds.find(({ id }) => id === kindId);
  // Of an incident: its own kinds, of the day on which it was found.
  const ofIncident = preset?.incident && preset.day && kindId === preset.make ? { incident: preset.incident, day: preset.day } : null;
  const periods = ofIncident ? [ofIncident.day] : kind ? periodsOf(kind.every, today()) : [];
  const [period, setPeriod] = useState("");
  const chosenPeriod = periods.includes(period) ? period : (periods[0] ?? "");
  const units = useUnitChoices(kind);
  const [unit, setUnit] = useState(preset?.of ? String(preset.of) : "");
  const chosenUnit = units.some(({ value }) => value === unit) ? unit : (units[0]?.value ?? "");
  const periodName = usePeriodName();

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    // An incident's document is of the incident's unit, a part of the reader's own or not.
    const of = ofIncident && preset?.of ? { unit: preset.of } : chosenUnit === WHOLE ? {} : { unit: Number(chosenUnit) };
    const about = ofIncident ? { incident: ofIncident.incident } : {};
    create.mutate({ kind: kindId, period: chosenPeriod, ...of, ...about }, { onSuccess: ({ report }) => void navigate({ to: "/bao-cao/$reportId", params: { reportId: String(report.id) } }) });
  }
  return (
    <form onSubmit={onSubmit}>
      <p>{words.otherSub}</p>
      <SelectField label={words.chooseKind} value={kindId} onChange={setKind} choices={kinds.map(({ id, name }) => ({ value: id, label: hubText(name) }))} required />
      <SelectField label={words.choosePeriod} value={chosenPeriod} onChange={setPeriod} choices={periods.map((value) => ({ value, label: periodName(value) }))} required />
      {ofIncident && preset?.of ? null : <SelectField label={words.chooseUnit} value={chosenUnit} onChange={setUnit} choices={units} required />}
      <ProblemNote error={create.error} />
      <ModalActions>
        <Button onClick={onClose}>{app.cancel}</Button>
        <Button kind="primary" submit busy={create.isPending} disabled={!kind || !chosenPeriod || !chosenUnit}>
          {create.isPending ? words.making : words.make}
        </Button>
      </ModalActions>
    </form>
  );
}

/** The whole where the standing body reports it; else the units of the person's scope. */
function useUnitChoices(kind: ReportKind | undefined): Choice[] {
  const words = useReportWords();
  const { role, scope } = useSession();
  const units = useQuery(unitsQuery).data?.items ?? [];
  const own = role === "unit_officer" ? scope : units;
  return [...(kind?.of_tenant && role !== "unit_officer" ? [{ value: WHOLE, label: words.whole }] : []), ...(kind?.of_unit ? own.map(({ id, name }) => ({ value: String(id), label: name })) : [])];
}
