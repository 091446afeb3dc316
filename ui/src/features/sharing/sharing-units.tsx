import { useCallback } from "react";

import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { ListFoot } from "@/components/list-foot";
import page from "@/components/page.module.css";
import { SearchBox } from "@/components/search-box";
import { Tabs } from "@/components/tabs";
import type { Sharing } from "@/lib/api-types";
import * as format from "@/lib/format";

import { unitCounts, unitStanding } from "./sharing-model";
import { UNIT_VIEWS, type ChangeSharingSearch, type SharingSearch } from "./sharing-search";
import { UnitStandingTag } from "./sharing-tags";
import styles from "./sharing.module.css";
import { useSharingUnits } from "./use-sharing";
import { useSharingWords } from "./words";

interface SharingUnitsProps {
  sharing: Sharing;
  search: SharingSearch;
  unit?: number;
  onSearch: ChangeSharingSearch;
}

/** Being connected and sharing regularly are two things; both count for the duties. */
export function SharingUnits({ sharing, search, unit, onSearch }: SharingUnitsProps) {
  const words = useSharingWords();
  const view = search.units ?? "all";
  const query = useSharingUnits({ unit, q: search.q, state: view });
  const units = query.data?.pages.flatMap(({ items }) => items) ?? [];
  // The counts are of the whole; a chosen scope has others, which nobody has counted.
  const counts = unit === undefined ? unitCounts(sharing.units) : null;
  const onWord = useCallback((q: string) => onSearch({ q: q || undefined }), [onSearch]);
  return (
    <Card flush title={words.units} sub={words.unitsSub(format.number(sharing.regular_days))}>
      <div className={classNames(page.bar, styles.filters)}>
        <Tabs
          label={words.unitView}
          value={view}
          onChange={(next) => onSearch({ units: next === "all" ? undefined : next })}
          tabs={UNIT_VIEWS.map((value) => ({ value, label: words.unitViews[value], count: counts ? format.number(counts[value]) : undefined }))}
        />
        <SearchBox label={words.filter} value={search.q ?? ""} onChange={onWord} />
      </div>
      <AsyncView query={query} isEmpty={() => units.length === 0} empty={() => <p className={styles.none}>{words.unitsNone}</p>}>
        {() => (
          <div className={classNames(table.wrap, table.inCard)}>
            <UnitTable units={units} />
            <ListFoot shown={units.length} total={query.data?.pages[0]?.total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
          </div>
        )}
      </AsyncView>
    </Card>
  );
}

type SharingUnit = NonNullable<ReturnType<typeof useSharingUnits>["data"]>["pages"][number]["items"][number];

function UnitTable({ units }: { units: SharingUnit[] }) {
  const words = useSharingWords();
  return (
    <table className={table.table} aria-label={words.units}>
      <thead>
        <tr>
          <th scope="col">{words.unit}</th>
          <th scope="col">{words.state}</th>
          <th scope="col">{words.lastShared}</th>
          <th scope="col" className={table.number}>
            {words.machines}
          </th>
          <th scope="col" className={table.number}>
            {words.machinesWaiting}
          </th>
        </tr>
      </thead>
      <tbody>
        {units.map((one) => (
          <tr key={one.unit.id}>
            <th scope="row" className={table.name}>
              {one.unit.name}
            </th>
            <td data-label={words.state}>
              <UnitStandingTag standing={unitStanding(one)} />
            </td>
            <td data-label={words.lastShared} className="num">
              {one.last_shared_at ? format.dateTime(one.last_shared_at) : words.neverYet}
            </td>
            <td data-label={words.machines} className={table.number}>
              {format.number(one.machines)}
            </td>
            <td data-label={words.machinesWaiting} className={table.number}>
              {format.number(one.machines_waiting)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
