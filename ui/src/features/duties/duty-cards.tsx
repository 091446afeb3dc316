import { Link } from "@tanstack/react-router";

import { DutyMix } from "@/components/duty-tag";
import type { DutyState } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import { ClauseLine } from "./clause-list";
import styles from "./duty-cards.module.css";
import type { CellName } from "./duty-search";
import { countStates, stateAt, type MatrixView, type ShownRow } from "./matrix-model";
import { useDutyWords } from "./words";

const SHOWN = 3;
const URGENT: readonly DutyState[] = ["overdue", "due_soon"];

interface DutyCardsProps {
  view: MatrixView;
  onOpen: (cell: CellName) => void;
}

/** The matrix on a phone: an agency a card, what needs an act in words. */
export function DutyCards({ view, onOpen }: DutyCardsProps) {
  return (
    <ul className={styles.cards}>
      {view.rows.map((row) => (
        <DutyCard key={row.unit.id} row={row} view={view} onOpen={onOpen} />
      ))}
    </ul>
  );
}

function DutyCard({ row, view, onOpen }: { row: ShownRow; view: MatrixView; onOpen: (cell: CellName) => void }) {
  const words = useDutyWords();
  const { duty } = useWords();
  const counts = countStates(row, view.columns);
  const urgent = URGENT.flatMap((state) => view.columns.filter((column) => stateAt(row, column) === state));
  const parts = (["met", "waiting", "due_soon", "overdue"] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => `${duty[state]} ${format.number(counts[state])}`)
    .join(" · ");
  return (
    <li className={styles.card}>
      <div className={styles.head}>
        <h2>{row.unit.name}</h2>
        {row.shownOverdue > 0 && <b>{words.overdueOf(format.number(row.shownOverdue))}</b>}
      </div>
      <div className={styles.mix}>
        <DutyMix counts={counts} width={320} />
        <p>{parts}</p>
      </div>
      {urgent.length === 0 && <p className={styles.calm}>{words.calm}</p>}
      <ul className={styles.lines}>
        {urgent.slice(0, SHOWN).map((column) => (
          <ClauseLine
            key={column.clause}
            column={column}
            state={stateAt(row, column)!}
            open={false}
            onOpen={() => onOpen({ unit: row.unit.id, clause: column.clause })}
          />
        ))}
      </ul>
      <Link to="/nghia-vu" search={{ unit: row.unit.id }} className={styles.all}>
        {words.seeUnit}
        <span className="visually-hidden">: {row.unit.name}</span>
      </Link>
    </li>
  );
}
