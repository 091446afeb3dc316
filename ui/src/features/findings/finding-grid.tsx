import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from "react";

import type { Finding } from "@/lib/api-types";
import { PHONE, useMedia } from "@/lib/media";
import { useMay } from "@/lib/queries";

import styles from "./finding-grid.module.css";
import { FindingRow } from "./finding-row";
import { useUpdateFinding } from "./use-finding";
import { useFindingWords } from "./words";

const ROW = 40;
const CARD = 66;
const AHEAD = 40;

interface FindingGridProps {
  findings: Finding[];
  total: number;
  openId: number | undefined;
  selected: ReadonlySet<number>;
  onSelect: (selected: ReadonlySet<number>) => void;
  onOpen: (id: number | undefined) => void;
  onNearEnd: () => void;
}

/** One tab stop; j/k, Enter, Esc, e and x work only while the focus is here. */
export function FindingGrid({ findings, total, openId, selected, onSelect, onOpen, onNearEnd }: FindingGridProps) {
  const words = useFindingWords();
  const phone = useMedia(PHONE);
  const mayAct = useMay("province_admin", "soc_operator", "unit_officer");
  const update = useUpdateFinding();
  const box = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  const height = phone ? CARD : ROW;
  const rows = useVirtualizer({
    count: findings.length,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: 10,
  });
  useEffect(() => rows.measure(), [height, rows]);

  const items = rows.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lastShown > findings.length - AHEAD) onNearEnd();
  }, [lastShown, findings.length, onNearEnd]);

  function moveTo(index: number) {
    const next = Math.max(0, Math.min(findings.length - 1, index));
    setCurrent(next);
    rows.scrollToIndex(next);
    // With the panel open, walking the list walks the panel.
    if (openId !== undefined) onOpen(findings[next]?.id);
  }

  const toggle = useCallback(
    (id: number) => {
      const next = new Set(selected);
      if (!next.delete(id)) next.add(id);
      onSelect(next);
    },
    [selected, onSelect],
  );
  const open = useCallback(
    (index: number, id: number) => {
      setCurrent(index);
      onOpen(id);
    },
    [onOpen],
  );

  function onKeyDown(event: KeyboardEvent) {
    // Telex and other input methods compose with the same keys.
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const finding = findings[current];
    const acts: Record<string, (() => void) | undefined> = {
      j: () => moveTo(current + 1),
      ArrowDown: () => moveTo(current + 1),
      k: () => moveTo(current - 1),
      ArrowUp: () => moveTo(current - 1),
      Home: () => moveTo(0),
      End: () => moveTo(findings.length - 1),
      Enter: () => onOpen(finding?.id),
      Escape: () => onOpen(undefined),
      e: () => finding && mayAct && update.mutate({ id: finding.id, state: "in_progress", take: true }),
      x: () => finding && mayAct && toggle(finding.id),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  const columns = ["severity", "time", "what", "machine", "unit", "state"] as const;
  return (
    <div
      ref={box}
      className={styles.grid}
      role="grid"
      aria-label={words.list}
      aria-rowcount={total + 1}
      aria-multiselectable={mayAct || undefined}
      aria-activedescendant={findings[current] && `finding-${findings[current].id}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className={styles.head}>
        <div role="row" className={styles.row} aria-rowindex={1}>
          <span role="columnheader" className={styles.check}>
            <span className="visually-hidden">{words.select("")}</span>
          </span>
          {columns.map((column) => (
            <span role="columnheader" key={column} className={styles[column]}>
              {words[column]}
            </span>
          ))}
          <span role="columnheader" className={styles.owner}>
            <span className="visually-hidden">{words.owner}</span>
          </span>
        </div>
      </div>
      <div role="rowgroup" className={styles.body} style={{ height: rows.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const finding = findings[index];
          return (
            finding && (
              <FindingRow
                key={finding.id}
                finding={finding}
                index={index}
                top={start}
                height={height}
                current={index === current}
                open={finding.id === openId}
                selected={selected.has(finding.id)}
                selectable={mayAct}
                onOpen={open}
                onToggle={toggle}
              />
            )
          );
        })}
      </div>
    </div>
  );
}
