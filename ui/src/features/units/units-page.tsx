import { useQuery } from "@tanstack/react-query";
import { CircleDashed, Plus } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { Confirm } from "@/components/confirm";
import { EmptyState } from "@/components/empty-state";
import { PageHead } from "@/components/page-head";
import type { Unit } from "@/lib/api-types";
import { useWords } from "@/lib/i18n";
import { unitsQuery, useMay } from "@/lib/queries";

import { UnitDialog } from "./unit-dialog";
import { UnitTable } from "./unit-table";
import styles from "./units-page.module.css";
import { useDeleteUnit } from "./use-units";

export type UnitTask = { kind: "add"; under: Unit } | { kind: "edit"; unit: Unit } | { kind: "remove"; unit: Unit };

export function UnitsPage() {
  const words = useWords();
  const mayManage = useMay("province_admin");
  const query = useQuery(unitsQuery);
  const [task, setTask] = useState<UnitTask | null>(null);
  const root = query.data?.items[0];
  const done = () => setTask(null);
  return (
    <div className={styles.page}>
      <PageHead title={words.units.title} sub={words.units.sub}>
        {mayManage && root && (
          <Button kind="primary" icon={Plus} onClick={() => setTask({ kind: "add", under: root })}>
            {words.units.add}
          </Button>
        )}
      </PageHead>
      <AsyncView
        query={query}
        isEmpty={({ items }) => items.length === 0}
        empty={() => <EmptyState icon={CircleDashed} title={words.units.none} sub={words.units.noneSub} />}
      >
        {({ items }) => (
          <>
            <UnitTable units={items} onTask={mayManage ? setTask : undefined} />
            {task?.kind === "add" && <UnitDialog units={items} under={task.under} onClose={done} />}
            {task?.kind === "edit" && <UnitDialog units={items} unit={task.unit} onClose={done} />}
            {task?.kind === "remove" && <RemoveUnit unit={task.unit} onClose={done} />}
          </>
        )}
      </AsyncView>
    </div>
  );
}

function RemoveUnit({ unit, onClose }: { unit: Unit; onClose: () => void }) {
  const words = useWords().units;
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
