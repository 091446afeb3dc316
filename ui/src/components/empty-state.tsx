import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import styles from "./empty-state.module.css";

interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  sub?: string;
  action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, sub, action }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <span className={styles.icon}>
        <Icon size={26} aria-hidden />
      </span>
      <b>{title}</b>
      {sub && <p>{sub}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}
