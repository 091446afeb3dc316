import { Link } from "@tanstack/react-router";
import { useEffect } from "react";

import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { Meter } from "@/components/meter";
import { OutsideText } from "@/components/outside-text";
import { RowGap, useRowsInSight } from "@/components/rows-in-sight";
import { SeverityTag } from "@/components/tag";
import type { Advisory } from "@/lib/api-types";
import * as format from "@/lib/format";
import { PHONE, useMedia } from "@/lib/media";

import styles from "./advisories.module.css";
import { AttackTags, DueDay } from "./advisory-tags";
import { useAdvisoryWords } from "./words";

// What a row is guessed to take before it is measured; a card of a phone takes more.
const ROW = 84;
const CARD = 220;
const AHEAD = 40;

interface AdvisoryTableProps {
  advisories: Advisory[];
  total: number;
  more: boolean;
  loading: boolean;
  onMore: () => void;
}

/** Only the rows in sight are drawn, and the next page comes before the end is reached. */
export function AdvisoryTable({ advisories, total, more, loading, onMore }: AdvisoryTableProps) {
  const words = useAdvisoryWords();
  const phone = useMedia(PHONE);
  const { body, rows, above, below } = useRowsInSight(advisories.length, phone ? CARD : ROW);
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && !loading && last > advisories.length - AHEAD) onMore();
  }, [more, loading, last, advisories.length, onMore]);

  return (
    <div className={table.wrap}>
      <table className={classNames(table.table, styles.advisories)} aria-label={words.list} aria-rowcount={total + 1}>
        <thead>
          <tr>
            <th scope="col">{words.advisory}</th>
            <th scope="col">{words.severity}</th>
            <th scope="col">{words.unitsDone}</th>
            <th scope="col" className={table.number}>
              {words.machinesOpen}
            </th>
            <th scope="col">{words.due}</th>
          </tr>
        </thead>
        {above > 0 && <RowGap height={above} />}
        <tbody ref={body}>
          {rows.map(({ index, measure }) => {
            const advisory = advisories[index];
            return advisory && <AdvisoryRow key={advisory.id} advisory={advisory} index={index} measure={measure} />;
          })}
        </tbody>
        {below > 0 && <RowGap height={below} />}
      </table>
    </div>
  );
}

interface AdvisoryRowProps {
  advisory: Advisory;
  index: number;
  measure: (row: HTMLTableRowElement | null) => void;
}

function AdvisoryRow({ advisory, index, measure }: AdvisoryRowProps) {
  const words = useAdvisoryWords();
  const { counts } = advisory;
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2}>
      <th scope="row" className={table.name}>
        <span className={styles.subject}>
          <span className={styles.names}>
            <Link to="/canh-bao/$advisoryId" params={{ advisoryId: String(advisory.id) }} search={(old) => ({ unit: old.unit })} className="link">
              <OutsideText value={advisory.kind === "letter" ? words.letterOf(advisory.name) : advisory.name} />
            </Link>
            <AttackTags advisory={advisory} />
          </span>
          <span className={styles.title}>{advisory.title === "" ? words.untitled : <OutsideText value={advisory.title} />}</span>
          <Letters advisory={advisory} />
        </span>
      </th>
      <td data-label={words.severity}>
        <SeverityTag severity={advisory.severity} bare />
      </td>
      <td data-label={words.unitsDone}>
        <UnitShare advisory={advisory} />
      </td>
      <td data-label={words.machinesOpen} className={table.number}>
        <span className={styles.two}>
          <span>{format.number(counts.open)}</span>
          {counts.unknown > 0 && <small>{words.unknownToo(format.number(counts.unknown))}</small>}
        </span>
      </td>
      <td data-label={words.due}>
        <DueDay advisory={advisory} />
      </td>
    </tr>
  );
}

/** Letters that ask for it; two are named, the rest are counted. */
function Letters({ advisory: { letters } }: { advisory: Advisory }) {
  const words = useAdvisoryWords();
  if (letters.length === 0) return null;
  const more = letters.length - 2;
  return (
    <small className={styles.source}>
      <OutsideText value={`${letters.slice(0, 2).map(words.letterFrom).join("; ")}${more > 0 ? ` +${more}` : ""}`} />
    </small>
  );
}

export function UnitShare({ advisory }: { advisory: Advisory }) {
  const words = useAdvisoryWords();
  const { units, units_done: done, units_acknowledged: acknowledged } = advisory;
  if (units === 0) return <span className={styles.soft}>{words.noUnits}</span>;
  return (
    <span className={styles.share}>
      <span className="num">{words.of(format.number(done), format.number(units))}</span>
      <Meter value={done} max={units} tone={done === units ? "ok" : advisory.overdue ? "crit" : "warn"} />
      {acknowledged < units && <small>{words.notAcknowledged(format.number(units - acknowledged))}</small>}
    </span>
  );
}
