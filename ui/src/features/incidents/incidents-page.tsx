import { Link } from "@tanstack/react-router";
import { Plus, ShieldCheck } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { buttonLook } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { LinkTabs, linkTab } from "@/components/link-tabs";
import { ListFoot } from "@/components/list-foot";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import { SelectBox } from "@/components/select-box";
import { SEVERITIES, type IncidentPage as Board, type Severity } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { answerOf, notClosed } from "./incident-model";
import { VIEWS, type ChangeIncidentSearch, type IncidentSearch, type IncidentView } from "./incident-search";
import { IncidentTable } from "./incident-table";
import styles from "./incidents.module.css";
import { Proposals } from "./proposals";
import { useIncidentProposals, useIncidents } from "./use-incidents";
import { useIncidentWords } from "./words";

interface IncidentsPageProps {
  search: IncidentSearch;
  unit?: number;
  onSearch: ChangeIncidentSearch;
}

/** What is going on, and which report is due first. */
export function IncidentsPage({ search, unit, onSearch }: IncidentsPageProps) {
  const words = useIncidentWords();
  const view = search.show ?? "open";
  const query = useIncidents({ view, unit, severity: search.level, q: search.q });
  const first = query.data?.pages[0];
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const proposals = useIncidentProposals(unit);
  // What a rule proposes stands above the list: both come at once, so that nothing moves.
  const both = { ...query, data: proposals.isPending ? undefined : query.data };
  return (
    <div className={page.page}>
      <AsyncView query={both}>
        {() => (
          <>
            <Head counts={first?.counts} />
            <Proposals proposals={proposals.data?.items ?? []} />
            <Views search={search} counts={first?.counts} />
            <Filters search={search} total={first?.total} onSearch={onSearch} />
            {rows.length === 0 ? <Nothing filtered={Boolean(search.q ?? search.level)} /> : <IncidentTable rows={rows} />}
            <ListFoot shown={rows.length} total={first?.total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
            <p className={page.count}>{words.internal}</p>
          </>
        )}
      </AsyncView>
    </div>
  );
}

function Head({ counts }: { counts: Board["counts"] | undefined }) {
  const words = useIncidentWords();
  const mayOpen = useMay("province_admin", "soc_operator", "unit_officer");
  const answer = counts && answerOf(counts);
  const title = !answer ? words.title : answer.kind === "none" ? words.none : words[answer.kind](format.number(answer.count));
  return (
    <PageHead title={title} sub={words.sub}>
      {mayOpen && (
        <Link to="/su-co/moi" search={(old) => ({ unit: old.unit })} className={buttonLook("primary")}>
          <Plus size={16} aria-hidden />
          {words.open}
        </Link>
      )}
    </PageHead>
  );
}

/** Each count is the way to the list that makes it. */
function Views({ search, counts }: { search: IncidentSearch; counts: Board["counts"] | undefined }) {
  const words = useIncidentWords();
  const view: IncidentView = search.show ?? "open";
  return (
    <LinkTabs label={words.viewsLabel}>
      {VIEWS.map((value) => {
        const count = !counts || value === "mine" ? undefined : value === "open" ? notClosed(counts) : counts[value];
        return (
          <Link
            key={value}
            to="/su-co"
            search={(old) => ({ unit: old.unit, ...search, show: value === "open" ? undefined : value })}
            className={linkTab.className}
            activeProps={{ "aria-current": undefined }}
            aria-current={value === view ? "page" : undefined}
          >
            {words.views[value]} {count !== undefined && <b className={value === "late" && count > 0 ? `num ${styles.bad}` : "num"}>{format.number(count)}</b>}
          </Link>
        );
      })}
    </LinkTabs>
  );
}

function Filters({ search, total, onSearch }: { search: IncidentSearch; total: number | undefined; onSearch: ChangeIncidentSearch }) {
  const words = useIncidentWords();
  const { severity: names } = useWords();
  return (
    <div className={page.bar}>
      <SearchBox label={words.filter} value={search.q ?? ""} onChange={(q) => onSearch({ q: q || undefined })} />
      <SelectBox
        label={words.severity}
        value={search.level ?? ""}
        choices={[{ value: "", label: words.anySeverity }, ...SEVERITIES.filter((one) => one !== "info").map((value) => ({ value, label: names[value] }))]}
        onChange={(value) => onSearch({ level: (value || undefined) as Severity | undefined })}
      />
      <span className={page.count} role="status">
        {total !== undefined && words.total(format.number(total))}
      </span>
    </div>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const words = useIncidentWords();
  const { app } = useWords();
  return (
    <div className={page.box}>
      <EmptyState icon={ShieldCheck} title={filtered ? app.emptyFiltered : words.emptyView} sub={filtered ? app.emptyFilteredSub : words.emptySub} />
    </div>
  );
}
