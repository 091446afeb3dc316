import { CircleCheck, CircleDashed, CornerUpLeft, Eye, MailCheck, type LucideIcon } from "lucide-react";

import { Tag, type Tone } from "@/components/tag";
import type { RequestState } from "@/lib/api-types";
import { daysBetween, today } from "@/lib/days";
import * as format from "@/lib/format";

import styles from "./requests.module.css";
import { useRequestWords } from "./words";

const STATE: Record<RequestState, [Tone, LucideIcon]> = {
  sent: ["mute", CircleDashed],
  read: ["low", Eye],
  answered: ["med", MailCheck],
  returned: ["high", CornerUpLeft],
  accepted: ["ok", CircleCheck],
};

export function RequestStateTag({ state, bare }: { state: RequestState; bare?: boolean }) {
  const [tone, icon] = STATE[state];
  return <Tag tone={tone} icon={icon} word={useRequestWords().states[state]} bare={bare} />;
}

const SOON_DAYS = 3;

/** The last day, and how far it is while somebody still has to answer. */
export function DueOn({ due, open }: { due: string | null; open: boolean }) {
  const words = useRequestWords();
  if (due === null) return <span className={styles.soft}>{words.noDue}</span>;
  const left = daysBetween(today(), due);
  const far = left < 0 ? words.dueLate(format.number(-left)) : left === 0 ? words.dueToday : words.dueLeft(format.number(left));
  const tone = !open ? undefined : left < 0 ? "late" : left <= SOON_DAYS ? "soon" : undefined;
  return (
    <span className={styles.due} data-tone={tone}>
      <span className="num">{format.date(due)}</span>
      {open && <small>{far}</small>}
    </span>
  );
}
