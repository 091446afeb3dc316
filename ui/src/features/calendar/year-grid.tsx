import { useMemo } from "react";

import { classNames } from "@/components/class-names";
import { useDateWords } from "@/components/date-words";
import type { CalendarYear } from "@/lib/api-types";
import { monthRows, today, weekday } from "@/lib/days";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./year-grid.module.css";
import { marksOf, type DayMarks } from "./year-model";
import { useCalendarWords } from "./words";

const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/** Twelve months; what a day is stands in its title and is read aloud, the list beside tells it in words. */
export function YearGrid({ calendar }: { calendar: CalendarYear }) {
  const words = useCalendarWords();
  const marks = useMemo(() => marksOf(calendar), [calendar]);
  return (
    <section className={styles.year} aria-label={words.title(calendar.year)}>
      <div className={styles.months}>
        {MONTHS.map((month) => (
          <Month key={month} year={calendar.year} month={month} marks={marks} />
        ))}
      </div>
      <ul className={styles.legend} aria-label={words.legend}>
        {(["holiday", "work", "window", "deadline"] as const).map((kind) => (
          <li key={kind}>
            <i className={classNames(styles.day, styles[kind])} aria-hidden>
              {kind === "deadline" ? "" : "8"}
            </i>
            {words[kind]}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Month({ year, month, marks }: { year: number; month: number; marks: Map<string, DayMarks> }) {
  const words = useCalendarWords();
  const { weekdays } = useDateWords();
  return (
    <table className={styles.month}>
      <caption>{words.month(month)}</caption>
      <thead>
        <tr>
          {weekdays.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {monthRows(year, month).map((row, index) => (
          <tr key={index}>
            {row.map((day, place) => (
              <td key={place}>{day && <Day day={day} marks={marks.get(day)} />}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Day({ day, marks }: { day: string; marks: DayMarks | undefined }) {
  const words = useCalendarWords();
  const hubText = useHubText();
  const parts = [
    day === today() && words.today,
    marks?.holiday && marks.holiday.names.map(hubText).join(", "),
    marks?.off && !marks.holiday && words.holiday,
    marks?.work && words.work,
    marks?.window && words.window,
    marks && marks.deadlines.length > 0 && words.count(marks.deadlines.length),
  ].filter(Boolean);
  const title = parts.length > 0 ? words.day(format.date(day), parts.join("; ")) : undefined;
  return (
    <span
      className={classNames(
        styles.day,
        weekday(day) >= 5 && styles.weekend,
        (marks?.holiday ?? marks?.off) && styles.holiday,
        marks?.core && styles.core,
        marks?.work && styles.work,
        marks?.window && styles.window,
        marks && marks.deadlines.length > 0 && styles.deadline,
      )}
      data-today={day === today() || undefined}
      title={title}
    >
      {Number(day.slice(8))}
      {title && <span className="visually-hidden"> {parts.join("; ")}</span>}
    </span>
  );
}
