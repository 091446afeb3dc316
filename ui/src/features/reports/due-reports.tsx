import { Link } from "@tanstack/react-router";

import type { ReportCalendarItem } from "@/lib/api-types";
import { daysBetween, today } from "@/lib/days";
import { useHubText } from "@/lib/i18n";

import { SOON_DAYS, groupsOf, isDone } from "./report-model";
import { DueOn } from "./report-tags";
import styles from "./reports.module.css";
import { useReportCalendar } from "./use-reports";
import { useReportWords } from "./words";

const SHOWN = 3;
const near = ({ due_on: due }: ReportCalendarItem) => due !== null && daysBetween(today(), due) <= SOON_DAYS;

/** Beside the day's tasks: the documents to hand in within a month. Nothing to hand in shows nothing. */
export function DueReports({ unit }: { unit?: number }) {
  const words = useReportWords();
  const hubText = useHubText();
  const groups = groupsOf((useReportCalendar(unit).data?.items ?? []).filter((item) => !isDone(item) && near(item)));
  if (groups.length === 0) return null;
  return (
    <section className={styles.aside} aria-labelledby="due-reports">
      <h2 id="due-reports">{words.dueSoon}</h2>
      <ul>
        {groups.slice(0, SHOWN).map(({ key, first, due_on: due, documents }) => (
          <li key={key}>
            <span>
              {hubText(first.name)}, {hubText(first.period.name)}
            </span>
            <DueOn due={due} open={!documents.every(isDone)} />
          </li>
        ))}
      </ul>
      <Link to="/bao-cao" search={(old) => ({ unit: old.unit })} className="link">
        {words.seeAll}
      </Link>
    </section>
  );
}
