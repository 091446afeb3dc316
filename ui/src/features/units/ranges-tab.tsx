import { Network, Plus, Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Confirm } from "@/components/confirm";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { TextField } from "@/components/field";
import { ListFoot } from "@/components/list-foot";
import { ActionMenu } from "@/components/menu";
import { Modal, ModalActions } from "@/components/modal";
import page from "@/components/page.module.css";
import type { AddressRange, Unit } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import { useAddRange, useRanges, useRemoveRange } from "./use-estate";
import { useEstateWords } from "./words";

/** Public addresses: so that a warning about one of them finds its owner. */
export function RangesTab({ unit, mayEdit }: { unit: Unit; mayEdit: boolean }) {
  const words = useEstateWords();
  const { app } = useWords();
  const query = useRanges(unit.id);
  const [task, setTask] = useState<"add" | AddressRange | null>(null);
  const ranges = query.data?.pages.flatMap((one) => one.items) ?? [];
  const addButton = mayEdit && (
    <Button kind="primary" icon={Plus} onClick={() => setTask("add")}>
      {words.range.add}
    </Button>
  );
  return (
    <>
      {ranges.length > 0 && addButton && <div className={page.actions}>{addButton}</div>}
      <AsyncView
        query={query}
        isEmpty={() => ranges.length === 0}
        empty={() => <EmptyState icon={Network} title={words.range.none} sub={words.range.noneSub} action={addButton} />}
      >
        {() => (
          <div className={table.wrap}>
            <table className={table.table} aria-label={words.tab.ranges}>
              <thead>
                <tr>
                  <th scope="col">{words.range.range}</th>
                  <th scope="col">{words.range.purpose}</th>
                  <th scope="col">{app.unit}</th>
                  {mayEdit && (
                    <th scope="col" className={table.end}>
                      <span className="visually-hidden">{app.actions}</span>
                    </th>
                  )}
                </tr>
              </thead>
              <tbody>
                {ranges.map((range) => (
                  <tr key={range.id}>
                    <th scope="row" className={table.name}>
                      <span className="mono">{range.range}</span>
                    </th>
                    <td>{range.purpose || "–"}</td>
                    <td className={table.soft}>{range.unit.name}</td>
                    {mayEdit && (
                      <td className={table.end}>
                        <ActionMenu
                          label={words.actionsOf(range.range)}
                          actions={[{ label: words.range.remove, icon: Trash2, danger: true, onSelect: () => setTask(range) }]}
                        />
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
            <ListFoot
              shown={ranges.length}
              total={query.data?.pages[0]?.total ?? 0}
              more={query.hasNextPage}
              loading={query.isFetchingNextPage}
              onMore={() => void query.fetchNextPage()}
            />
          </div>
        )}
      </AsyncView>
      {task === "add" && <RangeDialog unit={unit} onClose={() => setTask(null)} />}
      {task !== null && task !== "add" && <RemoveRange range={task} onClose={() => setTask(null)} />}
    </>
  );
}

function RangeDialog({ unit, onClose }: { unit: Unit; onClose: () => void }) {
  const words = useEstateWords().range;
  const { app } = useWords();
  const add = useAddRange();
  const [range, setRange] = useState("");
  const [purpose, setPurpose] = useState("");

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    add.mutate({ unit: unit.id, range: typed(range), purpose: typed(purpose) }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={words.add}>
      <form onSubmit={onSubmit}>
        <TextField label={words.range} hint={words.rangeHint} value={range} onChange={setRange} maxLength={60} required autoFocus />
        <TextField label={words.purpose} value={purpose} onChange={setPurpose} maxLength={200} optional />
        <ProblemNote error={add.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={add.isPending} disabled={typed(range) === ""}>
            {app.save}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

function RemoveRange({ range, onClose }: { range: AddressRange; onClose: () => void }) {
  const words = useEstateWords().range;
  const remove = useRemoveRange();
  return (
    <Confirm
      open
      title={words.removeTitle(range.range)}
      effect={words.removeEffect}
      action={words.remove}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(range.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
