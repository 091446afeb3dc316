import { TriangleAlert } from "lucide-react";

import { OutsideText } from "@/components/outside-text";
import { today } from "@/lib/days";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import type { MonthProps } from "./month-card";
import { daysOf, type RosterDay } from "./roster-model";
import styles from "./roster-days.module.css";
import { shortMoment } from "./windows-strip";
import { useRosterWords } from "./words";

/** The month by days: only days on which something begins, is empty or has to be watched. */
export function RosterDays({ month, roster, onDraw, onOpen }: MonthProps) {
  const words = useRosterWords();
  const days = daysOf(month, roster).filter(({ shifts, gaps, windows }) => shifts.length + gaps.length + windows.length > 0);
  if (days.length === 0) return <p>{words.quiet}</p>;
  return (
    <ol className={styles.days} aria-label={words.calendar}>
      {days.map((day) => (
        <Day key={day.day} day={day} onDraw={onDraw} onOpen={onOpen} />
      ))}
    </ol>
  );
}

function Day({ day: { day, shifts, gaps, windows }, onDraw, onOpen }: { day: RosterDay } & Pick<MonthProps, "onDraw" | "onOpen">) {
  const words = useRosterWords();
  const hubText = useHubText();
  return (
    <li data-window={windows.length > 0 || undefined} data-today={day === today() || undefined}>
      <p className={styles.head}>
        <b>{format.weekdayDate(day)}</b>
        {windows.length > 0 && <small>{windows.flatMap(({ names }) => names).map(hubText).join(", ")}</small>}
      </p>
      <ul>
        {gaps.map((gap) => (
          <li key={gap.from}>
            <button type="button" className={styles.gap} disabled={!onDraw} onClick={() => onDraw?.({ from: Date.parse(gap.from), to: Date.parse(gap.to) })}>
              <TriangleAlert size={16} aria-hidden />
              <span className="visually-hidden">{onDraw && words.fillBefore}</span>
              <span className="num">{words.spanOf(format.time(gap.from), shortMoment(gap.to))}</span>
              <b>{words.gapShort(gap.minutes)}</b>
            </button>
          </li>
        ))}
        {shifts.map((shift) => (
          <li key={shift.id}>
            <button type="button" className={styles.shift} data-part={shift.part} onClick={() => onOpen(shift)}>
              <span className="num">{words.spanOf(format.time(shift.from), shortMoment(shift.to))}</span>
              <b>
                <OutsideText value={shift.person} />
              </b>
              {shift.part === "deputy" && <small>{words.parts.deputy}</small>}
            </button>
          </li>
        ))}
        {shifts.length + gaps.length === 0 && <li className={styles.none}>{words.nothing}</li>}
      </ul>
    </li>
  );
}
