import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { DateField } from "@/components/date-field";
import { SelectField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import type { UnitDetail } from "@/lib/api-types";
import { today } from "@/lib/days";
import { typed } from "@/lib/fold";
import { useHubText, useWords } from "@/lib/i18n";
import { lawTermsQuery } from "@/lib/queries";

import { useAssignRole, useEndRole } from "./use-estate";
import { useEstateWords } from "./words";

/** Only roles that are given by a decision; the others follow from the kind of agency. */
export function RoleDialog({ unit, onClose }: { unit: number; onClose: () => void }) {
  const words = useEstateWords();
  const { app } = useWords();
  const hubText = useHubText();
  const roles = useQuery(lawTermsQuery).data?.roles.filter(({ assigned }) => assigned) ?? [];
  const assign = useAssignRole(unit);
  const [role, setRole] = useState("");
  const [from, setFrom] = useState(today());
  const [to, setTo] = useState("");
  const [decision, setDecision] = useState("");

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    assign.mutate(
      { role, valid_from: from, decision: typed(decision), ...(to ? { valid_to: to } : {}) },
      { onSuccess: onClose },
    );
  }

  return (
    <Modal open onClose={onClose} title={words.assign}>
      <form onSubmit={onSubmit}>
        <SelectField
          label={words.role}
          value={role}
          choices={[{ value: "", label: app.choose }, ...roles.map(({ id, title }) => ({ value: id, label: hubText(title) }))]}
          onChange={setRole}
          required
        />
        <TextField label={words.decision} value={decision} onChange={setDecision} maxLength={200} required />
        <DateField label={words.validFrom} value={from} onChange={setFrom} required />
        <DateField label={words.validTo} value={to} onChange={setTo} optional />
        <ProblemNote error={assign.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={assign.isPending}>
            {words.assign}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

export function EndRoleDialog({ role, onClose }: { role: UnitDetail["roles"][number]; onClose: () => void }) {
  const words = useEstateWords();
  const { app } = useWords();
  const hubText = useHubText();
  const end = useEndRole();
  const [to, setTo] = useState(today());

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    end.mutate({ id: role.id, valid_to: to }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={words.endTitle(hubText(role.title))}>
      <form onSubmit={onSubmit}>
        <DateField label={words.validTo} value={to} onChange={setTo} required />
        <ProblemNote error={end.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={end.isPending}>
            {words.end}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
