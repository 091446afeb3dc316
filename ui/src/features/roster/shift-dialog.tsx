import { Pencil, Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Confirm } from "@/components/confirm";
import { NoteField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { OutsideText } from "@/components/outside-text";
import { Facts, Section } from "@/components/section";
import type { Shift } from "@/lib/api-types";
import { useDraft } from "@/lib/draft";
import { typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { useNow } from "@/lib/now";
import { plain } from "@/lib/outside-text";
import { useMay } from "@/lib/queries";

import { useHandOver, useRemoveShift } from "./use-roster";
import { shortMoment } from "./windows-strip";
import { useRosterWords } from "./words";

const MOST_WORDS = 4000;

/** One shift: who, when, and the note for whoever comes next. What has begun only takes that note. */
export function ShiftDialog({ shift, onEdit, onClose }: { shift: Shift; onEdit: () => void; onClose: () => void }) {
  const words = useRosterWords();
  const now = useNow();
  const mayWrite = useMay("province_admin", "soc_operator", "unit_officer");
  const [removing, setRemoving] = useState(false);
  const remove = useRemoveShift(shift.id);
  const begun = Date.parse(shift.from) <= now;
  return (
    <Modal open onClose={onClose} title={plain(shift.person)}>
      <Facts
        facts={[
          { label: words.part, value: words.parts[shift.part] },
          { label: words.phone, value: shift.phone && <OutsideText value={shift.phone} /> },
          { label: words.from, value: format.dateTime(shift.from) },
          { label: words.to, value: format.dateTime(shift.to) },
          { label: words.account, value: shift.user?.name ?? words.accountNone },
        ]}
      />
      {begun && (
        <Section title={words.handover}>
          {shift.handover ? (
            <>
              <p>
                <OutsideText value={shift.handover.words} keepLines />
              </p>
              <small>{words.handoverBy(shift.handover.by.name, format.dateTime(shift.handover.at))}</small>
            </>
          ) : mayWrite ? (
            <HandoverForm shift={shift} onDone={onClose} />
          ) : (
            <p>{words.handoverNone}</p>
          )}
        </Section>
      )}
      {begun && mayWrite && <small>{words.begun}</small>}
      {shift.may_edit && (
        <ModalActions>
          <Button icon={Trash2} onClick={() => setRemoving(true)}>
            {words.remove}
          </Button>
          <Button kind="primary" icon={Pencil} onClick={onEdit}>
            {words.edit}
          </Button>
        </ModalActions>
      )}
      <Confirm
        open={removing}
        title={words.removeTitle(plain(shift.person))}
        effect={words.removeEffect(shortMoment(shift.from), shortMoment(shift.to))}
        action={words.remove}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
        onClose={() => setRemoving(false)}
      />
    </Modal>
  );
}

function HandoverForm({ shift, onDone }: { shift: Shift; onDone: () => void }) {
  const words = useRosterWords();
  const handOver = useHandOver(shift.id);
  const [said, setSaid, discard] = useDraft(`handover.${shift.id}`, "");
  const [checked, setChecked] = useState(false);
  const text = typed(said);
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (text !== "") handOver.mutate(text, { onSuccess: () => (discard(), onDone()) });
  }
  return (
    <form onSubmit={onSubmit} noValidate>
      <NoteField label={words.handoverWords} hint={words.handoverHint} value={said} onChange={setSaid} error={checked && text === "" ? words.handoverMissing : null} maxLength={MOST_WORDS} rows={4} required />
      <ProblemNote error={handOver.error} />
      <ModalActions>
        <Button kind="primary" submit busy={handOver.isPending}>
          {words.handoverSave}
        </Button>
      </ModalActions>
    </form>
  );
}
