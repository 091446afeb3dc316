import { EvidenceList } from "@/components/evidence-list";
import { OutsideText } from "@/components/outside-text";
import type { RequestEvent } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./requests.module.css";
import { useRequestWords } from "./words";

/** Every line of one unit, as it was written. */
export function LineHistory({ history, fields }: { history: RequestEvent[]; fields: string[] }) {
  const words = useRequestWords();
  return (
    <ol className={styles.history}>
      {history.map((event, index) => (
        <li key={index}>
          <time className="num" dateTime={event.at}>
            {format.dateTime(event.at)}
          </time>
          <div>
            <b>{words.events[event.event]}</b> <span className={styles.soft}>{event.who?.name}</span>
            {event.words !== "" && (
              <p>
                <OutsideText value={event.words} keepLines />
              </p>
            )}
            {event.numbers.length > 0 && (
              <dl className={styles.numbers}>
                {event.numbers.map((number, at) => (
                  <div key={at}>
                    <dt>
                      <OutsideText value={fields[at] ?? "–"} />
                    </dt>
                    <dd className="num">{format.number(number)}</dd>
                  </div>
                ))}
              </dl>
            )}
            <EvidenceList evidence={event.evidence} />
          </div>
        </li>
      ))}
    </ol>
  );
}
