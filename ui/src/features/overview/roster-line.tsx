import { Link } from "@tanstack/react-router";
import { ArrowRight, CalendarClock } from "lucide-react";

import type { RosterWindow } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./advisory-line.module.css";
import { useObligationWords } from "./words";

const HOUR = 60;

/** The first holiday that somebody is missing in; nothing where all are complete. */
export const windowWithGaps = (windows: RosterWindow[]) => windows.filter(({ units_with_gaps: units }) => units > 0).sort((a, b) => a.from.localeCompare(b.from))[0];

export function RosterLine({ window: { id, names, from, gap_minutes: minutes, units_with_gaps: units } }: { window: RosterWindow }) {
  const words = useObligationWords();
  const hubText = useHubText();
  const name = names.map(hubText).join(", ");
  return (
    <Link to="/lich-truc" search={(old) => ({ unit: old.unit, ...(old.unit === undefined ? { window: id } : {}) })} className={styles.line}>
      <CalendarClock size={18} aria-hidden />
      <b>{words.roster}</b>
      <span className={styles.late}>
        {minutes === null ? words.rosterUnits(format.number(units), name) : words.rosterMinutes(format.number(Math.floor(minutes / HOUR)), format.number(minutes % HOUR), name)}
      </span>
      <span className="num">{words.rosterFrom(format.dateTime(from))}</span>
      <ArrowRight size={16} aria-hidden />
    </Link>
  );
}
