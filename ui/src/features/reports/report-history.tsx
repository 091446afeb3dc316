import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import type { ReportDetail } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./document.module.css";
import { useDocumentWords } from "./document-words";

/** Who did what with the document, as the hub keeps it. */
export function ReportHistory({ detail: { history } }: { detail: ReportDetail }) {
  const words = useDocumentWords();
  return (
    <Card title={words.history}>
      <ol className={styles.history}>
        {history.map((one, index) => (
          <li key={index}>
            <time className="num" dateTime={one.at}>
              {format.dateTime(one.at)}
            </time>
            <div>
              <b>{words.events[one.what]}</b> <span className={styles.soft}>{one.by.name}</span>
              {one.words !== "" && (
                <p>
                  <OutsideText value={one.words} keepLines />
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
