import { Meter } from "@/components/meter";
import type { Scan } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./scan-progress.module.css";
import { useMachineWords } from "./words";

export function ScanProgress({ scan }: { scan: Scan | null }) {
  const words = useMachineWords();
  if (!scan) return <p className={styles.none}>{words.scanNone}</p>;
  const running = scan.state === "running";
  const known = scan.files_total > 0;
  const whole = known ? scan.files_total : scan.files_seen;
  const progress = known
    ? words.scanOf(format.number(scan.files_seen), format.number(scan.files_total))
    : words.scanUnknown(format.number(scan.files_seen));
  return (
    <div className={styles.scan}>
      <p className={styles.head}>
        <b>{running ? words.scanRunning : words.scanComplete}</b>
        <span className="num">
          {words.started(format.dateTime(scan.started_at))}
          {scan.finished_at && ` · ${words.finished(format.dateTime(scan.finished_at))}`}
        </span>
      </p>
      {(known || !running) && <Meter value={running ? scan.files_seen : 1} max={running ? whole : 1} tone={running ? "accent" : "ok"} />}
      <p className={styles.head}>
        <span className="num">{progress}</span>
        {running && known && <span className="num">{format.percent(scan.files_seen, scan.files_total)}</span>}
      </p>
      <dl className={styles.counts}>
        <div>
          <dt>{words.scanned}</dt>
          <dd className="num">{format.number(scan.files_scanned)}</dd>
        </div>
        <div>
          <dt>{words.skipped}</dt>
          <dd className="num">{format.number(scan.files_skipped)}</dd>
        </div>
        <div>
          <dt>{words.seen}</dt>
          <dd className="num">{format.number(scan.files_seen)}</dd>
        </div>
      </dl>
    </div>
  );
}
