import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button, IconButton } from "@/components/button";
import { Card } from "@/components/card";
import { SelectField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import type { IncidentDetail } from "@/lib/api-types";
import { useWords } from "@/lib/i18n";
import { peopleQuery } from "@/lib/queries";

import styles from "./incidents.module.css";
import { useSetMember } from "./use-incidents";
import { useIncidentWords } from "./words";

type Part = IncidentDetail["members"][number]["part"];
const PARTS = ["lead", "analyst", "communication", "unit_contact"] as const satisfies readonly Part[];

export function PeopleCard({ detail }: { detail: IncidentDetail }) {
  const words = useIncidentWords();
  const set = useSetMember(detail.incident.id);
  const [adding, setAdding] = useState(false);
  return (
    <Card
      title={words.people}
      aside={
        detail.may_edit && (
          <Button size="small" icon={Plus} onClick={() => setAdding(true)}>
            {words.peopleAdd}
          </Button>
        )
      }
    >
      {detail.members.length === 0 && <p className={styles.soft}>{words.peopleNone}</p>}
      <ul className={styles.people}>
        {detail.members.map(({ user, part }) => (
          <li key={user.id}>
            <span>
              {user.name}
              <small>{words.parts[part]}</small>
            </span>
            {detail.may_edit && <IconButton label={words.removeMember(user.name)} icon={X} onClick={() => set.mutate({ user: user.id, part: "" })} />}
          </li>
        ))}
      </ul>
      <ProblemNote error={set.error} />
      {adding && <AddDialog detail={detail} onClose={() => setAdding(false)} />}
    </Card>
  );
}

function AddDialog({ detail, onClose }: { detail: IncidentDetail; onClose: () => void }) {
  const words = useIncidentWords();
  const { app } = useWords();
  const set = useSetMember(detail.incident.id);
  const people = useQuery(peopleQuery(detail.incident.unit.id)).data?.items ?? [];
  const [chosen, setChosen] = useState("");
  const [part, setPart] = useState<string>(detail.members.some((member) => member.part === "lead") ? "analyst" : "lead");
  const user = chosen || String(people[0]?.id ?? "");
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (user) set.mutate({ user: Number(user), part: part as Part }, { onSuccess: onClose });
  }
  return (
    <Modal open onClose={onClose} title={words.peopleAdd}>
      <form onSubmit={onSubmit}>
        <SelectField label={words.person} value={user} onChange={setChosen} choices={people.map(({ id, name }) => ({ value: String(id), label: name }))} required />
        <SelectField label={words.part} value={part} onChange={setPart} choices={PARTS.map((value) => ({ value, label: words.parts[value] }))} required />
        <ProblemNote error={set.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={set.isPending} disabled={!user}>
            {words.peopleAdd}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
