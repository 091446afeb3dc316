import type { VirtualItem } from "@tanstack/react-virtual";
import { memo } from "react";

import { DutyMix } from "@/components/duty-tag";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";

import { directiveName } from "./directive-name";
import styles from "./duty-matrix.module.css";
import type { MatrixView, ShownColumn } from "./matrix-model";
import { useDutyWords } from "./words";

interface MatrixHeadProps {
  view: MatrixView;
  shown: VirtualItem[];
  sizes: { width: number; name: number; column: number; height: number };
}

/** Directives over their clauses; each clause with its deadline and how many have met it. */
export function MatrixHead({ view, shown, sizes }: MatrixHeadProps) {
  const words = useDutyWords();
  const hubText = useHubText();
  const { columns, groups } = view;
  return (
    <div role="rowgroup" className={styles.head} style={{ width: sizes.width, height: sizes.height }}>
      <div role="row" aria-rowindex={1} className={styles.groups}>
        {groups.map(({ directive, first, count }) => (
          <div
            key={`${directive.id}-${first}`}
            role="columnheader"
            aria-colindex={first + 2}
            aria-colspan={count}
            className={styles.group}
            style={{ left: sizes.name + first * sizes.column, width: count * sizes.column }}
            title={hubText(directive.title)}
          >
            <span style={{ left: sizes.name + 8 }}>{directiveName(directive, hubText, words.unknownNumber)}</span>
          </div>
        ))}
      </div>
      <div role="row" aria-rowindex={2} className={styles.heads}>
        <div role="columnheader" aria-colindex={1} className={styles.corner} style={{ width: sizes.name }}>
          {words.unit}
        </div>
        {shown.map(({ index, start }) => {
          const column = columns[index];
          return column && <ColumnHead key={column.clause} column={column} index={index} left={start} width={sizes.column} />;
        })}
      </div>
    </div>
  );
}

const ColumnHead = memo(function ColumnHead({ column, index, left, width }: { column: ShownColumn; index: number; left: number; width: number }) {
  const words = useDutyWords();
  const { recurrence, due } = useWords();
  const hubText = useHubText();
  const { counts, clause, title } = column;
  const total = counts.met + counts.waiting + counts.not_due + counts.due_soon + counts.overdue + counts.unknown;
  return (
    <div
      role="columnheader"
      aria-colindex={index + 2}
      className={styles.column}
      style={{ left, width }}
      title={`${clause} · ${hubText(title)}`}
    >
      <span className={styles.title}>{hubText(title)}</span>
      <small className="num">{column.due ? due.by(format.dayMonth(column.due)) : recurrence[column.recurrence]}</small>
      <DutyMix counts={counts} width={64} label={words.columnMix(format.number(counts.met), format.number(total), format.number(counts.overdue))} />
    </div>
  );
});
