import { memo } from "react";

import { classNames } from "@/components/class-names";
import { DutyMark } from "@/components/duty-tag";
import { useHubText, useWords } from "@/lib/i18n";

import styles from "./duty-matrix.module.css";
import { stateAt, type ShownColumn, type ShownRow } from "./matrix-model";
import { useDutyWords } from "./words";

interface MatrixRowProps {
  row: ShownRow;
  index: number;
  top: number;
  sizes: { name: number; column: number; height: number };
  columns: ShownColumn[];
  /** The columns that are drawn. */
  first: number;
  last: number;
  /** The column the keyboard is on, -1 when it is on another row. */
  current: number;
  open: string | undefined;
}

export const MatrixRowView = memo(function MatrixRowView({ row, index, top, sizes, columns, first, last, current, open }: MatrixRowProps) {
  const words = useDutyWords();
  const states = useWords().duty;
  const hubText = useHubText();
  const cells = columns.slice(first, last + 1);
  return (
    <div role="row" aria-rowindex={index + 3} className={styles.row} style={{ top, height: sizes.height }}>
      <div role="rowheader" aria-colindex={1} className={styles.name} style={{ width: sizes.name }} title={row.unit.name}>
        <span>{row.unit.name}</span>
        {row.shownOverdue > 0 && (
          <b className="num" title={words.overdueOf(String(row.shownOverdue))}>
            {row.shownOverdue}
            <span className="visually-hidden"> {states.overdue}</span>
          </b>
        )}
      </div>
      {cells.map((column, offset) => {
        const place = first + offset;
        const state = stateAt(row, column);
        return (
          <div
            key={column.clause}
            id={`cell-${index}-${place}`}
            role="gridcell"
            aria-colindex={place + 2}
            aria-label={words.cell(state ? states[state] : states.not_addressed, hubText(column.title), row.unit.name)}
            aria-selected={open === column.clause || undefined}
            className={classNames(styles.cell, place === current && styles.current)}
            style={{ left: sizes.name + place * sizes.column, width: sizes.column }}
            data-cell={`${index}:${place}`}
          >
            {state && <DutyMark state={state} />}
          </div>
        );
      })}
    </div>
  );
});
