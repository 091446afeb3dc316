import { Check, CircleDashed, Eye, OctagonAlert, type LucideIcon } from "lucide-react";

import table from "@/components/data-table.module.css";
import { Meter } from "@/components/meter";
import { Tag, type Tone } from "@/components/tag";
import type { ContentReleaseDetail, ContentRingFare } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useNow } from "@/lib/now";

import styles from "./content.module.css";
import { RINGS, ringState, type RingState } from "./ring-state";
import { useContentWords } from "./words";

const LOOK: Record<RingState, [Tone, LucideIcon]> = {
  past: ["ok", Check],
  now: ["low", Eye],
  ahead: ["mute", CircleDashed],
  stopped: ["high", OctagonAlert],
};

/** The rings from the first to the last, and how many machines of each have it, failed with it or lag behind. */
export function RingLadder({ detail }: { detail: ContentReleaseDetail }) {
  const words = useContentWords();
  const { column } = words;
  return (
    <>
      <div className={table.wrap}>
        <table className={table.table} aria-label={words.rings}>
          <thead>
            <tr>
              <th scope="col">{column.ring}</th>
              <th scope="col">{column.state}</th>
              <th scope="col">{column.carrying}</th>
              {(["given", "failed", "lagging", "silent"] as const).map((name) => (
                <th key={name} scope="col" className={table.number}>
                  {column[name]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {detail.rings.map((fare) => (
              <RingRow key={fare.ring} fare={fare} detail={detail} />
            ))}
          </tbody>
        </table>
      </div>
      <Next detail={detail} />
    </>
  );
}

function RingRow({ fare, detail }: { fare: ContentRingFare; detail: ContentReleaseDetail }) {
  const words = useContentWords();
  const state = ringState(detail.release, fare.ring);
  const [tone, icon] = LOOK[state];
  return (
    <tr aria-current={state === "now" ? "step" : undefined}>
      <th scope="row" className={table.name}>
        <span>
          {words.ring[fare.ring]}
          <small className={styles.who}>{words.ringWho[fare.ring]}</small>
        </span>
      </th>
      <td>
        <Tag tone={tone} icon={icon} word={words.ringState[state]} bare />
        {state === "now" && fare.bake_minutes !== null && (
          <small className={styles.who}>{words.baked(format.number(Math.min(detail.baked_minutes, fare.bake_minutes)), format.number(fare.bake_minutes))}</small>
        )}
      </td>
      <td data-label={words.column.carrying}>
        <span className={styles.share}>
          {fare.members > 0 ? words.of(format.number(fare.carrying), format.number(fare.members)) : words.noMembers}
          <Meter value={fare.carrying} max={fare.members} tone={fare.failed > 0 ? "crit" : fare.carrying === fare.members ? "ok" : "accent"} />
        </span>
      </td>
      {(["given", "failed", "lagging", "silent"] as const).map((name) => (
        <td key={name} className={table.number} data-label={words.column[name]} data-alarm={(name === "failed" && fare.failed > 0) || undefined}>
          {format.number(fare[name])}
        </td>
      ))}
    </tr>
  );
}

function Next({ detail: { release, next_ring_at: at } }: { detail: ContentReleaseDetail }) {
  const words = useContentWords();
  const now = useNow();
  if (!at || RINGS.indexOf(release.ring) === RINGS.length - 1) return null;
  return <p className={styles.soft}>{Date.parse(at) > now ? words.next(format.dateTime(at)) : words.nextWaits}</p>;
}
