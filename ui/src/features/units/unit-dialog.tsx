import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { SelectField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { UNIT_KINDS, type Unit, type UnitKind } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";
import { unitChoices, withDescendants } from "@/lib/unit-tree";

import { useSaveUnit } from "./use-units";
import { useEstateWords } from "./words";

interface UnitDialogProps {
  units: Unit[];
  /** The unit to edit, or the one to add below. */
  unit?: Unit;
  under?: Unit;
  onClose: () => void;
}

export function UnitDialog({ units, unit, under, onClose }: UnitDialogProps) {
  const words = useWords();
  const own = useEstateWords();
  const estate = useEstateWords();
  const save = useSaveUnit(unit?.id ?? null);
  const [name, setName] = useState(unit?.name ?? "");
  const [kind, setKind] = useState<UnitKind>(unit?.kind ?? "commune");
  const [parent, setParent] = useState(String(unit?.parent ?? under?.id ?? ""));
  const [code, setCode] = useState(unit?.code ?? "");
  const forbidden = unit ? withDescendants(units, unit.id) : new Set<number>();
  const parents = unitChoices(units).filter((choice) => !forbidden.has(Number(choice.value)));
  const movable = parent !== "" && parents.length > 0;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    save.mutate({ name: typed(name), kind, code: typed(code), parent: movable ? Number(parent) : undefined }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={unit ? own.tree.editTitle : own.tree.add}>
      <form onSubmit={onSubmit}>
        <TextField label={own.tree.name} value={name} onChange={setName} maxLength={200} required autoFocus />
        <SelectField
          label={own.tree.kind}
          value={kind}
          choices={UNIT_KINDS.map((value) => ({ value, label: words.unitKind[value] }))}
          onChange={(value) => setKind(value as UnitKind)}
        />
        <TextField label={estate.code} value={code} onChange={setCode} maxLength={40} optional />
        {movable && <SelectField label={own.tree.parent} value={parent} choices={parents} onChange={setParent} />}
        <ProblemNote error={save.error} />
        <ModalActions>
          <Button onClick={onClose}>{words.app.cancel}</Button>
          <Button kind="primary" submit busy={save.isPending} disabled={typed(name) === ""}>
            {words.app.save}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
