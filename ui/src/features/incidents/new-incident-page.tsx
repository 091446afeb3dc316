import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { NoteField, SelectField, TextField } from "@/components/field";
import { MomentField } from "@/components/moment-field";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { INCIDENT_KINDS, SEVERITIES, type Finding, type IncidentKind, type IncidentProposal, type Severity } from "@/lib/api-types";
import { useDraft } from "@/lib/draft";
import { typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { api, unwrap } from "@/lib/http";
import { useHubText, useWords } from "@/lib/i18n";
import { dayTimeOf, momentOf, type DayTime } from "@/lib/moments";
import { unitsQuery, useSession } from "@/lib/queries";

import { ClockList } from "./clock-strip";
import type { IncidentNewSearch } from "./incident-search";
import styles from "./incidents.module.css";
import { TraitsField } from "./traits-field";
import { useClocks, useIncidentProposals, useOpenIncident } from "./use-incidents";
import { useIncidentWords } from "./words";

const MOST_TITLE = 200;
const MOST_WORDS = 4000;

interface Draft {
  unit: string;
  title: string;
  kind: string;
  severity: string;
  detected: DayTime;
  words: string;
  traits: string[];
}

interface Beginning {
  name: string;
  draft: Draft;
  findings: number[];
}

const NOTHING: Draft = { unit: "", title: "", kind: "malware", severity: "medium", detected: { day: "", time: "" }, words: "", traits: [] };

/** A suspicion is enough. What is known is filled in; the clocks are shown before anything is opened. */
export function NewIncidentPage({ search, unit }: { search: IncidentNewSearch; unit?: number }) {
  const words = useIncidentWords();
  return (
    <div className={page.page}>
      <Link to="/su-co" search={(old) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.back}
      </Link>
      <PageHead title={words.newTitle} sub={words.newSub} />
      {search.finding ? <FromFinding id={search.finding} /> : search.rule && search.of ? <FromProposal rule={search.rule} of={search.of} /> : <FromPerson unit={unit} />}
    </div>
  );
}

function FromPerson({ unit }: { unit?: number }) {
  const { scope } = useSession();
  const own = unit ?? (scope.length === 1 ? scope[0]?.id : undefined);
  return <Form beginning={{ name: "person", draft: { ...NOTHING, unit: own ? String(own) : "", detected: dayTimeOf(Date.now()) }, findings: [] }} />;
}

function FromFinding({ id }: { id: number }) {
  const hubText = useHubText();
  const query = useQuery({
    queryKey: ["findings", "detail", id],
    queryFn: ({ signal }) => unwrap(api.GET("/findings/{finding_id}", { params: { path: { finding_id: id } }, signal })),
  });
  return <AsyncView query={query}>{({ finding, what_happened: what }) => <Form beginning={{ name: `finding.${id}`, draft: draftOf(finding, hubText(finding.title), hubText(what)), findings: [id] }} />}</AsyncView>;
}

function draftOf(finding: Finding, title: string, what: string): Draft {
  return {
    ...NOTHING,
    unit: String(finding.unit.id),
    title: `${title}: ${finding.asset.name}`.slice(0, MOST_TITLE),
    kind: finding.asset.kind === "site" ? "website" : finding.judge === "scan" || finding.judge === "watch" ? "malware" : "intrusion",
    severity: finding.severity === "info" ? "low" : finding.severity,
    detected: dayTimeOf(finding.first_seen),
    words: what.slice(0, MOST_WORDS),
  };
}

function FromProposal({ rule, of }: { rule: string; of: number }) {
  const hubText = useHubText();
  const query = useIncidentProposals();
  const found = query.data?.items.find((one) => one.rule === rule && one.unit.id === of);
  if (query.data && !found) return <FromPerson unit={of} />;
  return (
    <AsyncView query={{ ...query, data: found }}>
      {({ unit, kind, severity, findings, title, rule_title: why, detected_at: detected }: IncidentProposal) => (
        <Form
          beginning={{
            name: `${rule}.${of}`,
            draft: { ...NOTHING, unit: String(unit.id), title: hubText(title).slice(0, MOST_TITLE), kind, severity, detected: dayTimeOf(detected), words: hubText(why) },
            findings,
          }}
        />
      )}
    </AsyncView>
  );
}

function Form({ beginning }: { beginning: Beginning }) {
  const words = useIncidentWords();
  const { severity: severities, app } = useWords();
  const hubText = useHubText();
  const navigate = useNavigate();
  const open = useOpenIncident();
  const [draft, setDraft, discard] = useDraft<Draft>(`incident-new.${beginning.name}`, beginning.draft);
  const [checked, setChecked] = useState(false);
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const detected = momentOf(draft.detected);
  const wrong = detected === null || Date.parse(detected) > Date.now();
  const clocks = useClocks(wrong ? null : detected, draft.severity as Severity, draft.traits);
  const traits = clocks.data?.traits ?? [];
  const [title, said] = [typed(draft.title), typed(draft.words)];
  const { findings } = beginning;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (wrong || title === "" || said === "" || draft.unit === "") return;
    const known = draft.traits.filter((id) => traits.some((trait) => trait.id === id));
    open.mutate(
      {
        unit: Number(draft.unit), title, kind: draft.kind as IncidentKind, severity: draft.severity as Severity, detected_at: detected, words: said,
        ...(known.length > 0 ? { traits: known } : {}),
        ...(findings.length > 0 ? { findings, source: "finding" as const } : { source: "person" as const }),
      },
      {
        onSuccess: ({ incident }) => {
          discard();
          void navigate({ to: "/su-co/$incidentId", params: { incidentId: String(incident.id) }, search: (old) => ({ unit: old.unit }) });
        },
      },
    );
  }
  return (
    <form className={styles.new} onSubmit={onSubmit} noValidate>
      <div className={page.form}>
        <UnitField value={draft.unit} onChange={(unit) => change({ unit })} error={checked && draft.unit === "" ? words.unitMissing : null} />
        <TextField label={words.name} hint={words.nameHint} value={draft.title} onChange={(next) => change({ title: next })} error={checked && title === "" ? words.nameMissing : null} maxLength={MOST_TITLE} required />
        <MomentField label={words.detected} hint={words.detectedHint} value={draft.detected} onChange={(next) => change({ detected: next })} error={checked && wrong ? words.momentWrong : null} />
        <div className={page.pair}>
          <SelectField label={words.kind} value={draft.kind} onChange={(kind) => change({ kind })} choices={INCIDENT_KINDS.map((value) => ({ value, label: words.kinds[value] }))} required />
          <SelectField
            label={words.severity}
            hint={clocks.data ? hubText(clocks.data.severity_label) : words.internal}
            value={draft.severity}
            onChange={(severity) => change({ severity })}
            choices={SEVERITIES.filter((one) => one !== "info").map((value) => ({ value, label: severities[value] }))}
            required
          />
        </div>
        <NoteField label={words.seen} hint={words.seenHint} value={draft.words} onChange={(next) => change({ words: next })} error={checked && said === "" ? words.seenMissing : null} maxLength={MOST_WORDS} rows={4} required />
        <TraitsField traits={traits} said={draft.traits} onChange={(next) => change({ traits: next })} />
        {findings.length > 0 && <p className={page.note}>{words.fromFindings(format.number(findings.length))}</p>}
        <ProblemNote error={open.error} />
        <div className={page.actions}>
          <Button kind="primary" submit busy={open.isPending}>
            {words.open}
          </Button>
          <Link to="/su-co" search={(old) => ({ unit: old.unit })} className={buttonLook()}>
            {app.cancel}
          </Link>
        </div>
      </div>
      <div className={styles.preview}>
        <Card title={words.preview} sub={clocks.data && hubText(clocks.data.duty)}>
          {wrong || !detected ? <p className={styles.soft}>{words.previewWait}</p> : <AsyncView query={clocks}>{(list) => <ClockList clocks={list.clocks} detectedAt={detected} open />}</AsyncView>}
        </Card>
      </div>
    </form>
  );
}

function UnitField({ value, onChange, error }: { value: string; onChange: (value: string) => void; error: string | null }) {
  const words = useIncidentWords();
  const { scope, role } = useSession();
  const units = useQuery(unitsQuery).data?.items ?? [];
  const own = role === "unit_officer" && units.length === 0 ? scope : units;
  const choices = [...(value ? [] : [{ value: "", label: words.chooseUnit }]), ...own.map(({ id, name }) => ({ value: String(id), label: name }))];
  return <SelectField label={words.unit} value={value} onChange={onChange} choices={choices} error={error} required />;
}
