import { useQuery } from "@tanstack/react-query";
import { CircleDashed, Plus, Search } from "lucide-react";
import { useCallback } from "react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import { Tabs } from "@/components/tabs";
import { HEALTHS } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { overviewQuery, useMay, useSession } from "@/lib/queries";

import { AddMachineDialog } from "./add-machine-dialog";
import { MachineFacets } from "./machine-facets";
import { FILTERS, type MachineSearch } from "./machine-search";
import { MachineTable } from "./machine-table";
import styles from "./machines-page.module.css";
import { UnitScan } from "./unit-scan";
import { useMachineFacets, useMachines } from "./use-machines";
import { useMachineWords } from "./words";

interface MachinesPageProps {
  search: MachineSearch;
  unit?: number;
  onSearch: (change: Partial<MachineSearch> & { unit?: number }) => void;
}

/** Which machines are unprotected, silent or outdated. */
export function MachinesPage({ search, unit, onSearch }: MachinesPageProps) {
  const words = useWords();
  const own = useMachineWords();
  const mayEnrol = useMay("province_admin", "soc_operator", "unit_officer");
  const { q, health, os, kind, content } = search;
  const filter = { unit, q, health, os, kind, content };
  const query = useMachines(filter);
  const facets = useMachineFacets(filter).data;
  const { fetchNextPage } = query;
  const nextPage = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const counts = useQuery(overviewQuery(unit)).data?.machines;
  // The scope of one who has one body is that body.
  const { scope } = useSession();
  const chosenUnit = unit ?? (scope.length === 1 ? scope[0]?.id : undefined);
  const filtered = FILTERS.some((name) => search[name] !== undefined);

  const addButton = mayEnrol && (
    <Button kind="primary" icon={Plus} onClick={() => onSearch({ add: true })}>
      {own.add}
    </Button>
  );

  return (
    <div className={styles.page}>
      <PageHead title={own.title}>
        {chosenUnit !== undefined && <UnitScan unit={chosenUnit} />}
        {addButton}
      </PageHead>
      <Tabs
        label={own.health}
        value={health ?? "all"}
        onChange={(next) => onSearch({ health: next === "all" ? undefined : next })}
        tabs={[
          { value: "all", label: own.allHealth, count: counts && format.number(counts.total) },
          ...HEALTHS.map((name) => ({
            value: name,
            label: words.health[name],
            count: counts && format.number(counts[name]),
          })),
        ]}
      />
      <div className={styles.bar}>
        <SearchBox label={own.filter} value={q ?? ""} onChange={(next) => onSearch({ q: next || undefined })} />
        <MachineFacets facets={facets} search={search} unit={unit} onSearch={onSearch} />
        <span className={styles.count} role="status">
          {query.data?.pages[0] && own.total(format.number(query.data.pages[0].total))}
        </span>
      </div>
      <AsyncView
        query={query}
        isEmpty={(data) => data.pages[0]?.items.length === 0}
        empty={() => (
          <div className={styles.empty}>
            {filtered ? (
              <EmptyState
                icon={Search}
                title={own.emptyFiltered}
                sub={own.emptyFilteredSub}
                action={
                  <Button onClick={() => onSearch(Object.fromEntries(FILTERS.map((name) => [name, undefined])))}>{words.app.clearFilter}</Button>
                }
              />
            ) : (
              <EmptyState
                icon={CircleDashed}
                title={own.emptyNone}
                sub={own.emptyNoneSub}
                action={addButton}
              />
            )}
          </div>
        )}
      >
        {(data) => (
          <MachineTable
            machines={data.pages.flatMap((page) => page.items)}
            total={data.pages[0]?.total ?? 0}
            more={query.hasNextPage}
            loading={query.isFetchingNextPage}
            onMore={nextPage}
          />
        )}
      </AsyncView>
      {search.add && mayEnrol && <AddMachineDialog unit={unit} onClose={() => onSearch({ add: undefined })} />}
    </div>
  );
}
