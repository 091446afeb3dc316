import { OutsideText } from "@/components/outside-text";
import type { AdvisoryDetail } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./advisories.module.css";
import { useAdvisoryWords } from "./words";

/** What happened, newest first: who, when, for which agency. */
export function AdvisoryHistory({ history }: { history: AdvisoryDetail["history"] }) {
  const words = useAdvisoryWords();
  if (history.length === 0) return <p className={styles.soft}>{words.historyNone}</p>;
  return (
    <ol className={styles.history}>
      {history.map((one, index) => (
        <li key={`${one.at}-${index}`}>
          <time className="num" dateTime={one.at}>
            {format.dateTime(one.at)}
          </time>
          <div>
            <b>{words.events[one.event]}</b>
            {one.unit && <span> · {one.unit.name}</span>}
            <span className={styles.soft}> · {one.who?.name ?? words.bySystem}</span>
            {one.note !== "" && (
              <p>
                <OutsideText value={one.note} keepLines />
              </p>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
