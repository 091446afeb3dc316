import { Ban, Check, CircleDashed, Flame, Handshake, Lock, OctagonAlert, ShieldHalf, type LucideIcon } from "lucide-react";

import { Tag, type Tone } from "@/components/tag";
import type { Advisory, PatchState } from "@/lib/api-types";
import { today } from "@/lib/days";
import * as format from "@/lib/format";

import styles from "./advisories.module.css";
import { SOON_DAYS, daysLeft } from "./advisory-state";
import { useAdvisoryWords } from "./words";

const STATE: Record<PatchState, [Tone, LucideIcon]> = {
  open: ["crit", OctagonAlert],
  unknown: ["mute", CircleDashed],
  accepted: ["med", Handshake],
  mitigated: ["low", ShieldHalf],
  patched: ["ok", Check],
  not_affected: ["mute", Ban],
};

export function PatchStateTag({ state, bare }: { state: PatchState; bare?: boolean }) {
  const [tone, icon] = STATE[state];
  return <Tag tone={tone} icon={icon} word={useAdvisoryWords().states[state]} bare={bare} />;
}

export function ExploitedTag() {
  return <Tag tone="crit" icon={Flame} word={useAdvisoryWords().exploited} />;
}

/** What attackers do with it, where that is known. */
export function AttackTags({ advisory }: { advisory: Pick<Advisory, "reasons" | "ransomware"> }) {
  const words = useAdvisoryWords();
  return (
    <>
      {advisory.reasons.includes("exploited") && <ExploitedTag />}
      {advisory.ransomware && <Tag tone="high" icon={Lock} word={words.ransomware} />}
    </>
  );
}

/** The due day and how far it is; in colour where it is over or near and somebody still has something to do. */
export function DueDay({ advisory }: { advisory: Pick<Advisory, "due_on" | "due_by" | "overdue" | "counts"> }) {
  const words = useAdvisoryWords();
  const left = daysLeft(advisory.due_on, today());
  if (advisory.due_on === null || left === null) return <span className={styles.soft}>{words.dueNone}</span>;
  const waits = advisory.counts.open + advisory.counts.unknown > 0;
  const tone = advisory.overdue ? "late" : waits && left <= SOON_DAYS ? "soon" : undefined;
  const far = left < 0 ? (advisory.overdue ? words.dueLate(format.number(-left)) : "") : left === 0 ? words.dueToday : words.dueIn(format.number(left));
  return (
    <span className={styles.two}>
      <span className="num" data-tone={tone}>
        {format.date(advisory.due_on)}
      </span>
      <small data-tone={tone}>{[waits ? far : "", words.dueBy[advisory.due_by]].filter(Boolean).join(" · ")}</small>
    </span>
  );
}
