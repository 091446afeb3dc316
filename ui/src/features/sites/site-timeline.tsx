import { Link } from "@tanstack/react-router";
import { Check, Eye, FileQuestion, Flag, RefreshCw, Repeat, ScanSearch, ShieldAlert, Trash2, type LucideIcon } from "lucide-react";

import { Card } from "@/components/card";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import type { SiteCaseDetail, SiteDetail } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./site-timeline.module.css";
import { timelineOf, type TimelineEntry } from "./timeline-model";
import { useSiteWords } from "./words";

const ICONS: Record<TimelineEntry["kind"], LucideIcon> = {
  found: Flag,
  came_back: Repeat,
  clean: Check,
  stayed: Check,
  confirmed: ShieldAlert,
  removed: Trash2,
  cause: FileQuestion,
  legitimate: Check,
  recheck: RefreshCw,
  look: ScanSearch,
};

/** What happened, newest first: looks, findings, decisions, and what came back. */
export function SiteTimeline({ detail, shown }: { detail: SiteDetail; shown?: SiteCaseDetail }) {
  const words = useSiteWords();
  const entries = timelineOf(shown, detail.last_look);
  const older = detail.cases.filter(({ id }) => id !== shown?.case.id);
  return (
    <Card title={words.timeline}>
      {entries.length === 0 ? (
        <p className={styles.soft}>{words.timelineNone}</p>
      ) : (
        <ol className={styles.timeline}>
          {entries.map((entry, index) => (
            <Entry key={`${entry.at}-${index}`} entry={entry} />
          ))}
        </ol>
      )}
      {older.length > 0 && (
        <div className={styles.older}>
          <h3>{words.olderCases}</h3>
          <ul>
            {older.map((one) => (
              <li key={one.id}>
                <Link
                  to="/website/$siteId"
                  params={{ siteId: String(one.site.id) }}
                  search={(old) => ({ unit: old.unit, case: one.id })}
                  className="link"
                >
                  {words.caseOf(format.date(one.opened_at))}
                </Link>
                <span>
                  {words.caseStates[one.state]}
                  {one.cause && ` · ${words.causes[one.cause]}`}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Card>
  );
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const words = useSiteWords();
  const Icon = ICONS[entry.kind] ?? Eye;
  const title = entry.kind === "look" ? words.lookEvent : entry.kind === "came_back" ? words.cameBack : words.events[entry.kind];
  return (
    <li data-kind={entry.kind}>
      <span className={styles.knot}>
        <Icon size={15} aria-hidden />
      </span>
      <div className={styles.entry}>
        <b>
          {title}
          {entry.recurrence !== undefined && ` · ${words.recurrence(entry.recurrence)}`}
        </b>
        <span className={styles.by}>
          {entry.who ?? words.system} · <Moment at={entry.at} />
        </span>
        {entry.cause && <p>{words.causes[entry.cause]}</p>}
        {entry.pages !== undefined && <p>{entry.pages === null ? words.lookEventSilent : words.lookEventPages(format.number(entry.pages))}</p>}
        {entry.note && (
          <p>
            <OutsideText value={entry.note} />
          </p>
        )}
      </div>
    </li>
  );
}
