import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { RadioField } from "@/components/choice-field";
import { DateField } from "@/components/date-field";
import { NoteField, SelectField, type Choice } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import type { AdvisoryDecisionNew, AdvisoryDetail, AdvisoryMachine } from "@/lib/api-types";
import { addDays, today } from "@/lib/days";
import { useDraft } from "@/lib/draft";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";
import { plain } from "@/lib/outside-text";
import { useMay, useSession } from "@/lib/queries";

import { useDecide } from "./use-advisories";
import { useAdvisoryWords } from "./words";

const KINDS = ["mitigated", "accepted", "not_affected"] as const;
const MOST_DAYS = 366;
const USUAL_DAYS = 30;
const MOST_TEXT = 2000;

interface DecisionDialogProps {
  detail: AdvisoryDetail;
  /** Decide on this one machine; else on an agency or a package. */
  machine?: AdvisoryMachine["machine"];
  onClose: () => void;
}

interface Draft {
  kind: (typeof KINDS)[number];
  target: string;
  reason: string;
  until: string;
}

/** A person's word where the patch cannot come yet: always with a reason and a last day. */
export function DecisionDialog({ detail, machine, onClose }: DecisionDialogProps) {
  const words = useAdvisoryWords();
  const { app } = useWords();
  const province = useMay("province_admin", "soc_operator");
  const decide = useDecide(detail.advisory.id);
  const targets = useTargets(detail, machine);
  const initial: Draft = { kind: "mitigated", target: targets.length === 1 ? targets[0]!.value : "", reason: "", until: addDays(today(), USUAL_DAYS) };
  const [draft, setDraft, discard] = useDraft<Draft>(`advisory-decision.${detail.advisory.id}.${machine?.id ?? 0}`, initial);
  const [checked, setChecked] = useState(false);
  // Not affected is a claim about the software: beyond one machine only the province makes it.
  const kinds = KINDS.filter((kind) => kind !== "not_affected" || province || machine);
  const reason = typed(draft.reason);
  const untilWrong = draft.until < today() || draft.until > addDays(today(), MOST_DAYS);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (reason === "" || untilWrong || draft.target === "") return;
    decide.mutate({ kind: draft.kind, ...targetOf(draft.target), reason, until: draft.until }, { onSuccess: done });
  }
  function done() {
    discard();
    onClose();
  }

  return (
    <Modal open onClose={onClose} title={words.decideTitle} wide>
      <form onSubmit={onSubmit} noValidate>
        <p>{words.decideSub}</p>
        <RadioField
          label={words.decisionKind}
          value={draft.kind}
          onChange={(kind) => setDraft({ ...draft, kind: kind as Draft["kind"] })}
          choices={kinds.map((value) => ({ value, label: words.decisionKinds[value] }))}
        />
        <SelectField
          label={words.decisionFor}
          value={draft.target}
          onChange={(target) => setDraft({ ...draft, target })}
          choices={[...(draft.target ? [] : [{ value: "", label: app.choose }]), ...targets]}
          error={checked && draft.target === "" ? words.decisionForMissing : null}
          required
        />
        <NoteField
          label={words.reason}
          hint={words.reasonHint}
          error={checked && reason === "" ? words.reasonMissing : null}
          value={draft.reason}
          onChange={(next) => setDraft({ ...draft, reason: next })}
          maxLength={MOST_TEXT}
          rows={4}
          required
        />
        <DateField
          label={words.decisionUntil}
          hint={words.decisionUntilHint}
          error={checked && untilWrong ? words.decisionUntilMissing : null}
          value={draft.until}
          onChange={(until) => setDraft({ ...draft, until })}
          required
        />
        <ProblemNote error={decide.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={decide.isPending}>
            {words.decide}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

/** On what one can decide: the machine, agencies that are not done, and for the province a package wherever it is. */
function useTargets(detail: AdvisoryDetail, machine: DecisionDialogProps["machine"]): Choice[] {
  const words = useAdvisoryWords();
  const province = useMay("province_admin", "soc_operator");
  const { scope } = useSession();
  if (machine) return [{ value: `machine:${machine.id}`, label: plain(words.decisionMachine(machine.name)) }];
  const own = province ? [] : scope;
  const units = [...own, ...detail.units.filter(({ done, unit }) => !done && !own.some(({ id }) => id === unit.id)).map(({ unit }) => unit)];
  const packages = province ? [...new Set(detail.fixes.map(({ package: name }) => name))] : [];
  return [
    ...units.map(({ id, name }) => ({ value: `unit:${id}`, label: words.decisionUnit(name) })),
    ...packages.map((name) => ({ value: `package:${name}`, label: plain(words.decisionPackage(name)) })),
  ];
}

function targetOf(target: string): Pick<AdvisoryDecisionNew, "machine" | "unit" | "package"> {
  const cut = target.indexOf(":");
  const [kind, value] = [target.slice(0, cut), target.slice(cut + 1)];
  if (kind === "package") return { package: value };
  return kind === "machine" ? { machine: Number(value) } : { unit: Number(value) };
}
