import { Check } from "lucide-react";

import type { System } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./dossier-steps.module.css";
import { useSystemWords } from "./words";

export const STEPS = ["dossier_at", "approved_at", "plan_deployed_at", "assessed_at"] as const;

/** How far the dossier is, in one line of a list. */
export function DossierProgress({ system }: { system: System }) {
  const words = useSystemWords();
  const done = STEPS.filter((step) => system[step] !== null).length;
  const next = STEPS.find((step) => system[step] === null);
  return (
    <span className={styles.progress}>
      <span className={styles.dots} aria-hidden>
        {STEPS.map((step) => (
          <i key={step} data-done={system[step] !== null || undefined} />
        ))}
      </span>
      <span>
        <span className="visually-hidden">{words.stepsDone(done)}. </span>
        {next ? words.nextStep(words.steps[next]) : words.allSteps}
      </span>
    </span>
  );
}

/** Each step with its date. */
export function DossierSteps({ system }: { system: System }) {
  const words = useSystemWords();
  return (
    <ol className={styles.steps}>
      {STEPS.map((step, index) => {
        const date = system[step];
        return (
          <li key={step} data-done={date !== null || undefined}>
            <i aria-hidden>{date ? <Check size={14} /> : index + 1}</i>
            <b>{words.steps[step]}</b>
            <span className="num">{date ? format.date(date) : words.notYet}</span>
          </li>
        );
      })}
    </ol>
  );
}
