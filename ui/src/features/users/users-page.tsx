import { Plus, Search } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import type { User, UserCreated } from "@/lib/api-types";
import { fold } from "@/lib/fold";
import { useWords, type Dict } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { DisableUser, EnableUser, ResetPassword } from "./account-dialogs";
import { OneTimePassword } from "./one-time-password";
import { UserDialog } from "./user-dialog";
import { UserTable } from "./user-table";
import styles from "./users-page.module.css";
import { useUsers } from "./use-users";
import { useUserWords } from "./words";

export type UserTask = { kind: "add" } | { kind: "edit" | "disable" | "enable" | "reset"; user: User };

interface UsersPageProps {
  q: string;
  onSearch: (q: string) => void;
}

export function UsersPage({ q, onSearch }: UsersPageProps) {
  const words = useWords();
  const own = useUserWords();
  const mayManage = useMay("province_admin");
  const query = useUsers();
  const [task, setTask] = useState<UserTask | null>(null);
  const [created, setCreated] = useState<UserCreated | null>(null);
  const done = () => setTask(null);
  const handOver = (answer: UserCreated) => {
    setTask(null);
    setCreated(answer);
  };
  return (
    <div className={styles.page}>
      <PageHead title={own.title} sub={own.sub}>
        {mayManage && (
          <Button kind="primary" icon={Plus} onClick={() => setTask({ kind: "add" })}>
            {own.add}
          </Button>
        )}
      </PageHead>
      <SearchBox label={own.filter} value={q} onChange={onSearch} />
      <AsyncView query={query}>
        {({ items }) => {
          const shown = items.filter((user) => matches(user, q, words));
          return shown.length > 0 ? (
            <UserTable users={shown} onTask={mayManage ? setTask : undefined} />
          ) : (
            <EmptyState
              icon={Search}
              title={own.none}
              action={<Button onClick={() => onSearch("")}>{words.app.clearFilter}</Button>}
            />
          );
        }}
      </AsyncView>
      {task?.kind === "add" && <UserDialog onClose={done} onCreated={handOver} />}
      {task?.kind === "edit" && <UserDialog user={task.user} onClose={done} onCreated={handOver} />}
      {task?.kind === "disable" && <DisableUser user={task.user} onClose={done} />}
      {task?.kind === "enable" && <EnableUser user={task.user} onClose={done} />}
      {task?.kind === "reset" && <ResetPassword user={task.user} onClose={done} onReset={handOver} />}
      {created && <OneTimePassword created={created} onClose={() => setCreated(null)} />}
    </div>
  );
}

function matches(user: User, q: string, words: Dict): boolean {
  const wanted = fold(q);
  const texts = [user.name, user.username, words.role[user.role], ...user.scope.map((unit) => unit.name)];
  return texts.some((text) => fold(text).includes(wanted));
}
