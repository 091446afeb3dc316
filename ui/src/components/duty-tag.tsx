import type { ReactElement } from "react";

import type { DutyMatrix, DutyState } from "@/lib/api-types";
import { useWords } from "@/lib/i18n";

import { classNames } from "./class-names";
import styles from "./duty-tag.module.css";

/** What one character of a matrix row says. */
export const STATE_OF: Record<string, DutyState | undefined> = {
  m: "met",
  w: "waiting",
  n: "not_due",
  s: "due_soon",
  o: "overdue",
  u: "unknown",
  x: "not_applicable",
};

const glyph = (children: ReactElement) => (
  <svg
    viewBox="0 0 16 16"
    width="16"
    height="16"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden
  >
    {children}
  </svg>
);

/** Made once: a matrix draws hundreds of them at every scroll. */
export const DUTY_GLYPH: Record<DutyState, ReactElement> = {
  met: glyph(<path d="m3.2 8.6 3.2 3.2 6.4-7.2" />),
  waiting: glyph(
    <>
      <path d="M1.6 8S4 3.8 8 3.8 14.4 8 14.4 8 12 12.2 8 12.2 1.6 8 1.6 8Z" />
      <circle cx="8" cy="8" r="1.9" />
    </>,
  ),
  not_due: glyph(<circle cx="8" cy="8" r="5.6" strokeDasharray="2.6 1.8" />),
  due_soon: glyph(
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M8 4.8V8l2.2 1.5" />
    </>,
  ),
  overdue: glyph(
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="m6 6 4 4m0-4-4 4" />
    </>,
  ),
  unknown: glyph(
    <>
      <path d="M5.9 6a2.1 2.1 0 1 1 3.3 1.8c-.8.5-1.2.9-1.2 1.7" />
      <path d="M8 12.2h.01" />
    </>,
  ),
  not_applicable: glyph(<path d="M4.5 8h7" />),
};

/** The square of a matrix and of its legend. */
export function DutyMark({ state, small }: { state: DutyState; small?: boolean }) {
  return <i className={classNames(styles.mark, styles[state], small && styles.small)}>{DUTY_GLYPH[state]}</i>;
}

export function DutyTag({ state }: { state: DutyState }) {
  const words = useWords().duty;
  return (
    <span className={classNames(styles.tag, styles[state])}>
      {DUTY_GLYPH[state]}
      {words[state]}
    </span>
  );
}

type Counts = DutyMatrix["columns"][number]["counts"];

const MIX = ["met", "waiting", "not_due", "unknown", "due_soon", "overdue"] as const;

/** Met from the left, overdue at the right end; what does not apply is not counted. */
export function DutyMix({ counts, width = 60, label }: { counts: Counts; width?: number; label?: string }) {
  const total = MIX.reduce((sum, state) => sum + counts[state], 0) || 1;
  let start = 0;
  return (
    <svg
      viewBox={`0 0 ${width} 5`}
      width={width}
      height="5"
      className={styles.mix}
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      <rect width={width} height="5" className={styles.fill_none} />
      {MIX.map((state) => {
        const share = (width * counts[state]) / total;
        const x = start;
        start += share;
        return share > 0 ? <rect key={state} x={x} width={share} height="5" className={styles[`fill_${state}`]} /> : null;
      })}
    </svg>
  );
}

export function DutyLegend({ states, note }: { states: readonly DutyState[]; note?: string }) {
  const words = useWords().duty;
  return (
    <ul className={styles.legend}>
      {states.map((state) => (
        <li key={state}>
          <DutyMark state={state} small />
          {words[state]}
        </li>
      ))}
      {note && <li>{note}</li>}
    </ul>
  );
}
