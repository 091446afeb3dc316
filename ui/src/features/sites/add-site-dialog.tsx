import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { SelectField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import page from "@/components/page.module.css";
import type { Unit } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";
import { unitsQuery } from "@/lib/queries";
import { unitChoices } from "@/lib/unit-tree";

import { useAddSite } from "./use-sites";
import { useSiteWords } from "./words";

export function AddSiteDialog({ unit, onClose }: { unit?: number; onClose: () => void }) {
  const words = useSiteWords();
  const units = useQuery(unitsQuery);
  return (
    <Modal open onClose={onClose} title={words.add}>
      <AsyncView query={units}>{({ items }) => <SiteForm units={items} unit={unit} onClose={onClose} />}</AsyncView>
    </Modal>
  );
}

function SiteForm({ units, unit, onClose }: { units: Unit[]; unit?: number; onClose: () => void }) {
  const words = useSiteWords();
  const { app } = useWords();
  const add = useAddSite();
  const [owner, setOwner] = useState(String(unit ?? (units.length === 1 ? units[0]?.id : undefined) ?? ""));
  const [address, setAddress] = useState("");
  const [title, setTitle] = useState("");
  // A site belongs to somebody who mends it: nobody should land at the top by not choosing.
  const choices = [...(owner ? [] : [{ value: "", label: words.chooseUnit }]), ...unitChoices(units)];

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    const name = typed(title);
    add.mutate({ unit: Number(owner), address: typed(address), ...(name ? { title: name } : {}) }, { onSuccess: onClose });
  }

  return (
    <form onSubmit={onSubmit}>
      <TextField label={words.address} hint={words.addHint} value={address} onChange={setAddress} maxLength={300} required autoFocus />
      <SelectField label={words.unit} value={owner} choices={choices} onChange={setOwner} required />
      <TextField label={words.name} value={title} onChange={setTitle} maxLength={200} optional />
      <p className={page.note}>{words.addNote}</p>
      <ProblemNote error={add.error} />
      <ModalActions>
        <Button onClick={onClose}>{app.cancel}</Button>
        <Button kind="primary" submit busy={add.isPending} disabled={!owner}>
          {app.add}
        </Button>
      </ModalActions>
    </form>
  );
}
