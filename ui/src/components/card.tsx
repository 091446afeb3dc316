import { useId, type ReactNode } from "react";

import { classNames } from "./class-names";
import styles from "./card.module.css";

interface CardProps {
  title: string;
  sub?: string;
  aside?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}

export function Card({ title, sub, aside, flush, children }: CardProps) {
  const id = useId();
  return (
    <section className={classNames(styles.card, flush && styles.flush)} aria-labelledby={id}>
      <div className={styles.head}>
        <div>
          <h2 id={id}>{title}</h2>
          {sub && <p>{sub}</p>}
        </div>
        {aside}
      </div>
      {children}
    </section>
  );
}
