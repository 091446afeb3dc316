import { Check, Circle, LoaderCircle } from "lucide-react";
import { useEffect, useState } from "react";

import type { SiteDetail, SiteLook } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./look-progress.module.css";
import { useSiteWords } from "./words";

const STEPS = ["asked", "looking", "done"] as const;
const ICONS = { past: Check, now: LoaderCircle, ahead: Circle };

interface LookProgressProps {
  watch: SiteDetail["watch"];
  look: SiteLook | null;
}

/** A look somebody waits for, step by step; then what came of it. Nothing where nobody asked. */
export function LookProgress({ watch, look }: LookProgressProps) {
  const words = useSiteWords();
  const finished = watch.finished_at;
  const awaited = watch.asked_at !== null && (finished === null || finished < watch.asked_at);
  const [waited, setWaited] = useState(false);
  useEffect(() => {
    if (awaited) setWaited(true);
  }, [awaited]);
  if (!awaited && watch.being_looked_at) return <p className={styles.line} role="status">{words.lookAlone}</p>;
  if (!awaited) {
    return waited && look ? (
      <p className={styles.line} role="status">
        <Check size={16} aria-hidden />
        {look.answered ? words.lookDone(format.time(look.finished_at), format.number(look.pages)) : words.lookNobody(format.time(look.finished_at))}
      </p>
    ) : null;
  }
  const current = watch.being_looked_at ? 1 : 0;
  return (
    <section className={styles.box} aria-label={words.look}>
      <ol className={styles.steps}>
        {STEPS.map((step, index) => {
          const state = index < current ? "past" : index === current ? "now" : "ahead";
          const Icon = ICONS[state];
          return (
            <li key={step} data-state={state} aria-current={state === "now" ? "step" : undefined}>
              <Icon size={16} aria-hidden />
              {words.lookSteps[step]}
            </li>
          );
        })}
      </ol>
      <p role="status">{words.lookRunning}</p>
    </section>
  );
}
