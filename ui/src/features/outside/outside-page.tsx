import { Link } from "@tanstack/react-router";
import { Download, FileInput, Inbox } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { LinkTabs, linkTab } from "@/components/link-tabs";
import { ListFoot } from "@/components/list-foot";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import { Tabs } from "@/components/tabs";
import type { OutsideRequest, OutsideRequestState } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useLanguage, useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { OUTSIDE_STATES, type ChangeOutsideSearch, type OutsideSearch } from "./outside-search";
import { OutsideStateTag } from "./outside-tags";
import styles from "./outside.module.css";
import { Receivers } from "./receivers";
import { RecordDialog } from "./record-dialog";
import { logAddress, useOutsideRequests } from "./use-outside";
import { useOutsideWords } from "./words";

interface OutsidePageProps {
  search: OutsideSearch;
  unit?: number;
  onSearch: ChangeOutsideSearch;
}

/** What others ask of us, and what they were handed. */
export function OutsidePage({ search, unit, onSearch }: OutsidePageProps) {
  const words = useOutsideWords();
  const { app } = useWords();
  const query = useOutsideRequests({ unit, ...search });
  const requests = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const total = query.data?.pages[0]?.total;
  const filtered = search.state !== undefined || search.q !== undefined;
  return (
    <div className={page.page}>
      <Answer unit={unit} />
      <LinkTabs label={words.pages}>
        <Link to="/yeu-cau" {...linkTab}>
          {words.ours}
        </Link>
        <Link to="/yeu-cau/ben-ngoai" {...linkTab}>
          {words.back}
        </Link>
      </LinkTabs>
      <Card flush title={words.list}>
        <div className={classNames(page.bar, styles.filters)}>
          <Tabs<OutsideRequestState | "all">
            label={words.stateLabel}
            value={search.state ?? "all"}
            onChange={(state) => onSearch({ state: state === "all" ? undefined : state })}
            tabs={[{ value: "all", label: words.any }, ...OUTSIDE_STATES.map((value) => ({ value, label: words.states[value] }))]}
          />
          <SearchBox label={words.search} value={search.q ?? ""} onChange={(q) => onSearch({ q: q || undefined })} />
          <span className={page.count} role="status">
            {total !== undefined && words.total(format.number(total))}
          </span>
        </div>
        <AsyncView
          query={query}
          isEmpty={() => requests.length === 0}
          empty={() =>
            filtered ? (
              <EmptyState icon={Inbox} title={app.emptyFiltered} sub={app.emptyFilteredSub} action={<Button onClick={() => onSearch({ state: undefined, q: undefined })}>{app.clearFilter}</Button>} />
            ) : (
              <EmptyState icon={Inbox} title={words.none} sub={words.noneSub} />
            )
          }
        >
          {() => (
            <div className={classNames(table.wrap, table.inCard)}>
              <OutsideTable requests={requests} />
              <ListFoot shown={requests.length} total={total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
            </div>
          )}
        </AsyncView>
      </Card>
      <Receivers />
    </div>
  );
}

function Answer({ unit }: { unit?: number }) {
  const words = useOutsideWords();
  const language = useLanguage();
  const mayAct = useMay("province_admin", "soc_operator");
  const [recording, setRecording] = useState(false);
  const open = useOutsideRequests({ unit, state: "open" }).data?.pages[0]?.total ?? 0;
  return (
    <PageHead title={open > 0 ? words.open(format.number(open)) : words.calm} sub={words.sub}>
      <a href={logAddress(language)} download className={buttonLook()}>
        <Download size={17} aria-hidden />
        {words.log}
      </a>
      {mayAct && (
        <Button kind="primary" icon={FileInput} onClick={() => setRecording(true)}>
          {words.record}
        </Button>
      )}
      {recording && <RecordDialog onClose={() => setRecording(false)} />}
    </PageHead>
  );
}

function OutsideTable({ requests }: { requests: OutsideRequest[] }) {
  const words = useOutsideWords();
  return (
    <table className={table.table} aria-label={words.list}>
      <thead>
        <tr>
          <th scope="col">{words.letter}</th>
          <th scope="col">{words.whatFor}</th>
          <th scope="col">{words.stateLabel}</th>
          <th scope="col">{words.due}</th>
          <th scope="col">{words.packages}</th>
        </tr>
      </thead>
      <tbody>
        {requests.map((request) => (
          <tr key={request.id}>
            <th scope="row" className={table.name}>
              <span className={styles.two}>
                <Link to="/yeu-cau/ben-ngoai/$outsideId" params={{ outsideId: String(request.id) }} search={(old) => ({ unit: old.unit })} className="link">
                  <OutsideText value={request.number} />
                </Link>
                <small>
                  <OutsideText value={request.receiver.name} />, <span className="num">{format.date(request.dated_on)}</span>
                </small>
              </span>
            </th>
            <td data-label={words.whatFor}>
              <OutsideText value={request.what_for} />
            </td>
            <td data-label={words.stateLabel}>
              <OutsideStateTag state={request.state} bare />
            </td>
            <td data-label={words.due}>
              <span className={styles.two}>
                <span className={`num ${styles.date}`}>{request.due_on ? format.date(request.due_on) : "–"}</span>
                {request.late && <small className={styles.late}>{words.late}</small>}
              </span>
            </td>
            <td data-label={words.packages} className="num">
              {request.packages === 0 ? words.noPackage : words.received(format.number(request.received), format.number(request.packages))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
