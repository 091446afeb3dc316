import { Link } from "@tanstack/react-router";
import { ArrowRight, ShieldAlert } from "lucide-react";

import type { AdvisoryFigures } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./advisory-line.module.css";
import { useObligationWords } from "./words";

/** Vulnerabilities that somebody has to act on, in one line; the list says the rest. */
export function AdvisoryLine({ figures }: { figures: AdvisoryFigures }) {
  const words = useObligationWords();
  const { overdue } = figures;
  const parts = [
    figures.open === 0 ? words.advisoriesCalm : words.advisoriesOpen(format.number(figures.open)),
    figures.exploited_open > 0 && words.advisoriesExploited(format.number(figures.exploited_open)),
    figures.machines_open > 0 && words.advisoriesMachines(format.number(figures.machines_open)),
    figures.without_inventory > 0 && words.advisoriesUnknown(format.number(figures.without_inventory)),
  ];
  return (
    <Link to="/canh-bao" search={(old) => ({ unit: old.unit, ...(overdue > 0 ? { show: "overdue" as const } : {}) })} className={styles.line}>
      <ShieldAlert size={18} aria-hidden />
      <b>{words.advisories}</b>
      {overdue > 0 && <span className={styles.late}>{words.advisoriesOverdue(format.number(overdue))}</span>}
      <span>{parts.filter(Boolean).join(" · ")}</span>
      <ArrowRight size={16} aria-hidden />
    </Link>
  );
}
