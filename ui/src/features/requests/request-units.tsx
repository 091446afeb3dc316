import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { ListFoot } from "@/components/list-foot";
import page from "@/components/page.module.css";
import { SearchBox } from "@/components/search-box";
import { Tabs } from "@/components/tabs";
import { REQUEST_STATES, type RequestDetail, type RequestState, type RequestUnit } from "@/lib/api-types";
import * as format from "@/lib/format";

import { LinePanel } from "./line-panel";
import type { ChangeRequestSearch, RequestSearch } from "./request-search";
import { RequestStateTag } from "./request-tags";
import styles from "./requests.module.css";
import { useRequestUnits } from "./use-requests";
import { useRequestWords } from "./words";

interface RequestUnitsProps {
  detail: RequestDetail;
  search: RequestSearch;
  onSearch: ChangeRequestSearch;
}

/** One table: who has read, who has answered, who is done. */
export function RequestUnits({ detail, search, onSearch }: RequestUnitsProps) {
  const words = useRequestWords();
  const { counts, id } = detail.request;
  const filter = search.state === "late" ? { late: "true" as const } : search.state ? { state: search.state } : {};
  const query = useRequestUnits(id, { ...filter, q: search.q });
  const units = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const tabs = [
    { value: "all" as const, label: words.anyState, count: format.number(counts.total) },
    ...REQUEST_STATES.map((value) => ({ value, label: words.states[value], count: format.number(counts[value]) })),
    { value: "late" as const, label: words.overdue, count: format.number(counts.late) },
  ];
  return (
    <Card flush title={words.units} sub={words.unitsSub}>
      <div className={classNames(page.bar, styles.filters)}>
        <Tabs<RequestState | "late" | "all"> label={words.state} value={search.state ?? "all"} onChange={(state) => onSearch({ state: state === "all" ? undefined : state })} tabs={tabs} />
        <SearchBox label={words.searchUnit} value={search.q ?? ""} onChange={(q) => onSearch({ q: q || undefined })} />
      </div>
      <AsyncView query={query} isEmpty={() => units.length === 0} empty={() => <p className={styles.none}>{words.noUnit}</p>}>
        {() => (
          <div className={classNames(table.wrap, table.inCard)}>
            <UnitTable units={units} onOpen={(line) => onSearch({ line })} />
            <ListFoot shown={units.length} total={query.data?.pages[0]?.total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
          </div>
        )}
      </AsyncView>
      <LinePanel detail={detail} line={search.line} onClose={() => onSearch({ line: undefined })} />
    </Card>
  );
}

function UnitTable({ units, onOpen }: { units: RequestUnit[]; onOpen: (line: number) => void }) {
  const words = useRequestWords();
  return (
    <table className={table.table} aria-label={words.units}>
      <thead>
        <tr>
          <th scope="col">{words.unit}</th>
          <th scope="col">{words.state}</th>
          <th scope="col">{words.read}</th>
          <th scope="col">{words.answered}</th>
          <th scope="col">{words.reminders}</th>
        </tr>
      </thead>
      <tbody>
        {units.map((one) => (
          <tr key={one.id}>
            <th scope="row" className={table.name}>
              <button type="button" className={styles.open} onClick={() => onOpen(one.id)}>
                {one.unit.name}
              </button>
            </th>
            <td data-label={words.state}>
              <span className={styles.two}>
                <RequestStateTag state={one.state} bare />
                {one.late && <small className={styles.late}>{words.overdue}</small>}
                {one.answered_late && <small>{words.answeredLate}</small>}
              </span>
            </td>
            <td data-label={words.read}>
              <When at={one.read_at} by={one.read_by?.name} />
            </td>
            <td data-label={words.answered}>
              <When at={one.answered_at} by={one.answered_by?.name} />
            </td>
            <td data-label={words.reminders} className="num">
              {one.reminders === 0 ? "–" : words.times(format.number(one.reminders))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function When({ at, by }: { at: string | null; by?: string }) {
  if (at === null) return <>–</>;
  return (
    <span className={styles.two}>
      <span className="num">{format.dateTime(at)}</span>
      {by && <small>{by}</small>}
    </span>
  );
}
