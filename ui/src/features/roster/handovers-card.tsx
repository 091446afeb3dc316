import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import type { Shift } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useNow } from "@/lib/now";

import styles from "./roster.module.css";
import { useRosterWords } from "./words";

const MOST = 5;
const DAY_MS = 86_400_000;

/** What the last shifts left for the next; a shift that runs or just ended and left nothing is a line to press. */
export function HandoversCard({ shifts, onOpen }: { shifts: Shift[]; onOpen: (shift: Shift) => void }) {
  const words = useRosterWords();
  const now = useNow();
  const known = [...new Map(shifts.map((shift) => [shift.id, shift])).values()];
  const recent = known
    .filter((shift) => Date.parse(shift.from) <= now && (shift.handover !== null || Date.parse(shift.to) > now - DAY_MS))
    .sort((a, b) => b.from.localeCompare(a.from))
    .slice(0, MOST);
  return (
    <Card title={words.handovers}>
      {recent.length === 0 && <p className={styles.soft}>{words.handoverNone}</p>}
      <ul className={styles.notes}>
        {recent.map((shift) => (
          <li key={shift.id}>
            <button type="button" className={styles.linkButton} onClick={() => onOpen(shift)}>
              <OutsideText value={shift.person} />
              <small className="num">{words.spanOf(format.dateTime(shift.from), format.dateTime(shift.to))}</small>
            </button>
            {shift.handover ? (
              <p>
                <OutsideText value={shift.handover.words} keepLines />
              </p>
            ) : (
              <p className={styles.soft}>{words.handoverNone}</p>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
