import { Link } from "@tanstack/react-router";
import { CircleDashed, Plus, Search, TriangleAlert } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { ListFoot } from "@/components/list-foot";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import { Tabs } from "@/components/tabs";
import type { System } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { DossierProgress } from "./dossier-steps";
import { LevelBadge } from "./level-badge";
import { SystemDialog } from "./system-dialog";
import type { SystemSearch } from "./system-search";
import styles from "./systems.module.css";
import { useSystems } from "./use-systems";
import { useSystemWords } from "./words";

interface SystemsPageProps {
  search: SystemSearch;
  unit?: number;
  onSearch: (change: Partial<SystemSearch>) => void;
}

const LEVELS = [0, 1, 2, 3, 4, 5] as const;

/** Level, dossier and warnings of every information system. */
export function SystemsPage({ search, unit, onSearch }: SystemsPageProps) {
  const words = useSystemWords();
  const { app } = useWords();
  const mayEdit = useMay("province_admin", "soc_operator", "unit_officer");
  const { q, level } = search;
  const query = useSystems({ unit, q, level });
  const first = query.data?.pages[0];
  const counts = first?.by_level;
  const all = counts && Object.values(counts).reduce((sum, count) => sum + count, 0);
  const filtered = q !== undefined || level !== undefined;
  const countOf = (value: number) => counts && format.number(value === 0 ? counts.unset : counts[String(value) as "1"]);
  const addButton = mayEdit && (
    <Button kind="primary" icon={Plus} onClick={() => onSearch({ add: true })}>
      {words.add}
    </Button>
  );

  return (
    <div className={page.page}>
      <PageHead title={words.title} sub={words.sub}>
        {addButton}
      </PageHead>
      <Tabs
        label={words.levels}
        value={level === undefined ? "all" : String(level)}
        onChange={(next) => onSearch({ level: next === "all" ? undefined : Number(next) })}
        tabs={[
          { value: "all", label: app.all, count: all === undefined ? undefined : format.number(all) },
          ...LEVELS.map((value) => ({ value: String(value), label: value === 0 ? words.unset : words.level(value), count: countOf(value) })),
        ]}
      />
      <div className={page.bar}>
        <SearchBox label={words.filter} value={q ?? ""} onChange={(next) => onSearch({ q: next || undefined })} />
        <span className={page.count} role="status">
          {first && words.total(format.number(first.total))}
        </span>
      </div>
      <AsyncView
        query={query}
        isEmpty={(data) => data.pages[0]?.items.length === 0}
        empty={() =>
          filtered ? (
            <EmptyState
              icon={Search}
              title={app.emptyFiltered}
              sub={app.emptyFilteredSub}
              action={<Button onClick={() => onSearch({ q: undefined, level: undefined })}>{app.clearFilter}</Button>}
            />
          ) : (
            <EmptyState icon={CircleDashed} title={words.none} sub={words.noneSub} action={addButton} />
          )
        }
      >
        {(data) => (
          <div className={table.wrap}>
            <SystemTable systems={data.pages.flatMap((one) => one.items)} />
            <ListFoot
              shown={data.pages.reduce((sum, one) => sum + one.items.length, 0)}
              total={data.pages[0]?.total ?? 0}
              more={query.hasNextPage}
              loading={query.isFetchingNextPage}
              onMore={() => void query.fetchNextPage()}
            />
          </div>
        )}
      </AsyncView>
      {search.add && mayEdit && <SystemDialog unit={unit} onClose={() => onSearch({ add: undefined })} />}
    </div>
  );
}

function SystemTable({ systems }: { systems: System[] }) {
  const words = useSystemWords();
  return (
    <table className={table.table} aria-label={words.list}>
      <thead>
        <tr>
          <th scope="col">{words.name}</th>
          <th scope="col">{words.unit}</th>
          <th scope="col">{words.levelLong}</th>
          <th scope="col">{words.dossier}</th>
          <th scope="col">{words.warningsTitle}</th>
        </tr>
      </thead>
      <tbody>
        {systems.map((system) => (
          <tr key={system.id}>
            <th scope="row" className={table.name}>
              <Link to="/he-thong/$systemId" params={{ systemId: String(system.id) }} className="link">
                {system.name}
              </Link>
            </th>
            <td className={table.soft}>{system.unit.name}</td>
            <td data-label={words.levelLong}>
              <LevelBadge level={system.level} />
            </td>
            <td data-label={words.dossier}>
              <DossierProgress system={system} />
            </td>
            <td data-label={words.warningsTitle}>
              {system.warnings.length > 0 ? (
                <span className={styles.warning}>
                  <TriangleAlert size={15} aria-hidden />
                  <span aria-hidden>{system.warnings.length}</span>
                  <span className="visually-hidden">{words.warnings(system.warnings.length)}</span>
                </span>
              ) : (
                <span className={table.soft}>–</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
