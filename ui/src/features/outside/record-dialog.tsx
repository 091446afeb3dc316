import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { DateField } from "@/components/date-field";
import { NoteField, SelectField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { today } from "@/lib/days";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import { useReceivers, useRecordOutside } from "./use-outside";
import { useOutsideWords } from "./words";

/** A letter by which somebody asks for evidence. */
export function RecordDialog({ onClose }: { onClose: () => void }) {
  const words = useOutsideWords();
  const { app } = useWords();
  const navigate = useNavigate();
  const receivers = (useReceivers().data?.items ?? []).filter(({ active }) => active);
  const record = useRecordOutside();
  const [form, setForm] = useState({ receiver: "", number: "", dated: today(), whatFor: "", basis: "", due: "" });
  const [checked, setChecked] = useState(false);
  const receiver = form.receiver || String(receivers[0]?.id ?? "");
  const ahead = form.dated > today();
  const change = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const need = (text: string) => (checked && typed(text) === "" ? app.required : null);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!receiver || !form.dated || ahead || [form.number, form.whatFor, form.basis].some((text) => typed(text) === "")) return;
    record.mutate(
      { receiver: Number(receiver), number: typed(form.number), dated_on: form.dated, what_for: typed(form.whatFor), basis: typed(form.basis), ...(form.due ? { due_on: form.due } : {}) },
      { onSuccess: ({ request }) => void navigate({ to: "/yeu-cau/ben-ngoai/$outsideId", params: { outsideId: String(request.id) } }) },
    );
  }
  return (
    <Modal open onClose={onClose} title={words.record}>
      <form onSubmit={onSubmit} noValidate>
        <SelectField label={words.party} value={receiver} onChange={(next) => change({ receiver: next })} choices={receivers.map(({ id, name }) => ({ value: String(id), label: name }))} error={checked && !receiver ? words.noReceiver : null} required />
        <TextField label={words.number} value={form.number} onChange={(number) => change({ number })} error={need(form.number)} maxLength={100} required />
        <DateField label={words.dated} value={form.dated} onChange={(dated) => change({ dated })} error={checked && !form.dated ? app.required : ahead ? words.dateAhead : null} required />
        <NoteField label={words.whatFor} value={form.whatFor} onChange={(whatFor) => change({ whatFor })} error={need(form.whatFor)} maxLength={1000} required />
        <TextField label={words.basis} value={form.basis} onChange={(basis) => change({ basis })} error={need(form.basis)} maxLength={500} required />
        <DateField label={words.dueDay} optional value={form.due} onChange={(due) => change({ due })} />
        <ProblemNote error={record.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={record.isPending}>
            {words.record}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
