import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { SelectField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { INCIDENT_KINDS, SEVERITIES, type IncidentDetail, type IncidentKind, type Severity } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { useHubText, useWords } from "@/lib/i18n";

import { TraitsField } from "./traits-field";
import { useUpdateIncident } from "./use-incidents";
import { useIncidentWords } from "./words";

const MOST_TITLE = 200;

export function EditDialog({ detail, onClose }: { detail: IncidentDetail; onClose: () => void }) {
  const words = useIncidentWords();
  const { app, severity: severities } = useWords();
  const hubText = useHubText();
  const { incident } = detail;
  const update = useUpdateIncident(incident.id);
  const [title, setTitle] = useState(incident.title);
  const [kind, setKind] = useState<string>(incident.kind);
  const [severity, setSeverity] = useState<string>(incident.severity);
  const [said, setSaid] = useState(detail.traits.filter((trait) => trait.said).map(({ id }) => id));
  const [checked, setChecked] = useState(false);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (typed(title) !== "") update.mutate({ title: typed(title), kind: kind as IncidentKind, severity: severity as Severity, traits: said }, { onSuccess: onClose });
  }
  return (
    <Modal open onClose={onClose} title={words.editTitle} wide>
      <form onSubmit={onSubmit} noValidate>
        <p>{words.editNote}</p>
        <TextField label={words.name} value={title} onChange={setTitle} error={checked && typed(title) === "" ? words.nameMissing : null} maxLength={MOST_TITLE} required />
        <SelectField label={words.kind} value={kind} onChange={setKind} choices={INCIDENT_KINDS.map((value) => ({ value, label: words.kinds[value] }))} required />
        <SelectField label={words.severity} hint={hubText(detail.severity_label)} value={severity} onChange={setSeverity} choices={SEVERITIES.map((value) => ({ value, label: severities[value] }))} required />
        <TraitsField traits={detail.traits} said={said} onChange={setSaid} />
        <ProblemNote error={update.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={update.isPending}>
            {app.save}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
