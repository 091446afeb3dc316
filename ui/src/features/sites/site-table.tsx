import { Link } from "@tanstack/react-router";
import { useEffect } from "react";

import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import { RowGap, useRowsInSight } from "@/components/rows-in-sight";
import type { WatchedSite } from "@/lib/api-types";
import * as format from "@/lib/format";
import { PHONE, useMedia } from "@/lib/media";
import { useNow } from "@/lib/now";

import { daysLeft } from "./fact-model";
import { LABEL_SOON_DAYS, isOverdue } from "./site-state";
import styles from "./site-table.module.css";
import { SiteStatusTag, TrustLabel } from "./site-tags";
import { useSiteWords } from "./words";

// What a row is guessed to take before it is measured; a card of a phone takes more.
const ROW = 60;
const CARD = 190;
const AHEAD = 60;

interface SiteTableProps {
  sites: WatchedSite[];
  total: number;
  more: boolean;
  loading: boolean;
  onMore: () => void;
}

/** Only the rows in sight are drawn: a province has a thousand sites, the country 14,000. */
export function SiteTable({ sites, total, more, loading, onMore }: SiteTableProps) {
  const words = useSiteWords();
  const phone = useMedia(PHONE);
  const { body, rows, above, below } = useRowsInSight(sites.length, phone ? CARD : ROW);
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && !loading && last > sites.length - AHEAD) onMore();
  }, [more, loading, last, sites.length, onMore]);

  return (
    <div className={table.wrap}>
      <table className={classNames(table.table, styles.sites)} aria-label={words.list} aria-rowcount={total + 1}>
        <thead>
          <tr>
            <th scope="col">{words.address}</th>
            <th scope="col">{words.view}</th>
            <th scope="col">{words.unit}</th>
            <th scope="col">{words.labelShort}</th>
            <th scope="col" className={table.number}>
              {words.pagesIll}
            </th>
            <th scope="col">{words.lookedAt}</th>
          </tr>
        </thead>
        {above > 0 && <RowGap height={above} />}
        <tbody ref={body}>
          {rows.map(({ index, measure }) => {
            const site = sites[index];
            return site && <SiteRow key={site.site.id} watched={site} index={index} measure={measure} />;
          })}
        </tbody>
        {below > 0 && <RowGap height={below} />}
      </table>
    </div>
  );
}

interface SiteRowProps {
  watched: WatchedSite;
  index: number;
  measure: (row: HTMLTableRowElement | null) => void;
}

function SiteRow({ watched, index, measure }: SiteRowProps) {
  const words = useSiteWords();
  const { site, case_state: state } = watched;
  const now = useNow();
  const notes = [watched.worst_class && words.classes[watched.worst_class], certificateNote(watched, now, words), state && state !== "watching" && words.caseStates[state], watched.recurrences > 0 && state && words.recurrence(watched.recurrences)];
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2}>
      <th scope="row" className={table.name}>
        <span className={styles.two}>
          <Link to="/website/$siteId" params={{ siteId: String(site.id) }} className="link">
            <OutsideText value={site.address} />
          </Link>
          {site.title !== "" && site.title !== site.unit.name && (
            <small>
              <OutsideText value={site.title} />
            </small>
          )}
        </span>
      </th>
      <td>
        <span className={styles.two}>
          <SiteStatusTag status={watched.status} bare />
          {notes.some(Boolean) && <small className={styles.note}>{notes.filter(Boolean).join(" · ")}</small>}
        </span>
      </td>
      <td>{site.unit.name}</td>
      <td data-label={words.labelShort}>
        <TrustLabel site={site} />
      </td>
      <td className={table.number} data-label={words.pagesIll}>
        {site.open_findings > 0 ? <b>{format.number(site.open_findings)}</b> : <span className={table.soft}>{watched.looked_at ? "0" : "–"}</span>}
      </td>
      <td className={table.soft} data-label={words.lookedAt}>
        <LookedAt watched={watched} />
      </td>
    </tr>
  );
}

/** Only where it ends soon: of the others there is nothing to do. */
function certificateNote({ certificate_expires_at: at }: WatchedSite, now: number, words: ReturnType<typeof useSiteWords>): string | null {
  if (at === null) return null;
  const left = daysLeft(at, now);
  return left < 0 ? words.certificateOver : left <= LABEL_SOON_DAYS ? words.certificateSoon(format.number(left)) : null;
}

function LookedAt({ watched }: { watched: WatchedSite }) {
  const words = useSiteWords();
  const now = useNow();
  const note = watched.being_looked_at ? words.looking : isOverdue(watched, now) ? words.overdueSince : null;
  return (
    <span className={styles.two}>
      {watched.looked_at ? <Moment at={watched.looked_at} /> : <span>{words.lookedNever}</span>}
      {note && <small className={watched.being_looked_at ? undefined : styles.late}>{note}</small>}
    </span>
  );
}
