import { Link } from "@tanstack/react-router";

import { OutsideText } from "@/components/outside-text";
import { useHubText } from "@/lib/i18n";
import { useNow } from "@/lib/now";

import { windowsAhead } from "./roster-model";
import styles from "./roster.module.css";
import { useRosterAhead } from "./use-roster";
import { shortMoment } from "./windows-strip";
import { useRosterWords } from "./words";

/** Beside the day's tasks: who is on duty, and what the next window lacks. Where nobody has to be, and nobody is, nothing. */
export function DutyToday({ unit }: { unit?: number }) {
  const words = useRosterWords();
  const hubText = useHubText();
  const now = useNow();
  const roster = useRosterAhead(unit).data;
  if (!roster?.unit || (roster.need === "none" && roster.on_duty.length === 0)) return null;
  const next = windowsAhead(roster.windows, now)[0];
  const empty = next?.gap_minutes ?? 0;
  return (
    <section className={styles.aside} aria-labelledby="duty-today">
      <h2 id="duty-today">{words.title}</h2>
      <ul>
        {roster.on_duty.map((shift) => (
          <li key={shift.id}>
            <OutsideText value={shift.person} />
            <small className="num">
              {words.parts[shift.part]}, {words.until(shortMoment(shift.to))}
            </small>
          </li>
        ))}
        {roster.on_duty.length === 0 && <li>{words.onDutyNone}</li>}
        {next && (
          <li>
            {next.names.map(hubText).join(", ")}
            <span className={empty > 0 ? styles.bad : styles.good}>{empty > 0 ? words.gap(empty) : words.full}</span>
          </li>
        )}
      </ul>
      <Link to="/lich-truc" search={(old) => ({ unit: old.unit })} className="link">
        {words.seeRoster}
      </Link>
    </section>
  );
}
