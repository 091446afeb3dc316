import { BadgeCheck, Lock, MailCheck, PencilLine, Send, type LucideIcon } from "lucide-react";

import { Tag, type Tone } from "@/components/tag";
import type { ReportState } from "@/lib/api-types";
import { daysBetween, today } from "@/lib/days";
import * as format from "@/lib/format";

import { SOON_DAYS } from "./report-model";
import styles from "./reports.module.css";
import { useReportWords } from "./words";

const STATE: Record<ReportState, [Tone, LucideIcon]> = {
  draft: ["mute", PencilLine],
  frozen: ["low", Lock],
  signed: ["low", BadgeCheck],
  sent: ["med", Send],
  received: ["ok", MailCheck],
};

export function ReportStateTag({ state, bare }: { state: ReportState; bare?: boolean }) {
  const [tone, icon] = STATE[state];
  return <Tag tone={tone} icon={icon} word={useReportWords().states[state]} bare={bare} />;
}

/** The last day, and how far it is while somebody still has to hand in. */
export function DueOn({ due, open }: { due: string | null; open: boolean }) {
  const words = useReportWords();
  if (due === null) return <span className={styles.soft}>{words.dueNone}</span>;
  const left = daysBetween(today(), due);
  const far = left < 0 ? words.late(format.number(-left)) : left === 0 ? words.today : words.left(format.number(left));
  const tone = !open ? undefined : left < 0 ? "late" : left <= SOON_DAYS ? "soon" : undefined;
  return (
    <span className={styles.due} data-tone={tone}>
      <b className="num">{format.date(due)}</b>
      {open && <small>{far}</small>}
    </span>
  );
}
