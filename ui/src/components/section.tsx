import type { ReactNode } from "react";

import styles from "./section.module.css";

/** A part of a panel or a page, under its own small heading. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <div className={styles.head}>
        <h3>{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** What to do, one after the other. */
export function Steps({ steps }: { steps: string[] }) {
  return (
    <ol className={styles.steps}>
      {steps.map((step, index) => (
        <li key={index}>
          <b className="num">{index + 1}</b>
          <span>{step}</span>
        </li>
      ))}
    </ol>
  );
}

/** Names and values; a missing value is a dash, never a gap. */
export function Facts({ facts }: { facts: { label: string; value: ReactNode; wide?: boolean }[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(({ label, value, wide }) => (
        <div key={label} data-wide={wide || undefined}>
          <dt>{label}</dt>
          <dd>{value === "" || value === null || value === undefined ? "–" : value}</dd>
        </div>
      ))}
    </dl>
  );
}
