import { Dialog } from "@base-ui/react/dialog";
import { useRouterState } from "@tanstack/react-router";
import { Languages, Menu, Moon, Sun, X } from "lucide-react";
import { useEffect, useState } from "react";

import { IconButton } from "@/components/button";
import { Logo } from "@/components/logo";
import { Bell } from "@/features/messages/bell";
import { setLanguage, useLanguage, useWords } from "@/lib/i18n";
import { useSession } from "@/lib/queries";
import { toggleTheme, useTheme } from "@/lib/theme";

import { AccountMenu } from "./account-menu";
import { LivePill } from "./live-pill";
import { Navigation } from "./navigation";
import { QuickSearch } from "./quick-search";
import { ScopePicker } from "./scope-picker";
import styles from "./top-bar.module.css";

export function TopBar() {
  const words = useWords();
  const language = useLanguage();
  const theme = useTheme();
  const { sample } = useSession();
  return (
    <header className={styles.bar}>
      <PhoneMenu />
      <div className={styles.phoneBrand}>
        <Logo size={26} />
        <b>{words.app.name}</b>
      </div>
      <div className={styles.wide}>
        <ScopePicker />
        <QuickSearch />
      </div>
      <div className={styles.tools}>
        {sample && (
          <span className={styles.sample} title={words.app.sampleHint}>
            {words.app.sample}
          </span>
        )}
        <LivePill />
        <button
          type="button"
          className={styles.language}
          lang={language === "vi" ? "en" : "vi"}
          title={words.language.switchTo}
          onClick={() => void setLanguage(language === "vi" ? "en" : "vi")}
        >
          <Languages size={18} aria-hidden />
          <span className="visually-hidden">{words.language.switchTo}</span>
          <b aria-hidden>{words.language.label}</b>
        </button>
        <IconButton
          label={theme === "dark" ? words.theme.toLight : words.theme.toDark}
          icon={theme === "dark" ? Sun : Moon}
          onClick={toggleTheme}
        />
        <Bell />
        <AccountMenu />
      </div>
    </header>
  );
}

/** On a phone the sidebar is a sheet; it closes by itself when the page changes. */
function PhoneMenu() {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const place = useRouterState({ select: (state) => state.location.href });
  useEffect(() => setOpen(false), [place]);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className={styles.burger} aria-label={words.nav.open}>
        <Menu size={22} aria-hidden />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.scrim} />
        <Dialog.Popup className={styles.sheet}>
          <div className={styles.sheetHead}>
            <Logo size={26} />
            <Dialog.Title render={<b />}>{words.app.name}</Dialog.Title>
            <Dialog.Close className={styles.burger} aria-label={words.app.close}>
              <X size={20} aria-hidden />
            </Dialog.Close>
          </div>
          <div className={styles.sheetScope}>
            <ScopePicker />
          </div>
          <Navigation />
          <div className={styles.sheetFoot}>
            <LivePill />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
