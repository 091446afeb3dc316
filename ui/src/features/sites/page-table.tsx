import { Link } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";

import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import type { KnownPage } from "@/lib/api-types";
import * as format from "@/lib/format";

import { pathOf } from "./defang";
import styles from "./page-table.module.css";
import { PageClassTag } from "./site-tags";
import { useSiteWords } from "./words";

/** Pages that were not clean once, and the way to their evidence. */
export function PageTable({ site, pages }: { site: number; pages: KnownPage[] }) {
  const words = useSiteWords();
  return (
    <Card title={words.pages} flush>
      {pages.length === 0 ? (
        <EmptyState icon={ShieldCheck} title={words.pagesNone} sub={words.pagesNoneSub} />
      ) : (
        <div className={classNames(table.wrap, table.inCard, styles.gap)}>
          <table className={table.table} aria-label={words.pages}>
            <thead>
              <tr>
                <th scope="col">{words.pageUrl}</th>
                <th scope="col">{words.pageClass}</th>
                <th scope="col">{words.pageSeen}</th>
              </tr>
            </thead>
            <tbody>
              {pages.map((one) => (
                <PageRow key={one.url} site={site} one={one} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function PageRow({ site, one }: { site: number; one: KnownPage }) {
  const words = useSiteWords();
  return (
    <tr>
      <th scope="row" className={styles.page}>
        <span className={styles.url}>
          <OutsideText value={pathOf(one.url)} />
        </span>
        {one.evidence === null ? (
          <small>{words.pageNoEvidence}</small>
        ) : (
          <Link
            to="/website/$siteId/bang-chung/$evidenceId"
            params={{ siteId: String(site), evidenceId: String(one.evidence) }}
            className="link"
          >
            {words.pageCompare}
            <span className="visually-hidden">
              {" "}
              <OutsideText value={pathOf(one.url)} />
            </span>
          </Link>
        )}
        <Earlier site={site} earlier={one.earlier} />
      </th>
      <td className={styles.verdict}>
        <PageClassTag page={one.class} bare />
        {!one.whole && <small>{words.pagePartly}</small>}
      </td>
      <td className={table.soft} data-label={words.pageSeen}>
        <Moment at={one.seen_at} />
      </td>
    </tr>
  );
}

/** What is kept of the page from before, folded away. */
function Earlier({ site, earlier }: { site: number; earlier: KnownPage["earlier"] }) {
  const words = useSiteWords();
  if (earlier.length === 0) return null;
  return (
    <details className={styles.earlier}>
      <summary>{words.earlier(format.number(earlier.length))}</summary>
      <ul>
        {earlier.map(({ id, class: page, taken_at: at }) => (
          <li key={id}>
            <Link to="/website/$siteId/bang-chung/$evidenceId" params={{ siteId: String(site), evidenceId: String(id) }} className="link">
              {format.dateTime(at)}
            </Link>
            <PageClassTag page={page} bare />
          </li>
        ))}
      </ul>
    </details>
  );
}
