import { Link } from "@tanstack/react-router";
import { Check, CircleOff, RotateCcw, Siren, UserCheck } from "lucide-react";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { NoteField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import type { Finding } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";
import { useMay, useSession } from "@/lib/queries";

import { QuarantineOrder } from "./quarantine-order";
import { useUpdateFinding } from "./use-finding";
import { useFindingWords } from "./words";

/** The acts that fit the state the finding is in. */
export function FindingActions({ finding }: { finding: Finding }) {
  const words = useFindingWords();
  const mayAct = useMay("province_admin", "soc_operator", "unit_officer");
  const mayOrder = useMay("province_admin", "soc_operator");
  const me = useSession().user.id;
  const update = useUpdateFinding();
  const [asking, setAsking] = useState(false);
  if (!mayAct) return null;

  const { id, state } = finding;
  const open = state === "new" || state === "in_progress";
  const mine = finding.owner?.id === me && state === "in_progress";
  return (
    <>
      {open && !mine && (
        <Button
          kind="primary"
          icon={UserCheck}
          busy={update.isPending}
          onClick={() => update.mutate({ id, state: "in_progress", take: true })}
        >
          {words.take}
        </Button>
      )}
      {open && (
        <Button
          kind={mine ? "primary" : "plain"}
          icon={Check}
          busy={update.isPending}
          onClick={() => update.mutate({ id, state: "resolved" })}
        >
          {words.resolve}
        </Button>
      )}
      {open && (
        <Button icon={CircleOff} onClick={() => setAsking(true)}>
          {words.falseAlarm}
        </Button>
      )}
      {open && (
        <Link to="/su-co/moi" search={(old) => ({ unit: old.unit, finding: id })} className={buttonLook()}>
          <Siren size={16} aria-hidden />
          {words.toIncident}
        </Link>
      )}
      {!open && (
        <Button icon={RotateCcw} busy={update.isPending} onClick={() => update.mutate({ id, state: "new" })}>
          {words.reopen}
        </Button>
      )}
      {open && finding.judge === "scan" && mayOrder && <QuarantineOrder finding={id} />}
      <ProblemNote error={asking ? null : update.error} />
      {asking && <FalseAlarmDialog id={id} onClose={() => setAsking(false)} />}
    </>
  );
}

function FalseAlarmDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const words = useWords();
  const own = useFindingWords();
  const update = useUpdateFinding();
  const [note, setNote] = useState("");
  const [checked, setChecked] = useState(false);
  const missing = typed(note) === "";

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!missing) update.mutate({ id, state: "suppressed", note: typed(note) }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={own.falseAlarm}>
      <form onSubmit={onSubmit}>
        <NoteField
          label={own.reason}
          hint={own.reasonHint}
          error={checked && missing ? own.reasonMissing : null}
          value={note}
          onChange={setNote}
          maxLength={2000}
          autoFocus
        />
        <ProblemNote error={update.error} />
        <ModalActions>
          <Button onClick={onClose}>{words.app.cancel}</Button>
          <Button kind="primary" submit busy={update.isPending}>
            {own.confirmFalseAlarm}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
