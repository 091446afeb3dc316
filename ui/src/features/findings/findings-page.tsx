import { ArrowUp } from "lucide-react";
import { useEffect, useMemo, useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Segments } from "@/components/segments";
import { Tabs } from "@/components/tabs";
import * as format from "@/lib/format";

import { FindingBulkBar } from "./finding-bulk-bar";
import { FindingEmpty } from "./finding-empty";
import { FindingFilters } from "./finding-filters";
import { FindingGroups } from "./finding-groups";
import { FindingGrid } from "./finding-grid";
import { FindingPanel } from "./finding-panel";
import { filterOf, type ChangeSearch, type FindingSearch } from "./finding-search";
import styles from "./findings-page.module.css";
import { HourHistogram } from "./hour-histogram";
import { useFindingList } from "./use-finding-list";
import { useFindingWords } from "./words";

interface FindingsPageProps {
  search: FindingSearch;
  unit?: number;
  onSearch: ChangeSearch;
}

/** What is new and mine: the list, and beside it the finding that is open. */
export function FindingsPage({ search, unit, onSearch }: FindingsPageProps) {
  const words = useFindingWords();
  const { view, q, severity, machine, rule, group } = search;
  // One filter object per meaning, so that typing elsewhere does not ask the hub again.
  const filterKey = JSON.stringify([view, q, severity, machine, rule, unit]);
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const filter = useMemo(() => filterOf(search, unit), [filterKey]);
  const { list, findings, summary, fresh, refresh } = useFindingList(filter);
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  useEffect(() => setSelected(new Set()), [filterKey]);

  const count = (name: "open" | "mine" | "all") => (summary ? format.number(summary.counts[name]) : undefined);

  return (
    <div className={styles.page} data-open={search.id !== undefined || undefined}>
      <div className={styles.head}>
        <h1>{words.title}</h1>
        <Tabs
          label={words.views}
          value={view ?? "open"}
          onChange={(next) => onSearch({ view: next === "open" ? undefined : next })}
          tabs={(["open", "mine", "all"] as const).map((name) => ({
            value: name,
            label: words.view[name],
            count: count(name),
          }))}
        />
        <Segments
          label={words.grouping}
          value={group ?? "each"}
          onChange={(next) => onSearch({ group: next === "rule" ? "rule" : undefined, rule: undefined })}
          choices={[
            { value: "each", label: words.each },
            { value: "rule", label: words.byRule },
          ]}
        />
        <div className={styles.fresh} role="status">
          {fresh > 0 && (
            <button type="button" onClick={() => void refresh()}>
              <ArrowUp size={14} aria-hidden />
              {words.fresh(fresh)}
            </button>
          )}
        </div>
      </div>
      <FindingFilters search={search} total={summary?.total} machineName={findings[0]?.asset.name} onSearch={onSearch} />
      <HourHistogram hours={summary?.histogram ?? []} />
      <div className={styles.list}>
        {selected.size > 0 && <FindingBulkBar ids={selected} onDone={() => setSelected(new Set())} />}
        {group ? (
          <FindingGroups filter={filter} />
        ) : (
          <AsyncView
            query={list}
            isEmpty={() => findings.length === 0}
            empty={() => summary && <FindingEmpty search={search} summary={summary} onSearch={onSearch} />}
          >
            {() => (
              <FindingGrid
                findings={findings}
                total={summary?.total ?? findings.length}
                openId={search.id}
                selected={selected}
                onSelect={setSelected}
                onOpen={(id) => onSearch({ id })}
                onNearEnd={() => {
                  if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
                }}
              />
            )}
          </AsyncView>
        )}
      </div>
      <FindingPanel
        id={search.id}
        known={findings.find((finding) => finding.id === search.id)}
        onClose={() => onSearch({ id: undefined })}
      />
    </div>
  );
}
