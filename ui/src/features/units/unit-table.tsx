import { Link } from "@tanstack/react-router";
import { Pencil, Plus, Trash2 } from "lucide-react";

import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { ActionMenu } from "@/components/menu";
import type { Unit } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { unitRows } from "@/lib/unit-tree";

import styles from "./unit-table.module.css";
import type { UnitTask } from "./units-page";
import { useEstateWords } from "./words";

const INDENT_PX = 22;

interface UnitTableProps {
  units: Unit[];
  asOf: string | undefined;
  /** Absent for those who may only look. */
  onTask?: (task: UnitTask) => void;
}

export function UnitTable({ units, asOf, onTask }: UnitTableProps) {
  const words = useWords();
  const own = useEstateWords();
  return (
    <div className={table.wrap}>
      <table className={table.table} aria-label={own.tree.list}>
        <thead>
          <tr>
            <th scope="col">{own.tree.name}</th>
            <th scope="col">{own.tree.kind}</th>
            <th scope="col" className={table.number}>
              {own.tree.machines}
            </th>
            <th scope="col" className={table.number}>
              {own.tree.openFindings}
            </th>
            {onTask && (
              <th scope="col" className={table.end}>
                <span className="visually-hidden">{words.app.actions}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {unitRows(units).map(({ unit, depth }) => (
            <tr key={unit.id}>
              <th scope="row" className={classNames(table.name, depth === 0 && styles.root)}>
                <span className={styles.name} style={{ paddingLeft: depth * INDENT_PX }}>
                  <Link
                    to="/co-quan/$unitId"
                    params={{ unitId: String(unit.id) }}
                    search={(old) => ({ unit: old.unit, as_of: asOf })}
                    className={styles.link}
                  >
                    {unit.name}
                  </Link>
                </span>
              </th>
              <td className={table.soft}>{words.unitKind[unit.kind]}</td>
              <td className={table.number} data-label={own.tree.machines}>
                <Link to="/may-tinh" search={{ unit: unit.id }} className="link">
                  {format.number(unit.machines)}
                </Link>
              </td>
              <td className={table.number} data-label={own.tree.openFindings}>
                <Link to="/phat-hien" search={{ unit: unit.id }} className="link">
                  {format.number(unit.open_findings)}
                </Link>
              </td>
              {onTask && (
                <td className={table.end}>
                  <UnitMenu unit={unit} root={depth === 0} onTask={onTask} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function UnitMenu({ unit, root, onTask }: { unit: Unit; root: boolean; onTask: (task: UnitTask) => void }) {
  const words = useEstateWords().tree;
  const actions = [
    { label: words.addUnder, icon: Plus, onSelect: () => onTask({ kind: "add", under: unit }) },
    { label: words.edit, icon: Pencil, onSelect: () => onTask({ kind: "edit", unit }) },
    { label: words.remove, icon: Trash2, danger: true, onSelect: () => onTask({ kind: "remove", unit }) },
  ];
  // The root carries everything: it can be renamed, not removed.
  return <ActionMenu label={words.actionsOf(unit.name)} actions={root ? actions.slice(0, 2) : actions} />;
}
