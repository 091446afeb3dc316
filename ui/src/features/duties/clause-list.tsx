import { CircleCheck, Search } from "lucide-react";
import { useState } from "react";

import { DutyTag } from "@/components/duty-tag";
import { EmptyState } from "@/components/empty-state";
import { Segments } from "@/components/segments";
import { DUTY_STATES, type DutyState } from "@/lib/api-types";
import { fold } from "@/lib/fold";
import * as format from "@/lib/format";
import { daysBetween, today } from "@/lib/days";
import { useHubText, useWords } from "@/lib/i18n";

import styles from "./clause-list.module.css";
import { directiveName } from "./directive-name";
import { writeCell, type CellName } from "./duty-search";
import { countStates, stateAt, type MatrixView, type ShownColumn, type ShownRow } from "./matrix-model";
import { useDutyWords } from "./words";

const URGENT: ReadonlySet<DutyState> = new Set(["overdue", "due_soon", "waiting", "unknown"]);

interface ClauseListProps {
  row: ShownRow;
  view: MatrixView;
  words: string;
  open: string | undefined;
  onOpen: (cell: CellName) => void;
}

/** One agency: its clauses below each other, those that need an act first. */
export function ClauseList({ row, view, words: looked, open, onOpen }: ClauseListProps) {
  const words = useDutyWords();
  const hubText = useHubText();
  const counts = countStates(row, view.columns);
  const [shown, setShown] = useState<"urgent" | "all">(looked ? "all" : "urgent");
  const key = fold(looked);
  const wanted = (column: ShownColumn) => {
    const state = stateAt(row, column);
    if (!state) return false;
    if (key) return fold(`${hubText(column.title)} ${column.clause}`).includes(key);
    return shown === "all" || URGENT.has(state);
  };
  const groups = view.groups
    .map(({ directive, first, count }) => ({ directive, columns: view.columns.slice(first, first + count).filter(wanted) }))
    .filter(({ columns }) => columns.length > 0);
  const addressed = DUTY_STATES.reduce((sum, state) => sum + counts[state], 0);

  return (
    <>
      <div className={styles.summary}>
        {!key && (
          <Segments
            label={words.whichClauses}
            value={shown}
            onChange={setShown}
            choices={[
              { value: "urgent", label: words.needsAct },
              { value: "all", label: words.everything },
            ]}
          />
        )}
        <ul className={styles.counts}>
          {DUTY_STATES.filter((state) => counts[state] > 0).map((state) => (
            <li key={state}>
              <DutyTag state={state} />
              <b className="num">{format.number(counts[state])}</b>
            </li>
          ))}
        </ul>
      </div>
      {groups.length === 0 &&
        (key ? (
          <EmptyState icon={Search} title={words.noRows} />
        ) : (
          <EmptyState icon={CircleCheck} title={words.nothingToDo} sub={words.nothingToDoSub(format.number(counts.met), format.number(addressed))} />
        ))}
      {groups.map(({ directive, columns }) => (
        <section key={directive.id} className={styles.group} aria-label={directiveName(directive, hubText, words.unknownNumber)}>
          <h2>{directiveName(directive, hubText, words.unknownNumber)}</h2>
          <ul>
            {columns.map((column) => (
              <ClauseLine
                key={column.clause}
                column={column}
                state={stateAt(row, column)!}
                open={open === writeCell({ unit: row.unit.id, clause: column.clause })}
                onOpen={() => onOpen({ unit: row.unit.id, clause: column.clause })}
              />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

interface ClauseLineProps {
  column: ShownColumn;
  state: DutyState;
  open: boolean;
  onOpen: () => void;
}

export function ClauseLine({ column, state, open, onOpen }: ClauseLineProps) {
  const { recurrence, due } = useWords();
  const hubText = useHubText();
  const words = useDutyWords();
  const left = column.due === null ? 0 : daysBetween(today(), column.due);
  const near = column.due !== null && (state === "overdue" || state === "due_soon");
  return (
    <li>
      <button type="button" className={styles.line} aria-expanded={open} onClick={onOpen}>
        <span className={styles.state}>
          <DutyTag state={state} />
        </span>
        <span className={styles.title}>
          {hubText(column.title)} <small>{column.clause}</small>
        </span>
        <span className={styles.due}>
          {column.due ? due.by(format.date(column.due)) : recurrence[column.recurrence]}
          {near && <b data-late={state === "overdue" || undefined}>{state === "overdue" && left >= 0 ? words.earlierOverdue : due.left(left)}</b>}
        </span>
      </button>
    </li>
  );
}
