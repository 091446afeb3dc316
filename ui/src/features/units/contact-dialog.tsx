import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { CheckField } from "@/components/choice-field";
import { DateField } from "@/components/date-field";
import { SelectField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import page from "@/components/page.module.css";
import type { Contact, Unit } from "@/lib/api-types";
import { today } from "@/lib/days";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import { useAddContact, useUpdateContact } from "./use-estate";
import { useEstateWords } from "./words";

const PURPOSES = ["security", "monitoring", "incident", "duty", "leader"] as const;

export function ContactDialog({ unit, contact, onClose }: { unit: Unit; contact?: Contact; onClose: () => void }) {
  const all = useEstateWords();
  const words = all.contact;
  const { app } = useWords();
  const add = useAddContact();
  const update = useUpdateContact(contact?.id ?? 0);
  const [purpose, setPurpose] = useState<Contact["purpose"]>(contact?.purpose ?? "security");
  const [allDay, setAllDay] = useState(contact?.around_the_clock ?? false);
  const [from, setFrom] = useState(contact?.valid_from ?? today());
  const [to, setTo] = useState(contact?.valid_to ?? "");
  const [form, setForm] = useState({
    name: contact?.name ?? "",
    title: contact?.title ?? "",
    phone: contact?.phone ?? "",
    email: contact?.email ?? "",
  });
  const set = (name: keyof typeof form) => (value: string) => setForm((old) => ({ ...old, [name]: value }));

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    const clean = Object.fromEntries(Object.entries(form).map(([name, value]) => [name, typed(value)])) as typeof form;
    const shared = { ...clean, purpose, around_the_clock: allDay, valid_from: from };
    if (contact) update.mutate({ ...shared, valid_to: to }, { onSuccess: onClose });
    else add.mutate({ unit: unit.id, ...shared }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={contact ? words.edit : words.add} wide>
      <form onSubmit={onSubmit}>
        <div className={page.pair}>
          <TextField label={words.name} value={form.name} onChange={set("name")} maxLength={200} required autoFocus />
          <TextField label={words.position} value={form.title} onChange={set("title")} maxLength={200} optional />
          <SelectField
            label={words.purpose}
            value={purpose}
            choices={PURPOSES.map((value) => ({ value, label: words.purposes[value] }))}
            onChange={(next) => setPurpose(next as Contact["purpose"])}
          />
          <TextField label={words.phone} value={form.phone} onChange={set("phone")} maxLength={40} type="tel" optional />
        </div>
        <TextField label={words.email} value={form.email} onChange={set("email")} maxLength={200} type="email" optional />
        <CheckField label={words.allDay} checked={allDay} onChange={setAllDay} />
        <div className={page.pair}>
          <DateField label={all.validFrom} value={from} onChange={setFrom} required />
          {contact && <DateField label={all.validTo} value={to} onChange={setTo} optional />}
        </div>
        <ProblemNote error={add.error ?? update.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={add.isPending || update.isPending} disabled={typed(form.name) === ""}>
            {app.save}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
