import { useQuery } from "@tanstack/react-query";
import { ArrowRightLeft, ShieldOff } from "lucide-react";
import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Confirm } from "@/components/confirm";
import { SelectField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import type { MachineDetail } from "@/lib/api-types";
import { useWords } from "@/lib/i18n";
import { unitsQuery, useMay } from "@/lib/queries";
import { unitChoices } from "@/lib/unit-tree";

import { useUpdateMachine } from "./use-machines";
import { useMachineWords } from "./words";

export function MachineActions({ detail }: { detail: MachineDetail }) {
  const words = useMachineWords();
  const mayAct = useMay("province_admin", "soc_operator");
  const [asking, setAsking] = useState<"move" | "revoke" | null>(null);
  const update = useUpdateMachine(detail.machine.id);
  if (!mayAct || detail.revoked) return null;
  return (
    <>
      <Button icon={ArrowRightLeft} onClick={() => setAsking("move")}>
        {words.move}
      </Button>
      <Button kind="danger" icon={ShieldOff} onClick={() => setAsking("revoke")}>
        {words.revoke}
      </Button>
      {asking === "move" && <MoveDialog detail={detail} onClose={() => setAsking(null)} />}
      <Confirm
        open={asking === "revoke"}
        title={words.revokeTitle}
        effect={words.revokeEffect}
        action={words.revoke}
        busy={update.isPending}
        error={update.error}
        onConfirm={() => update.mutate({ revoked: true }, { onSuccess: () => setAsking(null) })}
        onClose={() => setAsking(null)}
      />
    </>
  );
}

function MoveDialog({ detail, onClose }: { detail: MachineDetail; onClose: () => void }) {
  const words = useWords();
  const own = useMachineWords();
  const units = useQuery(unitsQuery);
  const update = useUpdateMachine(detail.machine.id);
  const [unit, setUnit] = useState(String(detail.machine.unit.id));

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    update.mutate({ unit: Number(unit) }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={own.moveTitle}>
      <AsyncView query={units}>
        {({ items }) => (
          <form onSubmit={onSubmit}>
            <SelectField label={own.moveTo} value={unit} choices={unitChoices(items)} onChange={setUnit} />
            <ProblemNote error={update.error} />
            <ModalActions>
              <Button onClick={onClose}>{words.app.cancel}</Button>
              <Button kind="primary" submit busy={update.isPending}>
                {own.move}
              </Button>
            </ModalActions>
          </form>
        )}
      </AsyncView>
    </Modal>
  );
}
