import { BellRing, CheckCheck, Scale } from "lucide-react";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { NoteField, SelectField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import type { AdvisoryDetail, UnitRef } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { useSession } from "@/lib/queries";

import { DecisionDialog } from "./decision-dialog";
import { useAcknowledge, useRemind } from "./use-advisories";
import { useAdvisoryWords } from "./words";

/** What the hub says that this person may do, and that there is something left to do it for. */
export function AdvisoryActs({ detail }: { detail: AdvisoryDetail }) {
  const words = useAdvisoryWords();
  const [open, setOpen] = useState<"acknowledge" | "remind" | "decide" | null>(null);
  const close = () => setOpen(null);
  const { may, units } = detail;
  const unread = units.filter(({ acknowledged_at: at }) => at === null).map(({ unit }) => unit);
  const late = units.filter(({ done }) => !done).map(({ unit }) => unit);
  return (
    <>
      {may.includes("decide") && late.length > 0 && (
        <Button icon={Scale} onClick={() => setOpen("decide")}>
          {words.decide}
        </Button>
      )}
      {may.includes("remind") && late.length > 0 && (
        <Button icon={BellRing} onClick={() => setOpen("remind")}>
          {words.remind}
        </Button>
      )}
      {may.includes("acknowledge") && unread.length > 0 && (
        <Button kind="primary" icon={CheckCheck} onClick={() => setOpen("acknowledge")}>
          {words.acknowledge}
        </Button>
      )}
      {open === "acknowledge" && <AcknowledgeDialog detail={detail} unread={unread} onClose={close} />}
      {open === "remind" && <RemindDialog detail={detail} late={late} onClose={close} />}
      {open === "decide" && <DecisionDialog detail={detail} onClose={close} />}
    </>
  );
}

function AcknowledgeDialog({ detail, unread, onClose }: { detail: AdvisoryDetail; unread: UnitRef[]; onClose: () => void }) {
  const words = useAdvisoryWords();
  const { app } = useWords();
  const { scope, role } = useSession();
  const acknowledge = useAcknowledge(detail);
  // An officer speaks for the whole of what is theirs; the province for one agency that told it so.
  const own = role === "unit_officer" ? scope : [];
  const choices = [...own, ...unread.filter(({ id }) => !own.some((unit) => unit.id === id))];
  const [unit, setUnit] = useState(String(choices.length === 1 || own.length === 1 ? (choices[0]?.id ?? "") : ""));
  const [note, setNote] = useState("");

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    const text = typed(note);
    acknowledge.mutate({ unit: Number(unit), ...(text ? { note: text } : {}) }, { onSuccess: onClose });
  }
  return (
    <Modal open onClose={onClose} title={words.acknowledgeTitle}>
      <form onSubmit={onSubmit}>
        <p>{words.acknowledgeEffect}</p>
        <SelectField
          label={words.unit}
          value={unit}
          onChange={setUnit}
          choices={[...(unit ? [] : [{ value: "", label: app.choose }]), ...choices.map(({ id, name }) => ({ value: String(id), label: name }))]}
          required
        />
        <NoteField label={words.acknowledgeNote} value={note} onChange={setNote} maxLength={2000} optional />
        <ProblemNote error={acknowledge.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={acknowledge.isPending} disabled={!unit}>
            {words.acknowledge}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

function RemindDialog({ detail, late, onClose }: { detail: AdvisoryDetail; late: UnitRef[]; onClose: () => void }) {
  const words = useAdvisoryWords();
  const { app } = useWords();
  const remind = useRemind(detail);
  return (
    <Modal open onClose={onClose} title={words.remindTitle(format.number(late.length))}>
      <p>{words.remindEffect}</p>
      <ProblemNote error={remind.error} />
      <ModalActions>
        <Button onClick={onClose}>{app.cancel}</Button>
        <Button kind="primary" busy={remind.isPending} onClick={() => remind.mutate(late.map(({ id }) => id), { onSuccess: onClose })}>
          {words.remind}
        </Button>
      </ModalActions>
    </Modal>
  );
}
