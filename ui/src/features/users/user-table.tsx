import { Ban, KeyRound, LockOpen, Pencil } from "lucide-react";

import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { ActionMenu } from "@/components/menu";
import { Moment } from "@/components/moment";
import type { User } from "@/lib/api-types";
import { useWords } from "@/lib/i18n";
import { useSession } from "@/lib/queries";

import styles from "./user-table.module.css";
import type { UserTask } from "./users-page";
import { useUserWords } from "./words";

interface UserTableProps {
  users: User[];
  onTask?: (task: UserTask) => void;
}

export function UserTable({ users, onTask }: UserTableProps) {
  const words = useWords();
  const own = useUserWords();
  return (
    <div className={table.wrap}>
      <table className={table.table} aria-label={own.list}>
        <thead>
          <tr>
            <th scope="col">{own.name}</th>
            <th scope="col">{own.role}</th>
            <th scope="col">{own.scope}</th>
            <th scope="col">{own.totp}</th>
            <th scope="col">{own.lastSignIn}</th>
            <th scope="col">{own.status}</th>
            {onTask && (
              <th scope="col" className={table.end}>
                <span className="visually-hidden">{words.app.actions}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <UserRow key={user.id} user={user} onTask={onTask} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function UserRow({ user, onTask }: { user: User; onTask?: (task: UserTask) => void }) {
  const words = useWords();
  const own = useUserWords();
  return (
    <tr className={classNames(user.disabled && styles.disabled)}>
      <th scope="row" className={table.name}>
        <span className={styles.person}>
          {user.name}
          <small>{user.username}</small>
        </span>
      </th>
      <td>{words.role[user.role]}</td>
      <td className={table.soft} data-label={own.scope}>
        {user.scope.map((unit) => unit.name).join(", ")}
      </td>
      <td className={table.soft} data-label={own.totp}>
        {user.totp_enabled ? own.totpOn : own.totpOff}
      </td>
      <td className={table.soft} data-label={own.lastSignIn}>
        {user.last_sign_in ? <Moment at={user.last_sign_in} /> : own.never}
      </td>
      <td data-label={own.status}>
        <span className={user.disabled ? styles.off : styles.on}>
          {user.disabled ? own.disabled : own.active}
        </span>
      </td>
      {onTask && (
        <td className={table.end}>
          <UserMenu user={user} onTask={onTask} />
        </td>
      )}
    </tr>
  );
}

function UserMenu({ user, onTask }: { user: User; onTask: (task: UserTask) => void }) {
  const words = useUserWords();
  const me = useSession().user.id;
  const edit = { label: words.edit, icon: Pencil, onSelect: () => onTask({ kind: "edit", user }) };
  const reset = { label: words.reset, icon: KeyRound, onSelect: () => onTask({ kind: "reset", user }) };
  const disable = { label: words.disable, icon: Ban, danger: true, onSelect: () => onTask({ kind: "disable", user }) };
  const enable = { label: words.enable, icon: LockOpen, onSelect: () => onTask({ kind: "enable", user }) };
  // Nobody locks themselves out by a slip.
  const actions = user.id === me ? [edit] : [edit, reset, user.disabled ? enable : disable];
  return <ActionMenu label={words.actionsOf(user.name)} actions={actions} />;
}
