import { Link } from "@tanstack/react-router";

import { Button } from "@/components/button";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import { HealthTag } from "@/components/tag";
import type { Machine } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

interface MachineTableProps {
  machines: Machine[];
  total: number;
  more: boolean;
  loading: boolean;
  onMore: () => void;
}

export function MachineTable({ machines, total, more, loading, onMore }: MachineTableProps) {
  const words = useWords();
  return (
    <div className={table.wrap}>
      <table className={table.table} aria-label={words.machines.list}>
        <thead>
          <tr>
            <th scope="col">{words.machines.name}</th>
            <th scope="col">{words.machines.health}</th>
            <th scope="col">{words.machines.unit}</th>
            <th scope="col">{words.machines.os}</th>
            <th scope="col">{words.machines.lastSeen}</th>
            <th scope="col" className={table.number}>
              {words.machines.openFindings}
            </th>
          </tr>
        </thead>
        <tbody>
          {machines.map((machine) => (
            <MachineRow key={machine.id} machine={machine} />
          ))}
        </tbody>
      </table>
      {more && (
        <div className={table.foot}>
          <span className="num">{words.app.shownOf(format.number(machines.length), format.number(total))}</span>
          <Button size="small" busy={loading} onClick={onMore}>
            {words.app.more}
          </Button>
        </div>
      )}
    </div>
  );
}

function MachineRow({ machine }: { machine: Machine }) {
  const words = useWords().machines;
  return (
    <tr>
      <th scope="row" className={table.name}>
        <Link to="/may-tinh/$machineId" params={{ machineId: String(machine.id) }} className={classNames("link", "mono")}>
          <OutsideText value={machine.name} />
        </Link>
      </th>
      <td>
        <HealthTag health={machine.health} bare />
      </td>
      <td>{machine.unit.name}</td>
      <td className={table.soft} data-label={words.os}>
        <OutsideText value={machine.os} />
      </td>
      <td className={table.soft} data-label={words.lastSeen}>
        <Moment at={machine.last_seen} />
      </td>
      <td className={table.number} data-label={words.openFindings}>
        {machine.open_findings > 0 ? (
          <Link to="/phat-hien" search={(old) => ({ unit: old.unit, machine: machine.id })} className="link">
            {format.number(machine.open_findings)}
          </Link>
        ) : (
          <span className={table.soft}>0</span>
        )}
      </td>
    </tr>
  );
}
