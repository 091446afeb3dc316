import { ArrowRight } from "lucide-react";

import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import type { ReportDetail, ReportFigure } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./document.module.css";
import { useDocumentWords } from "./document-words";
import { usePeriodName } from "./period-name";
import { changesOf } from "./report-model";

/** What changed since the period before: always there, also when it is nothing. */
export function ReportChanges({ detail, onFigure }: { detail: ReportDetail; onFigure: (figure: string) => void }) {
  const words = useDocumentWords();
  const periodName = usePeriodName();
  const { previous_period: before, figures } = detail;
  const { changed, same, fresh } = changesOf(figures);
  const rest = [same > 0 && words.same(format.number(same)), fresh > 0 && words.fresh(format.number(fresh))].filter(Boolean).join(" ");
  return (
    <Card title={words.changes} sub={before === null ? undefined : words.changesOf(periodName(before))}>
      {before === null ? (
        <p className={styles.soft}>{words.noPrevious}</p>
      ) : (
        <>
          {changed.length === 0 && <p>{words.changesNone}</p>}
          <ul className={styles.changes}>
            {changed.map((figure) => (
              <Change key={figure.id} figure={figure} onFigure={onFigure} />
            ))}
          </ul>
          {rest && <p className={styles.soft}>{rest}</p>}
        </>
      )}
    </Card>
  );
}

function Change({ figure, onFigure }: { figure: ReportFigure; onFigure: (figure: string) => void }) {
  const words = useDocumentWords();
  const hubText = useHubText();
  const label = hubText(figure.label);
  return (
    <li>
      <span>{label}</span>
      <button type="button" onClick={() => onFigure(figure.id)} title={words.openSource}>
        <span className="visually-hidden">{words.seeFigure(label)}: </span>
        <small>
          <OutsideText value={figure.before ? hubText(figure.before) : "–"} />
        </small>
        <ArrowRight size={14} aria-hidden />
        <b>
          <OutsideText value={hubText(figure.words)} />
        </b>
      </button>
    </li>
  );
}
