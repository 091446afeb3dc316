import { Link } from "@tanstack/react-router";

import table from "@/components/data-table.module.css";
import { OutsideText } from "@/components/outside-text";
import { SeverityTag } from "@/components/tag";
import type { Incident } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import { ClockTag, IncidentStateTag } from "./incident-tags";
import styles from "./incidents.module.css";
import { useLeft } from "./use-left";
import { useIncidentWords } from "./words";

export function IncidentTable({ rows }: { rows: Incident[] }) {
  const words = useIncidentWords();
  return (
    <div className={table.wrap}>
      <table className={table.table} aria-label={words.list}>
        <thead>
          <tr>
            <th scope="col" className={styles.title}>
              {words.incident}
            </th>
            <th scope="col">{words.severity}</th>
            <th scope="col">{words.nextClock}</th>
            <th scope="col">{words.state}</th>
            <th scope="col" className={table.number}>
              {words.tasks}
            </th>
            <th scope="col">{words.owner}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <Row key={one.id} one={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ one }: { one: Incident }) {
  const words = useIncidentWords();
  return (
    <tr>
      <th scope="row" className={table.name}>
        <span className={styles.two}>
          <Link to="/su-co/$incidentId" params={{ incidentId: String(one.id) }} search={(old) => ({ unit: old.unit })} className="link">
            <OutsideText value={one.title} />
          </Link>
          <small>
            {one.unit.name} · {words.kinds[one.kind]} · {words.detectedAt(format.dateTime(one.detected_at))}
          </small>
        </span>
      </th>
      <td data-label={words.severity}>
        <SeverityTag severity={one.severity} bare />
      </td>
      <td data-label={words.nextClock}>
        <NextClock one={one} />
      </td>
      <td data-label={words.state}>
        <IncidentStateTag state={one.state} bare />
      </td>
      <td data-label={words.tasks} className={table.number}>
        {format.number(one.tasks_open)}
      </td>
      <td data-label={words.owner} className={one.owner ? undefined : table.soft}>
        {one.owner?.name ?? words.noOwner}
      </td>
    </tr>
  );
}

/** What has to be reported next, how long is left, and by which article. */
function NextClock({ one: { next_clock: clock, detected_at: detected } }: { one: Incident }) {
  const hubText = useHubText();
  const left = useLeft();
  if (!clock) return <>–</>;
  return (
    <span className={styles.two}>
      <ClockTag state={clock.state} word={left(clock, detected)} bare />
      <small>
        {hubText(clock.name)} · {clock.basis}
      </small>
    </span>
  );
}
