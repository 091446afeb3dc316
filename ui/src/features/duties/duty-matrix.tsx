import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";

import styles from "./duty-matrix.module.css";
import type { CellName } from "./duty-search";
import { MatrixHead } from "./matrix-head";
import { moved, type MatrixView, type Position } from "./matrix-model";
import { MatrixRowView } from "./matrix-row";
import { useDutyWords } from "./words";

const ROW = 40;
const COLUMN = 92;
const NAME = 248;
const HEAD = 162;
const HEAD_ROWS = 2;

interface DutyMatrixProps {
  view: MatrixView;
  open: CellName | null;
  onOpen: (cell: CellName | null) => void;
}

/** Agencies against clauses. One tab stop; only what is in sight is drawn, in both directions. */
export function DutyMatrixGrid({ view, open, onOpen }: DutyMatrixProps) {
  const words = useDutyWords();
  const box = useRef<HTMLDivElement>(null);
  const keysId = useId();
  const { rows, columns } = view;
  const [at, setAt] = useState<Position>(() => startAt(view, open));
  const current = { row: Math.min(at.row, rows.length - 1), column: Math.min(at.column, columns.length - 1) };

  const down = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    paddingStart: HEAD,
    scrollPaddingStart: HEAD,
    overscan: 8,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => box.current,
    estimateSize: () => COLUMN,
    paddingStart: NAME,
    scrollPaddingStart: NAME,
    overscan: 3,
  });
  // A link to a cell brings it into sight; later it is the person who scrolls.
  useEffect(() => {
    if (!open) return;
    const { row, column } = startAt(view, open);
    down.scrollToIndex(row);
    across.scrollToIndex(column);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  function moveTo(to: Position) {
    setAt(to);
    down.scrollToIndex(to.row);
    across.scrollToIndex(to.column);
  }
  function openAt({ row, column }: Position) {
    const [unit, clause] = [rows[row]?.unit.id, columns[column]?.clause];
    if (unit !== undefined && clause !== undefined) onOpen({ unit, clause });
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || event.altKey || event.metaKey) return;
    const to = moved(event.key, event.ctrlKey, current, rows.length, columns.length);
    if (to) moveTo(to);
    else if (event.key === "Enter" || event.key === " ") openAt(current);
    else if (event.key === "Escape" && open) onOpen(null);
    else return;
    event.preventDefault();
  }
  function onClick(event: MouseEvent) {
    const cell = (event.target as HTMLElement).closest<HTMLElement>("[data-cell]")?.dataset.cell;
    const [row, column] = (cell ?? "").split(":").map(Number);
    if (row === undefined || column === undefined || !cell) return;
    setAt({ row, column });
    openAt({ row, column });
  }

  const shown = across.getVirtualItems();
  // An open panel narrows the grid: the current cell may be out of sight, and then it is not there to be named.
  const drawn = shown.some(({ index }) => index === current.column) && down.getVirtualItems().some(({ index }) => index === current.row);
  const width = across.getTotalSize();
  return (
    <div className={styles.frame}>
      <p id={keysId} className="visually-hidden">
        {words.keys}
      </p>
      <div
        ref={box}
        className={styles.grid}
        role="grid"
        aria-label={words.title}
        aria-describedby={keysId}
        aria-rowcount={rows.length + HEAD_ROWS}
        aria-colcount={columns.length + 1}
        aria-activedescendant={drawn ? `cell-${current.row}-${current.column}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <MatrixHead view={view} shown={shown} sizes={{ width, name: NAME, column: COLUMN, height: HEAD }} />
        <div role="rowgroup" className={styles.body} style={{ width, height: down.getTotalSize() - HEAD }}>
          {down.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            return (
              row && (
                <MatrixRowView
                  key={row.unit.id}
                  row={row}
                  index={index}
                  top={start - HEAD}
                  sizes={{ name: NAME, column: COLUMN, height: ROW }}
                  columns={columns}
                  first={shown[0]?.index ?? 0}
                  last={shown.at(-1)?.index ?? -1}
                  current={index === current.row ? current.column : -1}
                  open={open?.unit === row.unit.id ? open.clause : undefined}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The cell of the address, or the first one. */
function startAt({ rows, columns }: MatrixView, open: CellName | null): Position {
  const row = rows.findIndex(({ unit }) => unit.id === open?.unit);
  const column = columns.findIndex(({ clause }) => clause === open?.clause);
  return { row: Math.max(0, row), column: Math.max(0, column) };
}

