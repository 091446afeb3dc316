import { Link } from "@tanstack/react-router";
import { ArrowRight, OctagonAlert } from "lucide-react";

import type { IncidentPage } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./advisory-line.module.css";
import { useObligationWords } from "./words";

/** Incidents that are not over, in one line; a report that is late stands first. */
export function IncidentLine({ counts: { open, contained, late, soon } }: { counts: IncidentPage["counts"] }) {
  const words = useObligationWords();
  const parts = [words.incidentsOpen(format.number(open + contained)), soon > 0 && words.incidentsSoon(format.number(soon)), contained > 0 && words.incidentsContained(format.number(contained))];
  return (
    <Link to="/su-co" search={(old) => ({ unit: old.unit, ...(late > 0 ? { show: "late" as const } : {}) })} className={styles.line}>
      <OctagonAlert size={18} aria-hidden />
      <b>{words.incidents}</b>
      {late > 0 && <span className={styles.late}>{words.incidentsLate(format.number(late))}</span>}
      <span>{parts.filter(Boolean).join(" · ")}</span>
      <ArrowRight size={16} aria-hidden />
    </Link>
  );
}
