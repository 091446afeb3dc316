import { Link } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";

import { Button } from "@/components/button";
import table from "@/components/data-table.module.css";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import type { QuarantineItem } from "@/lib/api-types";

import { useQuarantineWords } from "./words";

interface HeldTableProps {
  items: QuarantineItem[];
  onRestore?: (item: QuarantineItem) => void;
}

export function HeldTable({ items, onRestore }: HeldTableProps) {
  const words = useQuarantineWords();
  return (
    <div className={table.wrap}>
      <table className={table.table} aria-label={words.list}>
        <thead>
          <tr>
            <th scope="col">{words.path}</th>
            <th scope="col">{words.machine}</th>
            <th scope="col">{words.why}</th>
            <th scope="col">{words.since}</th>
            {onRestore && (
              <th scope="col" className={table.end}>
                <span className="visually-hidden">{words.restore}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <HeldRow key={item.id} item={item} onRestore={onRestore} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeldRow({ item, onRestore }: { item: QuarantineItem; onRestore?: (item: QuarantineItem) => void }) {
  const words = useQuarantineWords();
  return (
    <tr>
      <th scope="row" className={table.name}>
        <OutsideText value={item.path} />
        {item.running && <small> {words.stillRuns}</small>}
      </th>
      <td data-label={words.machine}>
        <Link to="/may-tinh/$machineId" params={{ machineId: String(item.machine.id) }} className="link">
          <OutsideText value={item.machine.name} />
        </Link>
        <small> {item.unit.name}</small>
      </td>
      <td className={table.soft} data-label={words.why}>
        {item.automatic ? <OutsideText value={item.rule} /> : words.byOrder}
      </td>
      <td className={table.soft} data-label={words.since}>
        <Moment at={item.held_at} />
      </td>
      {onRestore && (
        <td className={table.end}>
          <Button size="small" icon={Undo2} onClick={() => onRestore(item)}>
            {words.restore}
          </Button>
        </td>
      )}
    </tr>
  );
}
