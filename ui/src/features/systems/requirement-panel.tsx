import { useState, type FormEvent } from "react";

import { Button } from "@/components/button";
import { RadioField } from "@/components/choice-field";
import { EvidenceField, EvidenceProblem } from "@/components/evidence-field";
import { EvidenceList } from "@/components/evidence-list";
import { NoteField } from "@/components/field";
import { Panel } from "@/components/panel";
import { Section } from "@/components/section";
import { useEvidenceDraft } from "@/components/use-evidence-draft";
import type { LevelPlan } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { PLAN_STATES, PlanTag, type PlanState, type Requirement } from "./plan-state";
import { useSetPlanItem } from "./use-systems";
import { useSystemWords } from "./words";

interface RequirementPanelProps {
  plan: LevelPlan;
  unit: number | undefined;
  requirement: Requirement | undefined;
  onClose: () => void;
}

export function RequirementPanel({ plan, unit, requirement, onClose }: RequirementPanelProps) {
  const words = useSystemWords();
  const hubText = useHubText();
  const mayEdit = useMay("province_admin", "soc_operator", "unit_officer");
  return (
    <Panel
      open={requirement !== undefined}
      onClose={onClose}
      takesFocus
      label={words.requirement}
      eyebrow={
        requirement && (
          <>
            <PlanTag state={requirement.state} />
            <span className="num">{requirement.clause}</span>
            <span>{hubText(requirement.group)}</span>
          </>
        )
      }
      title={requirement ? hubText(requirement.title) : words.requirement}
    >
      {requirement && (
        <>
          {requirement.decided_by && requirement.decided_at && (
            <p>{words.judgedBy(requirement.decided_by.name, format.dateTime(requirement.decided_at))}</p>
          )}
          <EvidenceList evidence={requirement.evidence} />
          {mayEdit && unit !== undefined && <RequirementForm plan={plan} unit={unit} requirement={requirement} onDone={onClose} />}
        </>
      )}
    </Panel>
  );
}

function RequirementForm({ plan, unit, requirement, onDone }: { plan: LevelPlan; unit: number; requirement: Requirement; onDone: () => void }) {
  const words = useSystemWords();
  const { app } = useWords();
  const save = useSetPlanItem(plan.system);
  const evidence = useEvidenceDraft();
  const [state, setState] = useState<PlanState>(requirement.state);
  const [note, setNote] = useState(requirement.note);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    save.mutate(
      {
        requirement: requirement.id,
        state,
        note: typed(note),
        kept: requirement.evidence.map(({ id }) => id),
        upload: () => evidence.upload(unit),
      },
      { onSuccess: onDone },
    );
  }

  return (
    <form onSubmit={onSubmit}>
      <Section title={words.judge}>
        <RadioField
          label={words.judge}
          value={state}
          onChange={(next) => setState(next as PlanState)}
          choices={PLAN_STATES.map((value) => ({ value, label: words.planState[value] }))}
          inline
        />
        <NoteField label={words.note} hint={words.noteHint} value={note} onChange={setNote} maxLength={2000} />
      </Section>
      <Section title={words.addFiles}>
        <EvidenceField draft={evidence} />
        <EvidenceProblem error={save.error} />
        <div>
          <Button kind="primary" submit busy={save.isPending} disabled={evidence.refused}>
            {app.save}
          </Button>
        </div>
      </Section>
    </form>
  );
}
