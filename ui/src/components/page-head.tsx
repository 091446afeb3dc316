import type { ReactNode } from "react";

import styles from "./page-head.module.css";

interface PageHeadProps {
  title: ReactNode;
  sub?: ReactNode;
  children?: ReactNode;
}

export function PageHead({ title, sub, children }: PageHeadProps) {
  return (
    <div className={styles.head}>
      <div className={styles.words}>
        <h1>{title}</h1>
        {sub && <p>{sub}</p>}
      </div>
      {children && <div className={styles.actions}>{children}</div>}
    </div>
  );
}
