import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";

import styles from "./rows-in-sight.module.css";

/** The rows of a table that the window shows, and the heights of what is above and below them. */
export function useRowsInSight(count: number, height: number) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const table = body.current?.closest("table");
    if (table) setTop(table.getBoundingClientRect().top + window.scrollY);
  }, [count]);
  const list = useWindowVirtualizer({ count, estimateSize: () => height, overscan: 15, scrollMargin: top });
  useEffect(() => list.measure(), [height, list]);
  const rows = list.getVirtualItems();
  return {
    body,
    rows: rows.map(({ index }) => ({ index, measure: list.measureElement })),
    above: (rows[0]?.start ?? top) - top,
    below: list.getTotalSize() - ((rows.at(-1)?.end ?? top) - top),
  };
}

/** The place of rows that are not drawn. */
export function RowGap({ height }: { height: number }) {
  return <tbody aria-hidden className={styles.gap} style={{ height }} />;
}
