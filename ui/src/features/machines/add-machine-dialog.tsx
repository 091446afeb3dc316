import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, LoaderCircle } from "lucide-react";
import { useEffect, useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { CopyField } from "@/components/copy-field";
import { SelectField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import type { EnrolmentTokenCreated, Unit } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { unitsQuery } from "@/lib/queries";
import { unitChoices } from "@/lib/unit-tree";

import styles from "./add-machine-dialog.module.css";
import { OpenTokens } from "./open-tokens";
import { useCreateToken, useEnrolmentTokens } from "./use-machines";
import { useMachineWords } from "./words";

const HOURS = [1, 4, 24];

interface AddMachineDialogProps {
  unit?: number;
  onClose: () => void;
}

/** Choose the unit, get a one-time token, run one line; then see the machine arrive. */
export function AddMachineDialog({ unit, onClose }: AddMachineDialogProps) {
  const words = useMachineWords();
  const units = useQuery(unitsQuery);
  const create = useCreateToken();
  return (
    <Modal open onClose={onClose} title={words.addTitle} wide>
      {create.data ? (
        <RunCommand created={create.data} onAnother={() => create.reset()} onClose={onClose} />
      ) : (
        <AsyncView query={units}>
          {({ items }) => (
            <>
              <TokenForm
                units={items}
                unit={unit}
                busy={create.isPending}
                error={create.error}
                onCreate={(chosen, hours) => create.mutate({ unit: chosen, valid_hours: hours })}
              />
              <OpenTokens />
            </>
          )}
        </AsyncView>
      )}
    </Modal>
  );
}

interface TokenFormProps {
  units: Unit[];
  unit?: number;
  busy: boolean;
  error: unknown;
  onCreate: (unit: number, hours: number) => void;
}

function TokenForm({ units, unit, busy, error, onCreate }: TokenFormProps) {
  const words = useMachineWords();
  const [chosen, setChosen] = useState(String(unit ?? (units.length === 1 ? units[0]?.id : undefined) ?? ""));
  const [hours, setHours] = useState("24");
  // A machine belongs somewhere: nobody should land at the top by not choosing.
  const choices = [...(chosen ? [] : [{ value: "", label: words.addChoose }]), ...unitChoices(units)];

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    onCreate(Number(chosen), Number(hours));
  }

  return (
    <form onSubmit={onSubmit}>
      <SelectField label={words.addUnit} value={chosen} choices={choices} onChange={setChosen} />
      <SelectField
        label={words.addHours}
        value={hours}
        choices={HOURS.map((count) => ({ value: String(count), label: words.hours(count) }))}
        onChange={setHours}
      />
      <ProblemNote error={error} />
      <ModalActions>
        <Button kind="primary" submit busy={busy} disabled={!chosen}>
          {words.addCreate}
        </Button>
      </ModalActions>
    </form>
  );
}

interface RunCommandProps {
  created: EnrolmentTokenCreated;
  onAnother: () => void;
  onClose: () => void;
}

function RunCommand({ created, onAnother, onClose }: RunCommandProps) {
  const words = useWords();
  const own = useMachineWords();
  const client = useQueryClient();
  const [waiting, setWaiting] = useState(true);
  const tokens = useEnrolmentTokens(waiting);
  const token = tokens.data?.items.find(({ id }) => id === created.token.id);
  const arrived = token?.state === "used";

  useEffect(() => {
    if (!arrived) return;
    setWaiting(false);
    void client.invalidateQueries({ queryKey: ["machines", "list"] });
    void client.invalidateQueries({ queryKey: ["overview"] });
  }, [arrived, client]);

  return (
    <>
      <p>{own.addRun}</p>
      <CopyField label={own.addRun} value={created.command} />
      <p className={styles.note}>
        {own.addOnce} {own.addExpires(format.dateTime(created.token.expires_at))}
      </p>
      <p className={arrived ? styles.arrived : styles.waiting} role="status">
        {arrived ? <CircleCheck size={18} aria-hidden /> : <LoaderCircle size={18} className={styles.turning} aria-hidden />}
        {arrived ? own.addConnected : own.addWaiting}
        {arrived && token.machine && (
          <Link to="/may-tinh/$machineId" params={{ machineId: String(token.machine) }} className="link">
            {own.addOpen}
          </Link>
        )}
      </p>
      <ModalActions>
        <Button onClick={onAnother}>{own.addAnother}</Button>
        <Button kind="primary" onClick={onClose}>
          {words.app.close}
        </Button>
      </ModalActions>
    </>
  );
}
