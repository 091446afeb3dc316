import { CalendarRange, CircleCheck, TriangleAlert, UserPlus } from "lucide-react";

import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import { Tag } from "@/components/tag";
import type { Roster, RosterSpan, RosterWindow } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { useNow } from "@/lib/now";

import { windowsAhead, type DrawnSpan } from "./roster-model";
import styles from "./roster.module.css";
import { useRosterWords } from "./words";

/** A day and hour without the year: what is near needs none. */
export const shortMoment = (at: string) => `${format.time(at)} ${format.dayMonth(at)}`;

interface WindowsStripProps {
  roster: Roster;
  onFill: ((span: DrawnSpan) => void) | undefined;
  onMonth: (month: string) => void;
}

/** The windows ahead; each gap in words, and a way to close it. */
export function WindowsStrip({ roster, onFill, onMonth }: WindowsStripProps) {
  const words = useRosterWords();
  const now = useNow();
  const windows = windowsAhead(roster.windows, now);
  return (
    <Card title={words.windows}>
      {windows.length === 0 && <p>{words.noWindows}</p>}
      <ul className={styles.windows}>
        {windows.map((window) => (
          <WindowItem key={window.id} window={window} onFill={onFill} onMonth={onMonth} />
        ))}
      </ul>
      {roster.double_bookings.length > 0 && (
        <div className={styles.doubles} role="note">
          <TriangleAlert size={17} aria-hidden />
          <div>
            <b>{words.doubles}</b>
            <ul>
              {roster.double_bookings.map(({ person, span }, index) => (
                <li key={index}>
                  <OutsideText value={words.double(person, shortMoment(span.from), shortMoment(span.to))} />
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </Card>
  );
}

function WindowItem({ window, onFill, onMonth }: { window: RosterWindow } & Omit<WindowsStripProps, "roster">) {
  const words = useRosterWords();
  const hubText = useHubText();
  const status = words.statuses[window.status];
  const empty = window.gap_minutes ?? 0;
  return (
    <li className={styles.window}>
      <div className={styles.windowHead}>
        <div>
          <b>{window.names.map(hubText).join(", ")}</b>
          <p className="num">
            {words.spanOf(shortMoment(window.from), `${format.time(window.to)} ${format.date(window.to)}`)}
            {status && <em> · {status}</em>}
          </p>
        </div>
        <Tag tone={empty > 0 ? "crit" : "ok"} icon={empty > 0 ? TriangleAlert : CircleCheck} word={empty > 0 ? words.gap(empty) : words.full} />
      </div>
      {window.gaps.length > 0 && (
        <ul className={styles.gaps}>
          {window.gaps.map((gap) => (
            <li key={gap.from}>
              <GapLine gap={gap} onFill={onFill} />
            </li>
          ))}
        </ul>
      )}
      <button type="button" className={styles.linkButton} onClick={() => onMonth(window.id.slice(0, 7))}>
        <CalendarRange size={15} aria-hidden />
        {words.toMonth}
        <span className="visually-hidden">: {window.names.map(hubText).join(", ")}</span>
      </button>
    </li>
  );
}

function GapLine({ gap, onFill }: { gap: RosterSpan; onFill: WindowsStripProps["onFill"] }) {
  const words = useRosterWords();
  const span = words.spanOf(shortMoment(gap.from), shortMoment(gap.to));
  if (!onFill) {
    return (
      <span className={styles.gapText}>
        {span} · {words.gapShort(gap.minutes)}
      </span>
    );
  }
  return (
    <button type="button" className={styles.gapButton} onClick={() => onFill({ from: Date.parse(gap.from), to: Date.parse(gap.to) })}>
      <UserPlus size={15} aria-hidden />
      <span className="num">
        <span className="visually-hidden">{words.fillBefore}</span>
        {span} · {words.gapShort(gap.minutes)}
      </span>
    </button>
  );
}
