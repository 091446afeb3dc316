import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { DateField } from "@/components/date-field";
import { NoteField, SelectField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import page from "@/components/page.module.css";
import type { System } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";
import { unitsQuery } from "@/lib/queries";
import { unitChoices } from "@/lib/unit-tree";

import { STEPS } from "./dossier-steps";
import { useSaveSystem } from "./use-systems";
import { useSystemWords } from "./words";

interface SystemDialogProps {
  system?: System;
  /** The scope that is chosen: the first guess for the owner. */
  unit?: number;
  onClose: () => void;
}

const TEXTS = ["operator", "monitor", "assessor"] as const;

export function SystemDialog({ system, unit, onClose }: SystemDialogProps) {
  const words = useSystemWords();
  const { app } = useWords();
  const navigate = useNavigate();
  const units = useQuery(unitsQuery).data?.items ?? [];
  const save = useSaveSystem(system?.id ?? null);
  const [owner, setOwner] = useState(String(system?.unit.id ?? unit ?? ""));
  const [form, setForm] = useState({
    name: system?.name ?? "",
    purpose: system?.purpose ?? "",
    operator: system?.operator ?? "",
    monitor: system?.monitor ?? "",
    assessor: system?.assessor ?? "",
    dossier_at: system?.dossier_at ?? "",
    approved_at: system?.approved_at ?? "",
    plan_deployed_at: system?.plan_deployed_at ?? "",
    assessed_at: system?.assessed_at ?? "",
  });
  const set = (name: keyof typeof form) => (value: string) => setForm((old) => ({ ...old, [name]: value }));

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    const clean = Object.fromEntries(Object.entries(form).map(([name, value]) => [name, typed(value)])) as typeof form;
    save.mutate(
      { unit: Number(owner), ...clean },
      {
        onSuccess: (detail) => {
          onClose();
          if (!system) void navigate({ to: "/he-thong/$systemId", params: { systemId: String(detail.system.id) } });
        },
      },
    );
  }

  return (
    <Modal open onClose={onClose} title={system ? words.editTitle : words.add} wide>
      <form onSubmit={onSubmit}>
        <TextField label={words.name} value={form.name} onChange={set("name")} maxLength={200} required autoFocus />
        <SelectField
          label={words.unit}
          value={owner}
          choices={[{ value: "", label: app.choose }, ...unitChoices(units)]}
          onChange={setOwner}
          required
        />
        <NoteField label={words.purpose} value={form.purpose} onChange={set("purpose")} maxLength={2000} optional rows={2} />
        {TEXTS.map((name) => (
          <TextField key={name} label={words[name]} value={form[name]} onChange={set(name)} maxLength={200} optional />
        ))}
        <div className={page.pair}>
          {STEPS.map((step) => (
            <DateField key={step} label={words.steps[step]} value={form[step]} onChange={set(step)} optional />
          ))}
        </div>
        <ProblemNote error={save.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={save.isPending} disabled={typed(form.name) === "" || owner === ""}>
            {app.save}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
