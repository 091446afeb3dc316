import { Check, Clock } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { Meter } from "@/components/meter";
import { Tag } from "@/components/tag";
import type { AdvisoryDetail, AdvisoryUnit } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./advisories.module.css";
import { concerned } from "./advisory-state";
import { useAdvisoryWords } from "./words";

// Those who are late come first.
const FIRST = 10;

/** Who has received it, and how far each is. */
export function UnitProgress({ detail }: { detail: AdvisoryDetail }) {
  const words = useAdvisoryWords();
  const [all, setAll] = useState(false);
  const { units, advisory } = detail;
  if (units.length === 0) {
    return (
      <Card title={words.units}>
        <p className={styles.soft}>{words.unitsNone}</p>
      </Card>
    );
  }
  return (
    <Card flush title={words.units} sub={words.ofUnits(format.number(advisory.units_done), format.number(advisory.units))}>
      <div className={classNames(table.wrap, table.inCard)}>
        <table className={table.table} aria-label={words.unitsList}>
          <thead>
            <tr>
              <th scope="col">{words.unit}</th>
              <th scope="col">{words.progress}</th>
              <th scope="col" className={table.number}>
                {words.states.open}
              </th>
              <th scope="col" className={table.number}>
                {words.states.unknown}
              </th>
              <th scope="col">{words.acknowledged}</th>
              <th scope="col">{words.told}</th>
            </tr>
          </thead>
          <tbody>
            {(all ? units : units.slice(0, FIRST)).map((unit) => (
              <UnitRow key={unit.unit.id} one={unit} />
            ))}
          </tbody>
        </table>
        {!all && units.length > FIRST && (
          <div className={table.foot}>
            <Button size="small" onClick={() => setAll(true)}>
              {words.unitsAll(format.number(units.length))}
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}

function UnitRow({ one }: { one: AdvisoryUnit }) {
  const words = useAdvisoryWords();
  const { counts } = one;
  const all = concerned(counts);
  return (
    <tr>
      <th scope="row" className={table.name}>
        <span className={styles.names}>
          {one.unit.name}
          {one.overdue && <Tag tone="crit" icon={Clock} word={words.unitOverdue} />}
          {one.done && <Tag tone="ok" icon={Check} word={words.unitDone} />}
        </span>
      </th>
      <td data-label={words.progress}>
        <span className={styles.share}>
          <span className="num">{words.of(format.number(counts.patched), format.number(all))}</span>
          <Meter value={counts.patched} max={all} tone={counts.patched === all ? "ok" : one.overdue ? "crit" : "warn"} />
        </span>
      </td>
      <td data-label={words.states.open} className={table.number}>
        {format.number(counts.open)}
      </td>
      <td data-label={words.states.unknown} className={table.number}>
        {format.number(counts.unknown)}
      </td>
      <td data-label={words.acknowledged}>
        {one.acknowledged_at ? (
          words.acknowledgedBy(one.acknowledged_by?.name ?? words.bySystem, format.dateTime(one.acknowledged_at))
        ) : (
          <span className={styles.late}>{words.acknowledgedNo}</span>
        )}
      </td>
      <td data-label={words.told}>
        <span className={styles.two}>
          {one.escalated_at && <span className={styles.late}>{words.escalated(format.date(one.escalated_at))}</span>}
          {one.reminded_at && <span>{words.reminded(format.date(one.reminded_at))}</span>}
          {!one.escalated_at && !one.reminded_at && "–"}
        </span>
      </td>
    </tr>
  );
}
