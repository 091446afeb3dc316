import { Check, Minus } from "lucide-react";

import type { ReportDetail } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./document.module.css";
import { useDocumentWords } from "./document-words";
import { stepsOf } from "./report-model";

/** Nháp → Chốt số → Ký → Gửi → Nhận: what is behind, where it is, what is ahead. */
export function ReportSteps({ detail }: { detail: ReportDetail }) {
  const words = useDocumentWords();
  const said = { done: words.stepDone, now: words.stepNow, later: "", skipped: words.stepSkipped };
  return (
    <ol className={styles.steps} aria-label={words.steps}>
      {stepsOf(detail).map(({ state, standing, at }, index) => (
        <li key={state} data-standing={standing} aria-current={standing === "now" ? "step" : undefined}>
          <i aria-hidden>{standing === "done" || (standing === "now" && state === "received") ? <Check size={15} /> : standing === "skipped" ? <Minus size={15} /> : index + 1}</i>
          <span>
            {words.stepNames[state]}
            <span className="visually-hidden"> {said[standing]}</span>
            <small className="num">{standing === "skipped" ? words.stepSkipped : at && format.date(at)}</small>
          </span>
        </li>
      ))}
    </ol>
  );
}
