import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarPlus, ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button, IconButton } from "@/components/button";
import { Card } from "@/components/card";
import { Meter } from "@/components/meter";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { CalendarYear } from "@/lib/api-types";
import { daysBetween, today } from "@/lib/days";
import * as format from "@/lib/format";
import { api, unwrap } from "@/lib/http";
import { useHubText, useWords } from "@/lib/i18n";

import styles from "./calendar-page.module.css";
import { FeedDialog } from "./feed-dialog";
import { YearGrid } from "./year-grid";
import { byDay, type DeadlineDay } from "./year-model";
import { useCalendarWords } from "./words";

interface CalendarPageProps {
  year: number;
  unit?: number;
  onYear: (year: number) => void;
}

/** A year at a glance: when nobody works, when somebody watches, and what is due. */
export function CalendarPage({ year, unit, onYear }: CalendarPageProps) {
  const words = useCalendarWords();
  const [feeding, setFeeding] = useState(false);
  const query = useQuery({
    queryKey: ["calendar", year, unit ?? null],
    queryFn: ({ signal }) => unwrap(api.GET("/calendar", { params: { query: { year, unit } }, signal })),
  });
  return (
    <div className={page.page}>
      <PageHead title={words.title(year)} sub={words.sub}>
        <IconButton label={words.before} icon={ChevronLeft} onClick={() => onYear(year - 1)} />
        <IconButton label={words.after} icon={ChevronRight} onClick={() => onYear(year + 1)} />
        <Button icon={CalendarPlus} onClick={() => setFeeding(true)}>
          {words.feed}
        </Button>
      </PageHead>
      <AsyncView query={query}>{(calendar) => <CalendarReady calendar={calendar} />}</AsyncView>
      {feeding && <FeedDialog unit={unit} onClose={() => setFeeding(false)} />}
    </div>
  );
}

function CalendarReady({ calendar }: { calendar: CalendarYear }) {
  const words = useCalendarWords();
  const days = byDay(calendar.deadlines);
  const coming = days.filter(({ due }) => due >= today());
  const passed = days.filter(({ due }) => due < today());
  return (
    <>
      <p className={styles.status} data-status={calendar.status}>
        {words.status[calendar.status]}
        {calendar.decision && `. ${words.decision(calendar.decision)}`}
      </p>
      <div className={styles.columns}>
        <div className={`${page.column} ${styles.lists}`}>
          <Card title={words.deadlines}>
            {days.length === 0 && <p>{words.noDeadlines}</p>}
            {coming.length > 0 && <DeadlineList days={coming} />}
            {passed.length > 0 && (
              <details className={styles.passed}>
                <summary>
                  {words.passed} ({passed.length})
                </summary>
                <DeadlineList days={passed} />
              </details>
            )}
          </Card>
        </div>
        <div className={page.column}>
          <YearGrid calendar={calendar} />
          <HolidayList calendar={calendar} />
        </div>
      </div>
    </>
  );
}

function DeadlineList({ days }: { days: DeadlineDay[] }) {
  const words = useCalendarWords();
  const { due: dueWords } = useWords();
  const hubText = useHubText();
  return (
    <ol className={styles.deadlines}>
      {days.map(({ due, deadlines }) => (
        <li key={due}>
          <div className={styles.date}>
            <b className="num">{format.dayMonth(due)}</b>
            <span>{dueWords.left(daysBetween(today(), due))}</span>
          </div>
          <ul>
            {deadlines.map((deadline) => (
              <li key={deadline.duty}>
                <Link to="/nghia-vu" search={(old) => ({ unit: old.unit })} className={styles.deadline}>
                  <span>
                    {hubText(deadline.title)} <small>{deadline.clause}</small>
                    {deadline.basis === "province" && <em>{words.province}</em>}
                  </span>
                  <Meter value={deadline.met} max={deadline.units} tone={deadline.met === deadline.units ? "ok" : "warn"} />
                  <small className="num">{words.of(format.number(deadline.met), format.number(deadline.units))}</small>
                </Link>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function HolidayList({ calendar }: { calendar: CalendarYear }) {
  const words = useCalendarWords();
  const hubText = useHubText();
  return (
    <Card title={words.holidays}>
      <div className={styles.freeDays}>
        <div>
          {calendar.holidays.length === 0 && <p>{words.noHolidays}</p>}
          <ul className={styles.holidays}>
            {calendar.holidays.map((holiday) => (
              <li key={holiday.from}>
                <span className="num">
                  {holiday.from === holiday.to ? format.dayMonth(holiday.from) : words.windowSpan(format.dayMonth(holiday.from), format.dayMonth(holiday.to))}
                </span>
                <span>
                  {holiday.names.map(hubText).join(", ")}
                  {holiday.status !== "enacted" && <small>{words.holidayStatus[holiday.status]}</small>}
                </span>
              </li>
            ))}
            {calendar.swaps.map(({ off, work }) => (
              <li key={off}>
                <span className="num">{format.dayMonth(work)}</span>
                <span>{words.swap(format.dayMonth(off), format.dayMonth(work))}</span>
              </li>
            ))}
          </ul>
        </div>
        {calendar.windows.length > 0 && (
          <div>
            <h3 className={styles.sub}>{words.windows}</h3>
            <ul className={styles.holidays}>
              {calendar.windows.map((window) => (
                <li key={window.from}>
                  <span className="num">{words.windowSpan(format.dayMonth(window.from), format.dayMonth(window.to))}</span>
                  <span>{hubText(window.note)}</span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Card>
  );
}
