import { useQuery } from "@tanstack/react-query";
import { CircleDashed, Plus, Search } from "lucide-react";
import { useMemo, useState } from "react";

import { AsOfPicker } from "@/components/as-of-picker";
import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { Confirm } from "@/components/confirm";
import { EmptyState } from "@/components/empty-state";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import type { Unit } from "@/lib/api-types";
import { fold } from "@/lib/fold";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { unitsOfQuery, useMay } from "@/lib/queries";
import { withAncestors } from "@/lib/unit-tree";

import { UnitDialog } from "./unit-dialog";
import { UnitTable } from "./unit-table";
import type { UnitsSearch } from "./unit-search";
import { useDeleteUnit } from "./use-units";
import { useEstateWords } from "./words";

export type UnitTask = { kind: "add"; under: Unit } | { kind: "edit"; unit: Unit } | { kind: "remove"; unit: Unit };

interface UnitsPageProps {
  search: UnitsSearch;
  onSearch: (change: Partial<UnitsSearch>) => void;
}

/** The tree of agencies, as it is or as it was on a day. */
export function UnitsPage({ search, onSearch }: UnitsPageProps) {
  const words = useEstateWords();
  const estate = useEstateWords();
  const past = search.as_of !== undefined;
  const mayManage = useMay("province_admin") && !past;
  const query = useQuery(unitsOfQuery(search.as_of));
  const [task, setTask] = useState<UnitTask | null>(null);
  const root = query.data?.items[0];
  const done = () => setTask(null);
  return (
    <div className={page.page}>
      <PageHead title={words.tree.title} sub={search.as_of ? estate.pastOnly(format.date(search.as_of)) : words.tree.sub}>
        {mayManage && root && (
          <Button kind="primary" icon={Plus} onClick={() => setTask({ kind: "add", under: root })}>
            {words.tree.add}
          </Button>
        )}
      </PageHead>
      <div className={page.bar}>
        <SearchBox label={estate.filter} value={search.q ?? ""} onChange={(q) => onSearch({ q: q || undefined })} />
        <AsOfPicker value={search.as_of} onChange={(next) => onSearch({ as_of: next })} />
      </div>
      <AsyncView
        query={query}
        isEmpty={({ items }) => items.length === 0}
        empty={() => <EmptyState icon={CircleDashed} title={words.tree.none} sub={words.tree.noneSub} />}
      >
        {({ items }) => (
          <>
            <FilteredTree units={items} q={search.q ?? ""} asOf={search.as_of} onTask={mayManage ? setTask : undefined} />
            {task?.kind === "add" && <UnitDialog units={items} under={task.under} onClose={done} />}
            {task?.kind === "edit" && <UnitDialog units={items} unit={task.unit} onClose={done} />}
            {task?.kind === "remove" && <RemoveUnit unit={task.unit} onClose={done} />}
          </>
        )}
      </AsyncView>
    </div>
  );
}

interface FilteredTreeProps {
  units: Unit[];
  q: string;
  asOf: string | undefined;
  onTask?: (task: UnitTask) => void;
}

/** What matches keeps its ancestors, so that it still stands in its place. */
function FilteredTree({ units, q, asOf, onTask }: FilteredTreeProps) {
  const words = useWords().app;
  const shown = useMemo(() => {
    const wanted = units.filter(({ name, code }) => fold(`${name} ${code ?? ""}`).includes(fold(q)));
    const kept = withAncestors(units, wanted.map(({ id }) => id));
    return units.filter(({ id }) => kept.has(id));
  }, [units, q]);
  if (shown.length === 0) return <EmptyState icon={Search} title={words.emptyFiltered} />;
  return <UnitTable units={shown} asOf={asOf} onTask={onTask} />;
}

function RemoveUnit({ unit, onClose }: { unit: Unit; onClose: () => void }) {
  const words = useEstateWords().tree;
  const remove = useDeleteUnit();
  return (
    <Confirm
      open
      title={words.removeTitle(unit.name)}
      effect={words.removeEffect}
      action={words.remove}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(unit.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
