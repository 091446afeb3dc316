import { Link } from "@tanstack/react-router";

import { OutsideText } from "@/components/outside-text";
import { useHubText } from "@/lib/i18n";

import { ClockTag } from "./incident-tags";
import styles from "./incidents.module.css";
import { useIncidents } from "./use-incidents";
import { useLeft } from "./use-left";
import { useIncidentWords } from "./words";

const SHOWN = 3;

/** Beside the day's tasks: incidents that are not over, the one to report first. None shows nothing. */
export function DueIncidents({ unit }: { unit?: number }) {
  const words = useIncidentWords();
  const hubText = useHubText();
  const left = useLeft();
  const rows = useIncidents({ view: "open", unit }).data?.pages[0]?.items ?? [];
  if (rows.length === 0) return null;
  return (
    <section className={styles.aside} aria-labelledby="due-incidents">
      <h2 id="due-incidents">{words.title}</h2>
      <ul>
        {rows.slice(0, SHOWN).map((one) => (
          <li key={one.id}>
            <Link to="/su-co/$incidentId" params={{ incidentId: String(one.id) }} search={(old) => ({ unit: old.unit })} className="link">
              <OutsideText value={one.title} />
            </Link>
            {one.next_clock && (
              <>
                <ClockTag state={one.next_clock.state} word={left(one.next_clock, one.detected_at)} bare />
                <small>{hubText(one.next_clock.name)}</small>
              </>
            )}
          </li>
        ))}
      </ul>
      <Link to="/su-co" search={(old) => ({ unit: old.unit })} className="link">
        {words.seeAll}
      </Link>
    </section>
  );
}
