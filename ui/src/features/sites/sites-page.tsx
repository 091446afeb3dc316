import { Link } from "@tanstack/react-router";
import { CircleDashed, Clock, FileInput, Plus, Search, UserRound } from "lucide-react";
import { useCallback } from "react";

import { AsyncView } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import { SelectBox } from "@/components/select-box";
import { Tabs } from "@/components/tabs";
import { ToggleChip } from "@/components/toggle-chip";
import { SITE_STATUSES, type SiteCounts } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { AddSiteDialog } from "./add-site-dialog";
import { BrowserNotice } from "./browser-notice";
import { CLASS_FACETS, LABEL_FACETS, type ChangeSiteSearch, type ClassFacet, type LabelFacet, type SiteSearch } from "./site-search";
import { isSieved } from "./site-state";
import { SiteTable } from "./site-table";
import { useWatchedSites } from "./use-sites";
import { useSiteWords } from "./words";

interface SitesPageProps {
  search: SiteSearch;
  unit?: number;
  onSearch: ChangeSiteSearch;
}

/** Which websites are altered or down, worst first. */
export function SitesPage({ search, unit, onSearch }: SitesPageProps) {
  const words = useSiteWords();
  const mayAdd = useMay("province_admin", "soc_operator", "unit_officer");
  const query = useWatchedSites({
    unit,
    q: search.q,
    status: search.status,
    class: search.class,
    label: search.label,
    certificate: search.certificate,
    ...(search.overdue && { overdue: "true" as const }),
    ...(search.waiting && { waiting: "true" as const }),
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const nextPage = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const sieved = isSieved(search);
  const first = query.data?.pages[0];
  const sites = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const add = mayAdd && (
    <Button kind="primary" icon={Plus} onClick={() => onSearch({ add: true })}>
      {words.add}
    </Button>
  );
  return (
    <div className={page.page}>
      <PageHead title={words.title} sub={words.sub}>
        {mayAdd && (
          <Link to="/nhap-du-lieu" search={(old) => ({ unit: old.unit, kind: "sites" as const })} className={buttonLook()}>
            <FileInput size={16} aria-hidden />
            {words.addMany}
          </Link>
        )}
        {add}
      </PageHead>
      <StatusTabs search={search} counts={first?.counts} onSearch={onSearch} />
      <div className={page.bar}>
        <SearchBox label={words.filter} value={search.q ?? ""} onChange={(q) => onSearch({ q: q || undefined })} />
        <Facets search={search} counts={first?.counts} onSearch={onSearch} />
        <span className={page.count} role="status">
          {first && (sieved ? words.shown(format.number(first.total), format.number(first.counts.total)) : words.total(format.number(first.total)))}
        </span>
      </div>
      <AsyncView query={query} isEmpty={() => sites.length === 0} empty={() => <NoSites search={search} add={add} onSearch={onSearch} />}>
        {() => (
          <SiteTable
            sites={sites}
            total={first?.total ?? 0}
            more={hasNextPage}
            loading={isFetchingNextPage}
            onMore={nextPage}
          />
        )}
      </AsyncView>
      {/* Behind the list and not before it: what comes late moves nothing. */}
      {first && <BrowserNotice />}
      {search.add && mayAdd && <AddSiteDialog unit={unit} onClose={() => onSearch({ add: undefined })} />}
    </div>
  );
}

interface PartProps {
  search: SiteSearch;
  onSearch: ChangeSiteSearch;
}

function StatusTabs({ search, counts, onSearch }: PartProps & { counts?: SiteCounts }) {
  const words = useSiteWords();
  return (
    <Tabs
      label={words.view}
      value={search.status ?? "all"}
      onChange={(next) => onSearch({ status: next === "all" ? undefined : next })}
      tabs={[
        { value: "all", label: words.allStatus, count: counts && format.number(counts.total) },
        ...SITE_STATUSES.map((value) => ({ value, label: words.status[value], count: counts && format.number(counts[value]) })),
      ]}
    />
  );
}

type Words = ReturnType<typeof useSiteWords>;

function stateChoices(words: Words, names: Record<"any" | LabelFacet, string>, counts: Record<LabelFacet, number> | undefined) {
  return (["any", ...LABEL_FACETS] as const).map((value) => ({
    value,
    label: value === "any" || !counts ? names[value] : words.counted(names[value], format.number(counts[value])),
  }));
}

/** Classes that there are, and the one that is chosen: an empty one is no choice. */
function classChoices(words: Words, counts: SiteCounts | undefined, chosen: ClassFacet | undefined) {
  const sitesOf = (value: ClassFacet) => counts?.classes.find((one) => one.class === value)?.sites ?? 0;
  const shown = CLASS_FACETS.filter((value) => value === chosen || sitesOf(value) > 0);
  return [{ value: "any", label: words.anyClass }, ...shown.map((value) => ({ value, label: words.counted(words.classes[value], format.number(sitesOf(value))) }))];
}

function Facets({ search, counts, onSearch }: PartProps & { counts?: SiteCounts }) {
  const words = useSiteWords();
  return (
    <>
      <SelectBox
        label={words.pageClass}
        value={search.class ?? "any"}
        onChange={(next) => onSearch({ class: next === "any" ? undefined : (next as ClassFacet) })}
        choices={classChoices(words, counts, search.class)}
      />
      <SelectBox
        label={words.label}
        value={search.label ?? "any"}
        onChange={(next) => onSearch({ label: next === "any" ? undefined : (next as LabelFacet) })}
        choices={stateChoices(words, words.labels, counts?.labels)}
      />
      <SelectBox
        label={words.certificate}
        value={search.certificate ?? "any"}
        onChange={(next) => onSearch({ certificate: next === "any" ? undefined : (next as LabelFacet) })}
        choices={stateChoices(words, words.certificates, counts?.certificates)}
      />
      <ToggleChip icon={UserRound} pressed={search.waiting === true} onChange={(on) => onSearch({ waiting: on || undefined })}>
        {counts && counts.cases_waiting > 0 ? words.counted(words.waiting, format.number(counts.cases_waiting)) : words.waiting}
      </ToggleChip>
      <ToggleChip icon={Clock} pressed={search.overdue === true} onChange={(on) => onSearch({ overdue: on || undefined })}>
        {counts && counts.overdue > 0 ? words.counted(words.overdue, format.number(counts.overdue)) : words.overdue}
      </ToggleChip>
    </>
  );
}

const NO_FILTER: Partial<SiteSearch> = { q: undefined, status: undefined, class: undefined, label: undefined, certificate: undefined, overdue: undefined, waiting: undefined };

function NoSites({ search, add, onSearch }: PartProps & { add: React.ReactNode }) {
  const words = useSiteWords();
  const { clearFilter } = useWords().app;
  const filtered = isSieved(search) || Boolean(search.q ?? search.status);
  return (
    <div className={page.box}>
      {filtered ? (
        <EmptyState
          icon={Search}
          title={words.noneFound}
          sub={words.noneFoundSub}
          action={<Button onClick={() => onSearch(NO_FILTER)}>{clearFilter}</Button>}
        />
      ) : (
        <EmptyState icon={CircleDashed} title={words.none} sub={words.noneSub} action={add} />
      )}
    </div>
  );
}
