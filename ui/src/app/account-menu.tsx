import { Menu } from "@base-ui/react/menu";
import { ChevronsUpDown, KeyRound, LogOut, ShieldPlus } from "lucide-react";
import { useCallback, useState } from "react";

import { MenuPopup } from "@/components/menu";
import { ChangePasswordDialog } from "@/features/session/password-form";
import { TotpDialog } from "@/features/session/totp-dialog";
import { useSignOut } from "@/features/session/use-session-actions";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { useSession } from "@/lib/queries";

import styles from "./account-menu.module.css";

export function AccountMenu() {
  const words = useWords();
  const session = useSession();
  const signOut = useSignOut();
  const [task, setTask] = useState<"password" | "totp" | null>(null);
  const done = useCallback(() => setTask(null), []);
  const { name } = session.user;
  return (
    <>
      <Menu.Root>
        <Menu.Trigger className={styles.trigger}>
          <span className="visually-hidden">
            {name}, {words.nav.account}
          </span>
          <span className={styles.avatar} aria-hidden>
            {format.initials(name)}
          </span>
          <span className={styles.person} aria-hidden>
            <b>{name}</b>
            <small>{words.role[session.role]}</small>
          </span>
          <ChevronsUpDown size={14} aria-hidden />
        </Menu.Trigger>
        <MenuPopup
          actions={[
            { label: words.nav.changePassword, icon: KeyRound, onSelect: () => setTask("password") },
            ...(session.totp_enabled
              ? []
              : [{ label: words.nav.setUpTotp, icon: ShieldPlus, onSelect: () => setTask("totp") }]),
            { label: words.nav.signOut, icon: LogOut, onSelect: () => signOut.mutate() },
          ]}
        />
      </Menu.Root>
      {task === "password" && <ChangePasswordDialog onClose={done} />}
      {task === "totp" && <TotpDialog onClose={done} />}
    </>
  );
}
