import { CircleCheck, CircleDashed, OctagonAlert, ShieldHalf } from "lucide-react";

import { Meter } from "@/components/meter";
import { PATCH_STATES, type AdvisoryDetail } from "@/lib/api-types";
import { today } from "@/lib/days";
import * as format from "@/lib/format";

import styles from "./advisories.module.css";
import { PatchStateTag } from "./advisory-tags";
import { concerned, daysLeft, standingOf, type Standing } from "./advisory-state";
import { useAdvisoryWords } from "./words";

const ICONS = { open: OctagonAlert, unknown: CircleDashed, decided: ShieldHalf, done: CircleCheck, none: CircleCheck };

/** The answer before the details: what is left, by when, and how the machines stand. */
export function AdvisorySummary({ detail }: { detail: AdvisoryDetail }) {
  const words = useAdvisoryWords();
  const { advisory, units } = detail;
  const { counts } = advisory;
  const standing = standingOf(counts);
  const Icon = ICONS[standing];
  const all = concerned(counts);
  return (
    <section className={styles.summary} data-standing={standing} aria-label={words.summary}>
      <div className={styles.verdict}>
        <Icon size={26} aria-hidden />
        <div>
          <h2>{useVerdict(standing, counts.open, counts.unknown, units.filter((one) => one.counts.open > 0).length)}</h2>
          <p>
            <DueSentence detail={detail} />
          </p>
        </div>
        {all > 0 && (
          <div className={styles.patched}>
            <b className="num">{words.of(format.number(counts.patched), format.number(all))}</b>
            <span>{words.progress}</span>
            <Meter value={counts.patched} max={all} tone={counts.patched === all ? "ok" : "accent"} />
          </div>
        )}
      </div>
      <ul className={styles.counts} aria-label={words.counts}>
        {PATCH_STATES.map((state) => (
          <li key={state} data-none={counts[state] === 0 || undefined}>
            <PatchStateTag state={state} bare />
            <b className="num">{format.number(counts[state])}</b>
            <small>{state === "open" && counts.overdue > 0 ? words.ofOpenOverdue(format.number(counts.overdue)) : words.stateMeans[state]}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useVerdict(standing: Standing, open: number, unknown: number, units: number): string {
  const words = useAdvisoryWords();
  switch (standing) {
    case "open":
      return words.summaryOpen(format.number(open), format.number(units));
    case "unknown":
      return words.summaryUnknown(format.number(unknown));
    case "decided":
      return words.summaryDecided;
    case "done":
      return words.summaryDone;
    case "none":
      return words.summaryNone;
  }
}

function DueSentence({ detail: { advisory } }: { detail: AdvisoryDetail }) {
  const words = useAdvisoryWords();
  const left = daysLeft(advisory.due_on, today());
  if (advisory.due_on === null || left === null) return <>{words.dueNone}.</>;
  const date = format.date(advisory.due_on);
  const days = format.number(Math.abs(left));
  const waits = advisory.counts.open + advisory.counts.unknown > 0;
  const said = !waits ? words.dueIs(date) : left < 0 ? words.dueWas(date, days) : left === 0 ? words.dueIsToday(date) : words.dueWill(date, days);
  return (
    <>
      {said} {words.dueWhy[advisory.due_by]}
    </>
  );
}
