import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

import { Logo } from "@/components/logo";
import { useWords } from "@/lib/i18n";
import { useSession } from "@/lib/queries";

import { Navigation } from "./navigation";
import { PingWatch } from "./ping-watch";
import styles from "./shell.module.css";
import { TopBar } from "./top-bar";
import { usePageTitle } from "./use-page-title";

export function Shell() {
  const words = useWords();
  const session = useSession();
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const firstPath = useRef(path);
  usePageTitle(path);

  // A new page is announced to a screen reader by moving the focus to it.
  useEffect(() => {
    if (path === firstPath.current) return;
    firstPath.current = path;
    main.current?.focus({ preventScroll: true });
  }, [path]);

  return (
    <div className={styles.shell}>
      <a href="#main" className={styles.skip}>
        {words.app.skip}
      </a>
      <aside className={styles.side} aria-label={words.app.name}>
        <div className={styles.brand}>
          <Logo size={28} />
          <div>
            <b>{words.app.name}</b>
            <span>{session.tenant}</span>
          </div>
        </div>
        <Navigation />
      </aside>
      <div className={styles.column}>
        <TopBar />
        {session.sample && (
          <aside className={styles.sample} aria-label={words.app.sample}>
            <b>{words.app.sample}</b> {words.app.sampleHint}
          </aside>
        )}
        <PingWatch />
        <main id="main" ref={main} tabIndex={-1} className={styles.main}>
          <Outlet />
        </main>
      </div>
    </div>
  );
}
