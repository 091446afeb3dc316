import { Link } from "@tanstack/react-router";
import { Inbox, Send } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { ListFoot } from "@/components/list-foot";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import { Tabs } from "@/components/tabs";
import type { UnitRequest } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { REQUEST_VIEWS, type ChangeRequestsSearch, type RequestView, type RequestsSearch } from "./request-search";
import { DueOn } from "./request-tags";
import { RequestsTabs } from "./requests-tabs";
import styles from "./requests.module.css";
import { useRequests } from "./use-requests";
import { useRequestWords } from "./words";

interface RequestsPageProps {
  search: RequestsSearch;
  unit?: number;
  onSearch: ChangeRequestsSearch;
}

/** What units are asked, and who has still to answer. */
export function RequestsPage({ search, unit, onSearch }: RequestsPageProps) {
  const words = useRequestWords();
  const { app } = useWords();
  const query = useRequests({ unit, view: search.part, q: search.q });
  const requests = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const first = query.data?.pages[0];
  const filtered = search.q !== undefined || (search.part ?? "open") !== "open";
  const clear = <Button onClick={() => onSearch({ part: undefined, q: undefined })}>{app.clearFilter}</Button>;
  return (
    <div className={page.page}>
      <Answer counts={first?.counts} />
      <RequestsTabs />
      <Card flush title={words.list}>
        <div className={classNames(page.bar, styles.filters)}>
          <Tabs<RequestView>
            label={words.view}
            value={search.part ?? "open"}
            onChange={(part) => onSearch({ part: part === "open" ? undefined : part })}
            tabs={REQUEST_VIEWS.map((value) => ({ value, label: words.views[value], count: countOf(first?.counts, value) }))}
          />
          <SearchBox label={words.search} value={search.q ?? ""} onChange={(q) => onSearch({ q: q || undefined })} />
          <span className={page.count} role="status">
            {first && words.total(format.number(first.total))}
          </span>
        </div>
        <AsyncView
          query={query}
          isEmpty={() => requests.length === 0}
          empty={() =>
            filtered ? <EmptyState icon={Inbox} title={app.emptyFiltered} sub={app.emptyFilteredSub} action={clear} /> : <EmptyState icon={Inbox} title={words.none} sub={words.noneSub} />
          }
        >
          {() => (
            <div className={classNames(table.wrap, table.inCard)}>
              <RequestTable requests={requests} />
              <ListFoot shown={requests.length} total={first?.total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
            </div>
          )}
        </AsyncView>
      </Card>
    </div>
  );
}

type Counts = { open: number; waiting: number; late: number; to_decide: number };

function countOf(counts: Counts | undefined, view: RequestView): string | undefined {
  return counts && view in counts ? format.number(counts[view as keyof Counts]) : undefined;
}

function Answer({ counts }: { counts?: Counts }) {
  const words = useRequestWords();
  const mayAsk = useMay("province_admin", "soc_operator");
  const officer = useMay("unit_officer");
  const parts = counts
    ? [
        counts.late > 0 && words.late(format.number(counts.late)),
        !officer && counts.to_decide > 0 && words.toDecide(format.number(counts.to_decide)),
        counts.late === 0 && counts.waiting > 0 && words.waiting(format.number(counts.waiting)),
      ].filter((part) => part !== false)
    : [];
  const title = !counts ? words.title : parts.length > 0 ? parts.join(", ") : words.calm;
  return (
    <PageHead title={title} sub={officer ? words.subUnit : words.sub}>
      {mayAsk && (
        <Link to="/yeu-cau/moi" search={(old) => ({ unit: old.unit })} className={buttonLook("primary")}>
          <Send size={17} aria-hidden />
          {words.make}
        </Link>
      )}
    </PageHead>
  );
}

function RequestTable({ requests }: { requests: UnitRequest[] }) {
  const words = useRequestWords();
  return (
    <table className={table.table} aria-label={words.list}>
      <thead>
        <tr>
          <th scope="col">{words.request}</th>
          <th scope="col">{words.due}</th>
          <th scope="col">{words.progress}</th>
          <th scope="col">{words.sentAt}</th>
        </tr>
      </thead>
      <tbody>
        {requests.map((request) => (
          <tr key={request.id}>
            <th scope="row" className={table.name}>
              <span className={styles.two}>
                <Link to="/yeu-cau/$requestId" params={{ requestId: String(request.id) }} search={(old) => ({ unit: old.unit })} className="link">
                  <OutsideText value={request.title} />
                </Link>
                <small>{words.kinds[request.answer]}</small>
              </span>
            </th>
            <td data-label={words.due}>
              <DueOn due={request.due_on} open={request.closed_at === null && request.counts.accepted < request.counts.total} />
            </td>
            <td data-label={words.progress}>
              <Progress request={request} />
            </td>
            <td data-label={words.sentAt}>
              <span className={styles.two}>
                <span className="num">{format.dateTime(request.made_at)}</span>
                <small>{request.unit.name}</small>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Progress({ request: { counts, closed_at: closedAt } }: { request: UnitRequest }) {
  const words = useRequestWords();
  return (
    <span className={styles.two}>
      <span className="num">{words.done(format.number(counts.accepted), format.number(counts.total))}</span>
      {counts.late > 0 && <small className={styles.late}>{words.lateUnits(format.number(counts.late))}</small>}
      {counts.answered > 0 && <small className="num">{words.waitsFor(format.number(counts.answered))}</small>}
      {closedAt !== null && <small>{words.closed}</small>}
    </span>
  );
}
