import { Link } from "@tanstack/react-router";
import { useEffect } from "react";

import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import { RowGap, useRowsInSight } from "@/components/rows-in-sight";
import { HealthTag } from "@/components/tag";
import type { Machine } from "@/lib/api-types";
import * as format from "@/lib/format";
import { PHONE, useMedia } from "@/lib/media";

import styles from "./machine-table.module.css";
import { useMachineWords } from "./words";

// What a row is guessed to take before it is measured; a card of a phone takes more.
const ROW = 38;
const CARD = 160;
const AHEAD = 60;

interface MachineTableProps {
  machines: Machine[];
  total: number;
  more: boolean;
  loading: boolean;
  onMore: () => void;
}

/** Only the rows in sight are drawn, and the next page comes before the end is reached: a province has 30,000. */
export function MachineTable({ machines, total, more, loading, onMore }: MachineTableProps) {
  const words = useMachineWords();
  const phone = useMedia(PHONE);
  const { body, rows, above, below } = useRowsInSight(machines.length, phone ? CARD : ROW);

  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && !loading && last > machines.length - AHEAD) onMore();
  }, [more, loading, last, machines.length, onMore]);

  return (
    <div className={table.wrap}>
      <table className={classNames(table.table, styles.machines)} aria-label={words.list} aria-rowcount={total + 1}>
        <thead>
          <tr>
            <th scope="col">{words.name}</th>
            <th scope="col">{words.health}</th>
            <th scope="col">{words.unit}</th>
            <th scope="col">{words.os}</th>
            <th scope="col">{words.lastSeen}</th>
            <th scope="col" className={table.number}>
              {words.openFindings}
            </th>
          </tr>
        </thead>
        {above > 0 && <RowGap height={above} />}
        <tbody ref={body}>
          {rows.map(({ index, measure }) => {
            const machine = machines[index];
            return machine && <MachineRow key={machine.id} machine={machine} index={index} measure={measure} />;
          })}
        </tbody>
        {below > 0 && <RowGap height={below} />}
      </table>
    </div>
  );
}

interface MachineRowProps {
  machine: Machine;
  index: number;
  measure: (row: HTMLTableRowElement | null) => void;
}

function MachineRow({ machine, index, measure }: MachineRowProps) {
  const words = useMachineWords();
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2}>
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
