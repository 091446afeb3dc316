import { useRef, useState, type PointerEvent } from "react";

import { classNames } from "@/components/class-names";
import { useDateWords } from "@/components/date-words";
import type { Roster, RosterSpan, Shift } from "@/lib/api-types";
import { addDays, today } from "@/lib/days";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { plain } from "@/lib/outside-text";

import type { MonthProps } from "./month-card";
import styles from "./roster-grid.module.css";
import { WEEK_MINUTES, barsOf, momentAt, placeIn, spanBetween, weeksOf, type Bar, type DrawnSpan, type Place } from "./roster-model";
import { shortMoment } from "./windows-strip";
import { useRosterWords } from "./words";

const LANE = 26;
// Less is too narrow to be pressed, or to be read.
const BRIEF_MINUTES = 240;
const NAME_MINUTES = 960;

const share = (minutes: number) => `${(100 * minutes) / WEEK_MINUTES}%`;
const placed = ({ from, to }: Place) => ({ left: share(from), width: share(to - from) });

/** Weeks below each other; windows are shaded, shifts are bars, gaps are red. A shift is drawn by dragging; the keyboard has a form. */
export function RosterGrid({ month, roster, onDraw, onOpen }: MonthProps) {
  const words = useRosterWords();
  const { weekdays } = useDateWords();
  const box = useRef<HTMLDivElement>(null);
  const [begun, setBegun] = useState<number | null>(null);
  const [drawn, setDrawn] = useState<DrawnSpan | null>(null);

  function momentUnder({ clientX, clientY }: PointerEvent): number | null {
    const rows = [...(box.current?.querySelectorAll<HTMLElement>("[data-week]") ?? [])];
    const row = rows.find((one) => clientY <= one.getBoundingClientRect().bottom) ?? rows.at(-1);
    if (!row) return null;
    const { left, width } = row.getBoundingClientRect();
    return momentAt(row.dataset.week!, (clientX - left) / width);
  }
  function onDown(event: PointerEvent) {
    // A finger scrolls; what is there already is opened, not drawn over.
    if (!onDraw || event.button !== 0 || event.pointerType === "touch" || (event.target as HTMLElement).closest("button")) return;
    const at = momentUnder(event);
    if (at === null) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setBegun(at);
    setDrawn(spanBetween(at, at));
  }
  function onMove(event: PointerEvent) {
    const at = begun === null ? null : momentUnder(event);
    if (begun !== null && at !== null) setDrawn(spanBetween(begun, at));
  }
  function onUp() {
    if (drawn && begun !== null) onDraw?.(drawn);
    setBegun(null);
    setDrawn(null);
  }
  return (
    <>
      <div className={styles.names} aria-hidden>
        {weekdays.map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
      <div ref={box} className={styles.month} data-draws={onDraw ? true : undefined} role="group" aria-label={words.calendar} onPointerDown={onDown} onPointerMove={onMove} onPointerUp={onUp} onPointerCancel={() => (setBegun(null), setDrawn(null))}>
        {weeksOf(month).map((monday) => (
          <Week key={monday} monday={monday} month={month} roster={roster} drawn={drawn} onDraw={onDraw} onOpen={onOpen} />
        ))}
      </div>
      <Legend />
    </>
  );
}

interface WeekProps extends Omit<MonthProps, "roster"> {
  monday: string;
  roster: Roster;
  drawn: DrawnSpan | null;
}

function Week({ monday, month, roster, drawn, onDraw, onOpen }: WeekProps) {
  const words = useRosterWords();
  const hubText = useHubText();
  const { bars, lanes } = barsOf(monday, roster);
  const days = Array.from({ length: 7 }, (_, index) => addDays(monday, index));
  const pencil = drawn && placeIn(monday, { from: new Date(drawn.from).toISOString(), to: new Date(drawn.to).toISOString() });
  return (
    <div className={styles.week} data-week={monday} role="group" aria-label={words.week(format.dayMonth(days[0]!), format.dayMonth(days[6]!))}>
      <div className={styles.days}>
        {days.map((day) => (
          <div key={day} className={styles.day} data-other={!day.startsWith(month) || undefined} data-today={day === today() || undefined}>
            <time dateTime={day}>{Number(day.slice(8))}</time>
          </div>
        ))}
      </div>
      {roster.windows.map((window) => {
        const place = placeIn(monday, window);
        return (
          place && (
            <div key={window.id} className={styles.window} style={placed(place)} title={window.names.map(hubText).join(", ")}>
              {!place.before && <span>{window.names.map(hubText).join(", ")}</span>}
            </div>
          )
        );
      })}
      <div className={styles.track} style={{ height: Math.max(2, lanes) * LANE + 6 }}>
        {bars.map((bar) => (bar.kind === "gap" ? <GapBar key={`gap-${bar.gap.from}`} bar={bar} gap={bar.gap} onDraw={onDraw} /> : <ShiftBar key={bar.shift.id} bar={bar} shift={bar.shift} onOpen={onOpen} />))}
        {pencil && <span className={styles.pencil} style={placed(pencil)} />}
      </div>
    </div>
  );
}

/** The last word of a Vietnamese name is what one is called by. */
const calledBy = (name: string) => name.split(/\s+/).at(-1) ?? name;

function ShiftBar({ bar, shift, onOpen }: { bar: Bar; shift: Shift; onOpen: (shift: Shift) => void }) {
  const words = useRosterWords();
  const label = words.bar(plain(shift.person), words.parts[shift.part], shortMoment(shift.from), shortMoment(shift.to));
  const { place, lane } = bar;
  return (
    <button
      type="button"
      className={classNames(styles.bar, styles[shift.part], place.to - place.from < BRIEF_MINUTES && styles.brief, place.before && styles.before, place.after && styles.after)}
      style={{ ...placed(place), top: lane * LANE }}
      aria-label={label}
      title={label}
      onClick={() => onOpen(shift)}
    >
      {plain(place.to - place.from < NAME_MINUTES ? calledBy(shift.person) : shift.person)}
    </button>
  );
}

function GapBar({ bar, gap, onDraw }: { bar: Bar; gap: RosterSpan; onDraw: MonthProps["onDraw"] }) {
  const words = useRosterWords();
  const { place, lane } = bar;
  const label = words.fill(words.spanOf(shortMoment(gap.from), shortMoment(gap.to)), gap.minutes);
  const style = { ...placed(place), top: lane * LANE };
  // A hole of a minute is a mark; the list of windows above has the button for it.
  if (place.to - place.from < BRIEF_MINUTES) {
    return (
      <span className={classNames(styles.bar, styles.gap, place.from > 0 && styles.mark)} style={style} title={label}>
        <span aria-hidden>!</span>
        <span className="visually-hidden">{words.gapShort(gap.minutes)}</span>
      </span>
    );
  }
  return (
    <button type="button" className={classNames(styles.bar, styles.gap)} style={style} aria-label={label} title={label} disabled={!onDraw} onClick={() => onDraw?.({ from: Date.parse(gap.from), to: Date.parse(gap.to) })}>
      {words.gapShort(gap.minutes)}
    </button>
  );
}

function Legend() {
  const words = useRosterWords();
  return (
    <ul className={styles.legend} aria-label={words.legend}>
      <li>
        <i className={styles.window} aria-hidden />
        {words.legendWindow}
      </li>
      <li>
        <i className={styles.main} aria-hidden />
        {words.legendMain}
      </li>
      <li>
        <i className={styles.deputy} aria-hidden />
        {words.legendDeputy}
      </li>
      <li>
        <i className={styles.gap} aria-hidden />
        {words.legendGap}
      </li>
    </ul>
  );
}
