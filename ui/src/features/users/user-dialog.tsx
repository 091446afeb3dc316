import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { SelectField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { ROLES, type Role, type User, type UserCreated } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";
import { unitsQuery } from "@/lib/queries";

import { ScopeField } from "./scope-field";
import { useCreateUser, useUpdateUser } from "./use-users";
import { useUserWords } from "./words";

interface UserDialogProps {
  user?: User;
  onClose: () => void;
  onCreated: (created: UserCreated) => void;
}

export function UserDialog({ user, onClose, onCreated }: UserDialogProps) {
  const words = useWords();
  const own = useUserWords();
  const units = useQuery(unitsQuery);
  const create = useCreateUser();
  const update = useUpdateUser(user?.id ?? 0);
  const [username, setUsername] = useState(user?.username ?? "");
  const [name, setName] = useState(user?.name ?? "");
  const [role, setRole] = useState<Role>(user?.role ?? "unit_officer");
  const [scope, setScope] = useState<number[]>(user?.scope.map((unit) => unit.id) ?? []);
  const [checked, setChecked] = useState(false);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (scope.length === 0) return;
    if (user) update.mutate({ name: typed(name), role, scope }, { onSuccess: onClose });
    else create.mutate({ username: typed(username), name: typed(name), role, scope }, { onSuccess: onCreated });
  }

  return (
    <Modal open onClose={onClose} title={user ? own.editTitle : own.add}>
      <form onSubmit={onSubmit}>
        <TextField label={own.name} value={name} onChange={setName} maxLength={200} required autoFocus />
        {!user && (
          <TextField
            label={own.username}
            hint={own.usernameHint}
            value={username}
            onChange={setUsername}
            maxLength={64}
            required
          />
        )}
        <SelectField
          label={own.role}
          value={role}
          choices={ROLES.map((value) => ({ value, label: words.role[value] }))}
          onChange={(value) => setRole(value as Role)}
        />
        <AsyncView query={units}>
          {({ items }) => (
            <ScopeField units={items} value={scope} onChange={setScope} missing={checked && scope.length === 0} />
          )}
        </AsyncView>
        <ProblemNote error={create.error ?? update.error} />
        <ModalActions>
          <Button onClick={onClose}>{words.app.cancel}</Button>
          <Button kind="primary" submit busy={create.isPending || update.isPending}>
            {user ? words.app.save : own.add}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
