import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { DateField } from "@/components/date-field";
import { NoteField, SelectField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import page from "@/components/page.module.css";
import type { Device, Unit } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import { useAddDevice, useUpdateDevice, type DeviceUpdate } from "./use-estate";
import { useEstateWords } from "./words";

const KINDS = ["workstation", "server", "network", "other"] as const;
const MARKS = ["protected", "unprotected", "unknown"] as const;

export function DeviceDialog({ unit, device, onClose }: { unit: Unit; device?: Device; onClose: () => void }) {
  const words = useEstateWords().device;
  const { app } = useWords();
  const add = useAddDevice();
  const update = useUpdateDevice(device?.id ?? 0);
  const [kind, setKind] = useState<Device["kind"]>(device?.kind ?? "workstation");
  const [marked, setMarked] = useState("");
  const [retired, setRetired] = useState(device?.retired_on ?? "");
  const [form, setForm] = useState({
    name: device?.name ?? "",
    serial: device?.serial ?? "",
    mac: device?.mac ?? "",
    address: device?.address ?? "",
    note: device?.note ?? "",
  });
  const set = (name: keyof typeof form) => (value: string) => setForm((old) => ({ ...old, [name]: value }));

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    const clean = Object.fromEntries(Object.entries(form).map(([name, value]) => [name, typed(value)])) as typeof form;
    if (!device) add.mutate({ unit: unit.id, kind, ...clean }, { onSuccess: onClose });
    else {
      const mark = MARKS.find((known) => known === marked);
      const body: DeviceUpdate = { kind, ...clean, retired_on: retired, ...(mark ? { marked: mark } : {}) };
      update.mutate(body, { onSuccess: onClose });
    }
  }

  return (
    <Modal open onClose={onClose} title={device ? words.edit : words.add} wide>
      <form onSubmit={onSubmit}>
        <TextField label={words.name} value={form.name} onChange={set("name")} maxLength={200} required autoFocus />
        <div className={page.pair}>
          <SelectField
            label={words.kind}
            value={kind}
            choices={KINDS.map((value) => ({ value, label: words.kinds[value] }))}
            onChange={(next) => setKind(next as Device["kind"])}
          />
          <TextField label={words.serial} value={form.serial} onChange={set("serial")} maxLength={100} optional />
          <TextField label={words.mac} value={form.mac} onChange={set("mac")} maxLength={40} optional />
          <TextField label={words.address} value={form.address} onChange={set("address")} maxLength={60} optional />
        </div>
        {device && (
          <div className={page.pair}>
            <SelectField
              label={words.marked}
              hint={words.markedHint}
              value={marked}
              choices={[{ value: "", label: words.notMarked }, ...MARKS.map((value) => ({ value, label: words.state[value] }))]}
              onChange={setMarked}
            />
            <DateField label={words.retired} value={retired} onChange={setRetired} optional />
          </div>
        )}
        <NoteField label={words.note} value={form.note} onChange={set("note")} maxLength={500} optional rows={2} />
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
