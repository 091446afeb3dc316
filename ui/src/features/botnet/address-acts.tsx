import { useQuery } from "@tanstack/react-query";
import { Building2, Check, CircleDot, Mail, NotebookPen, Siren } from "lucide-react";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { NoteField, SelectField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { SEVERITIES, type BotnetAddressDetail, type Severity } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";
import { unitsQuery } from "@/lib/queries";
import { unitChoices } from "@/lib/unit-tree";

import { useMoveAddress, useOpenIncident } from "./use-botnet";
import { useBotnetWords } from "./words";

const MOST_NOTE = 1000;
const MOST_WORDS = 4000;

type Asking = "sent" | "reported_clean" | "note" | "attributed" | "incident" | null;

/** One act is the next one; the others stay beside it. What the hub would refuse is not offered. */
export function AddressActs({ detail }: { detail: BotnetAddressDetail }) {
  const words = useBotnetWords();
  const { id, unit, state } = detail.address;
  const move = useMoveAddress(id);
  const [asking, setAsking] = useState<Asking>(null);
  const may = (event: BotnetAddressDetail["may"][number]) => detail.may.includes(event);
  const isIncident = (detail.incidents ?? []).some((one) => one.state !== "closed");
  return (
    <>
      <ProblemNote error={asking ? null : move.error} />
      {may("note") && (
        <Button icon={NotebookPen} onClick={() => setAsking("note")}>
          {words.note}
        </Button>
      )}
      {may("note") && unit && state !== "delisted" && !isIncident && (
        <Button icon={Siren} onClick={() => setAsking("incident")}>
          {words.openIncident}
        </Button>
      )}
      {may("attributed") && (
        <Button kind={unit ? "plain" : "primary"} icon={Building2} onClick={() => setAsking("attributed")}>
          {words.assign}
        </Button>
      )}
      {may("sent") && unit && (
        <Button icon={Mail} onClick={() => setAsking("sent")}>
          {words.sent}
        </Button>
      )}
      {may("cleaning") && unit && state !== "reported_clean" && (
        <Button kind="primary" icon={CircleDot} busy={move.isPending} onClick={() => move.mutate({ event: "cleaning" })}>
          {words.begin}
        </Button>
      )}
      {may("reported_clean") && (
        <Button kind="primary" icon={Check} onClick={() => setAsking("reported_clean")}>
          {words.clean}
        </Button>
      )}
      {asking === "attributed" && <UnitDialog detail={detail} onClose={() => setAsking(null)} />}
      {asking === "incident" && <IncidentDialog id={id} onClose={() => setAsking(null)} />}
      {asking !== null && asking !== "attributed" && asking !== "incident" && <NoteDialog detail={detail} event={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

function NoteDialog({ detail, event, onClose }: { detail: BotnetAddressDetail; event: "sent" | "reported_clean" | "note"; onClose: () => void }) {
  const words = useBotnetWords();
  const { app } = useWords();
  const move = useMoveAddress(detail.address.id);
  const [note, setNote] = useState("");
  const [checked, setChecked] = useState(false);
  const title = { sent: words.sentTitle, reported_clean: words.cleanTitle, note: words.noteTitle }[event];
  const hint = { sent: words.sentHint, reported_clean: words.cleanHint, note: undefined }[event];
  const action = { sent: words.sent, reported_clean: words.clean, note: app.save }[event];
  const missing = event === "note" && typed(note) === "";

  function onSubmit(submitted: FormEvent) {
    submitted.preventDefault();
    setChecked(true);
    if (!missing) move.mutate({ event, note: typed(note) }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={title}>
      <form onSubmit={onSubmit} noValidate>
        <NoteField label={words.noteLabel} hint={hint} error={checked && missing ? words.wanted : null} value={note} onChange={setNote} maxLength={MOST_NOTE} optional={event !== "note"} autoFocus />
        <ProblemNote error={move.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={move.isPending}>
            {action}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

function UnitDialog({ detail, onClose }: { detail: BotnetAddressDetail; onClose: () => void }) {
  const words = useBotnetWords();
  const { app } = useWords();
  const units = useQuery(unitsQuery).data?.items ?? [];
  const move = useMoveAddress(detail.address.id);
  const [unit, setUnit] = useState("");
  const [checked, setChecked] = useState(false);

  function onSubmit(submitted: FormEvent) {
    submitted.preventDefault();
    setChecked(true);
    if (unit !== "") move.mutate({ event: "attributed", unit: Number(unit) }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={words.assignTitle}>
      <form onSubmit={onSubmit} noValidate>
        <SelectField
          label={words.unit}
          hint={words.assignHint}
          error={checked && unit === "" ? words.wanted : null}
          value={unit}
          choices={[{ value: "", label: app.choose }, ...unitChoices(units)]}
          onChange={setUnit}
          required
        />
        <ProblemNote error={move.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={move.isPending}>
            {words.assign}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

function IncidentDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const words = useBotnetWords();
  const { app, severity: severities } = useWords();
  const open = useOpenIncident(id);
  const [severity, setSeverity] = useState<string>("medium");
  const [note, setNote] = useState("");

  function onSubmit(submitted: FormEvent) {
    submitted.preventDefault();
    const known = typed(note);
    open.mutate({ severity: severity as Severity, ...(known ? { words: known } : {}) }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={words.openIncidentTitle}>
      <form onSubmit={onSubmit} noValidate>
        <SelectField
          label={words.severity}
          hint={words.openIncidentHint}
          value={severity}
          choices={SEVERITIES.filter((one) => one !== "info").map((value) => ({ value, label: severities[value] }))}
          onChange={setSeverity}
          required
        />
        <NoteField label={words.openIncidentWords} value={note} onChange={setNote} maxLength={MOST_WORDS} optional />
        <ProblemNote error={open.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={open.isPending}>
            {words.openIncident}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
