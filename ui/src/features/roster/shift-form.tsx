import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { RadioField } from "@/components/choice-field";
import { SelectField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { MomentField } from "@/components/moment-field";
import type { Shift, UnitRef } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";
import { dayTimeOf, momentOf } from "@/lib/moments";
import { peopleQuery } from "@/lib/queries";

import type { DrawnSpan } from "./roster-model";
import { useAddShift, useUpdateShift } from "./use-roster";
import { useRosterWords } from "./words";

const MOST_NAME = 100;
const MOST_PHONE = 40;
const MINUTE_MS = 60_000;

type ShiftFormProps = { unit: UnitRef; onClose: () => void } & ({ span: DrawnSpan; shift?: undefined } | { shift: Shift; span?: undefined });

/** Who, from when to when; the same form for what was drawn and for the keyboard. */
export function ShiftForm({ unit, span, shift, onClose }: ShiftFormProps) {
  const words = useRosterWords();
  const { app } = useWords();
  const people = useQuery(peopleQuery(unit.id)).data?.items ?? [];
  const add = useAddShift();
  const update = useUpdateShift(shift?.id ?? 0);
  const act = shift ? update : add;
  const [user, setUser] = useState(shift?.user ? String(shift.user.id) : "");
  const [person, setPerson] = useState(shift?.person ?? "");
  const [phone, setPhone] = useState(shift?.phone ?? "");
  const [part, setPart] = useState<string>(shift?.part ?? "main");
  const [from, setFrom] = useState(() => dayTimeOf(shift?.from ?? span!.from));
  const [to, setTo] = useState(() => dayTimeOf(shift?.to ?? span!.to));
  const [checked, setChecked] = useState(false);
  const [begins, ends] = [momentOf(from), momentOf(to)];
  const fromWrong = begins === null ? words.momentWrong : Date.parse(begins) < Date.now() - MINUTE_MS ? words.pastWrong : null;
  const toWrong = ends === null ? words.momentWrong : begins !== null && ends <= begins ? words.endWrong : null;
  const name = typed(person);

  function choose(next: string) {
    setUser(next);
    const chosen = people.find(({ id }) => String(id) === next);
    if (chosen) setPerson(chosen.name);
  }
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (fromWrong || toWrong || name === "") return;
    const body = { from: begins!, to: ends!, person: name, phone: typed(phone), part: part as Shift["part"], ...(user ? { user: Number(user) } : {}) };
    if (shift) update.mutate(body, { onSuccess: onClose });
    else add.mutate({ unit: unit.id, ...body }, { onSuccess: onClose });
  }
  return (
    <Modal open onClose={onClose} title={shift ? words.editTitle : words.newTitle}>
      <form onSubmit={onSubmit} noValidate>
        <p>{unit.name}</p>
        {people.length > 0 && (
          <SelectField label={words.account} hint={words.accountHint} value={user} onChange={choose} choices={[{ value: "", label: words.accountNone }, ...people.map(({ id, name: called }) => ({ value: String(id), label: called }))]} optional />
        )}
        <TextField label={words.person} value={person} onChange={setPerson} error={checked && name === "" ? words.personMissing : null} maxLength={MOST_NAME} required />
        <TextField label={words.phone} type="tel" value={phone} onChange={setPhone} maxLength={MOST_PHONE} optional />
        <RadioField label={words.part} value={part} onChange={setPart} choices={(["main", "deputy"] as const).map((value) => ({ value, label: words.parts[value] }))} inline />
        <MomentField label={words.from} timeLabel={words.fromTime} value={from} onChange={setFrom} error={checked ? fromWrong : null} />
        <MomentField label={words.to} timeLabel={words.toTime} value={to} onChange={setTo} error={checked ? toWrong : null} />
        <ProblemNote error={act.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={act.isPending}>
            {words.save}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
