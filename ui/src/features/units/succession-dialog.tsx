import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { DateField } from "@/components/date-field";
import { SelectField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import page from "@/components/page.module.css";
import type { Unit } from "@/lib/api-types";
import { today } from "@/lib/days";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";
import { unitsQuery } from "@/lib/queries";
import { unitChoices } from "@/lib/unit-tree";

import { useSucceed, type Succession } from "./use-estate";
import { useEstateWords } from "./words";

const KINDS = ["merge", "split", "rename", "abolish"] as const;

export function SuccessionDialog({ unit, onClose }: { unit: Unit; onClose: () => void }) {
  const words = useEstateWords();
  const { app } = useWords();
  const others = (useQuery(unitsQuery).data?.items ?? []).filter(({ id }) => id !== unit.id);
  const succeed = useSucceed(unit.id);
  const [kind, setKind] = useState<Succession["kind"]>("merge");
  const [on, setOn] = useState(today());
  const [decision, setDecision] = useState("");
  const [name, setName] = useState("");
  const [into, setInto] = useState<string[]>([""]);
  const chosen = [...new Set(into.filter(Boolean).map(Number))];
  const needed = { merge: 1, split: 2, rename: 0, abolish: 0 }[kind];

  function changeInto(index: number, value: string) {
    const next = into.map((old, place) => (place === index ? value : old));
    // One more row is always free where several are possible.
    setInto(kind !== "merge" && next.every(Boolean) ? [...next, ""] : next);
  }
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    succeed.mutate(
      {
        kind,
        on,
        decision: typed(decision),
        ...(kind === "rename" ? { new_name: typed(name) } : { into: kind === "merge" ? chosen.slice(0, 1) : chosen }),
      },
      { onSuccess: onClose },
    );
  }

  return (
    <Modal open onClose={onClose} title={words.succeed}>
      <form onSubmit={onSubmit}>
        <p className={page.note}>{words.succeedEffect}</p>
        <SelectField
          label={words.succeedKind}
          value={kind}
          choices={KINDS.map((value) => ({ value, label: words.successionKind[value] }))}
          onChange={(next) => {
            setKind(next as Succession["kind"]);
            setInto(next === "split" ? ["", ""] : [""]);
          }}
        />
        <DateField label={words.on} value={on} onChange={setOn} required />
        <TextField label={words.decision} value={decision} onChange={setDecision} maxLength={200} required />
        {kind === "rename" ? (
          <TextField label={words.newName} value={name} onChange={setName} maxLength={200} required />
        ) : (
          into.map((value, index) => (
            <SelectField
              key={index}
              label={words.into}
              value={value}
              choices={[{ value: "", label: app.choose }, ...unitChoices(others)]}
              onChange={(next) => changeInto(index, next)}
              required={index < needed}
              optional={index >= needed}
            />
          ))
        )}
        <ProblemNote error={succeed.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={succeed.isPending} disabled={chosen.length < needed || typed(decision) === ""}>
            {words.succeed}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
