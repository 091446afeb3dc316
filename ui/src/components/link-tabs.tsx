import type { ReactNode } from "react";

import styles from "./tabs.module.css";

/** Pages beside each other, as links: give each the look with `linkTab`. */
export function LinkTabs({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {children}
    </nav>
  );
}

export const linkTab = {
  className: styles.link,
  activeProps: { "aria-current": "page" as const },
  activeOptions: { exact: true, includeSearch: false },
};
