import { ChevronLeft, ChevronRight } from "lucide-react";
import { useRef, useState, type KeyboardEvent } from "react";

import { addDays, monthRows, today } from "@/lib/days";
import * as format from "@/lib/format";

import { useDateWords } from "./date-words";
import styles from "./month-grid.module.css";

const STEPS: Record<string, number | undefined> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

const monthOf = (day: string): [number, number] => [Number(day.slice(0, 4)), Number(day.slice(5, 7))];

/** One month to choose a day from: one tab stop, arrows walk the days and turn the month. */
export function MonthGrid({ value, onPick }: { value: string; onPick: (day: string) => void }) {
  const words = useDateWords();
  const box = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(value || today());
  const [year, month] = monthOf(current);

  function moveTo(day: string) {
    setCurrent(day);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-day="${day}"]`)?.focus());
  }
  function turn(by: number) {
    const first = new Date(Date.UTC(year, month - 1 + by, 1)).toISOString().slice(0, 10);
    setCurrent(first);
  }
  function onKeyDown(event: KeyboardEvent) {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    moveTo(addDays(current, step));
  }

  return (
    <div className={styles.month}>
      <div className={styles.head}>
        <button type="button" aria-label={words.before} onClick={() => turn(-1)}>
          <ChevronLeft size={17} aria-hidden />
        </button>
        <b aria-live="polite">{words.month(month, year)}</b>
        <button type="button" aria-label={words.after} onClick={() => turn(1)}>
          <ChevronRight size={17} aria-hidden />
        </button>
      </div>
      <div ref={box} className={styles.days} role="group" aria-label={words.month(month, year)} onKeyDown={onKeyDown}>
        {words.weekdays.map((name) => (
          <span key={name} aria-hidden>
            {name}
          </span>
        ))}
        {monthRows(year, month)
          .flat()
          .map((day, index) =>
            day ? (
              <button
                type="button"
                key={day}
                data-day={day}
                data-today={day === today() || undefined}
                aria-label={format.longDate(day)}
                aria-pressed={day === value}
                tabIndex={day === current ? 0 : -1}
                onClick={() => onPick(day)}
              >
                {Number(day.slice(8))}
              </button>
            ) : (
              <i key={index} />
            ),
          )}
      </div>
    </div>
  );
}
