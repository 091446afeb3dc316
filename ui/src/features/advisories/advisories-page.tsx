import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleDashed, Search } from "lucide-react";
import { useCallback } from "react";

import { AsyncView } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import { SelectBox } from "@/components/select-box";
import { Tabs } from "@/components/tabs";
import { SEVERITIES, type AdvisoryKind, type AdvisoryPage, type Severity } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import { ADVISORY_VIEWS, type AdvisorySearch, type ChangeAdvisorySearch } from "./advisory-search";
import { AdvisoryTable } from "./advisory-table";
import { AdvisoryTabs } from "./advisory-tabs";
import { FeedNotice } from "./feed-notice";
import { useAdvisories } from "./use-advisories";
import { useAdvisoryWords } from "./words";

interface AdvisoriesPageProps {
  search: AdvisorySearch;
  unit?: number;
  onSearch: ChangeAdvisorySearch;
}

/** What has to be patched, most urgent first, and how far each agency is. */
export function AdvisoriesPage({ search, unit, onSearch }: AdvisoriesPageProps) {
  const words = useAdvisoryWords();
  const { q, show = "open", kind, level } = search;
  const query = useAdvisories({ unit, q, view: show, kind, severity: level && [level] });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const onMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const first = query.data?.pages[0];
  const advisories = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className={page.page}>
      <PageHead title={words.title} sub={words.sub} />
      <AdvisoryTabs />
      <FeedNotice />
      <Tabs
        label={words.view}
        value={show}
        onChange={(next) => onSearch({ show: next === "open" ? undefined : next })}
        tabs={ADVISORY_VIEWS.map((value) => ({ value, label: words.views[value], count: first && format.number(first.counts[value]) }))}
      />
      <Filters search={search} total={first?.total} onSearch={onSearch} />
      <AsyncView query={query} isEmpty={() => advisories.length === 0} empty={() => first && <NoAdvisories first={first} search={search} onSearch={onSearch} />}>
        {() => <AdvisoryTable advisories={advisories} total={first?.total ?? 0} more={hasNextPage} loading={isFetchingNextPage} onMore={onMore} />}
      </AsyncView>
    </div>
  );
}

function Filters({ search, total, onSearch }: { search: AdvisorySearch; total?: number; onSearch: ChangeAdvisorySearch }) {
  const words = useAdvisoryWords();
  const { severity } = useWords();
  return (
    <div className={page.bar}>
      <SearchBox label={words.filter} value={search.q ?? ""} onChange={(q) => onSearch({ q: q || undefined })} />
      <SelectBox
        label={words.severity}
        value={search.level ?? "any"}
        onChange={(next) => onSearch({ level: next === "any" ? undefined : (next as Severity) })}
        choices={[{ value: "any", label: words.severityAny }, ...SEVERITIES.map((value) => ({ value, label: severity[value] }))]}
      />
      <SelectBox
        label={words.kind}
        value={search.kind ?? "any"}
        onChange={(next) => onSearch({ kind: next === "any" ? undefined : (next as AdvisoryKind) })}
        choices={(["any", "vulnerability", "letter"] as const).map((value) => ({ value, label: words.kinds[value] }))}
      />
      <span className={page.count} role="status">
        {total !== undefined && words.total(format.number(total))}
      </span>
    </div>
  );
}

interface NoAdvisoriesProps {
  first: AdvisoryPage;
  search: AdvisorySearch;
  onSearch: ChangeAdvisorySearch;
}

/** Nothing found, nothing known, nothing looked at and nothing to do are four different answers. */
function NoAdvisories({ first, search, onSearch }: NoAdvisoriesProps) {
  const words = useAdvisoryWords();
  const { app } = useWords();
  const { vulnerabilities, machines, without_inventory: unlooked, not_followed: below } = first.followed;
  if (search.q ?? search.kind ?? search.level) {
    const clear = () => onSearch({ q: undefined, kind: undefined, level: undefined });
    return <Box icon={Search} title={words.noneFound} sub={words.noneFoundSub} action={<Button onClick={clear}>{app.clearFilter}</Button>} />;
  }
  if (vulnerabilities === 0) return <Box icon={CircleDashed} title={words.none} sub={words.noneBook} action={<SourcesLink />} />;
  if (machines === 0) {
    return (
      <Box
        icon={CircleDashed}
        title={words.none}
        sub={words.noneMachines}
        action={
          <Link to="/may-tinh" className={buttonLook()}>
            {words.toMachines}
          </Link>
        }
      />
    );
  }
  const more = [
    words.noneOpen(format.number(machines), format.number(vulnerabilities)),
    below > 0 && words.noneNotFollowed(format.number(below)),
    unlooked > 0 && words.noneUnlooked(format.number(unlooked)),
  ];
  return <Box icon={unlooked > 0 ? CircleDashed : CircleCheck} title={words.none} sub={more.filter(Boolean).join(" ")} action={<SourcesLink />} />;
}

function Box(props: React.ComponentProps<typeof EmptyState>) {
  return (
    <div className={page.box}>
      <EmptyState {...props} />
    </div>
  );
}

function SourcesLink() {
  return (
    <Link to="/canh-bao/nguon" className={buttonLook()}>
      {useAdvisoryWords().toSources}
    </Link>
  );
}
