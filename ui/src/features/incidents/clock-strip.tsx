import { useState } from "react";
import { Send } from "lucide-react";

import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import type { IncidentClock, IncidentDetail } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { isMet } from "./incident-model";
import { ClockTag } from "./incident-tags";
import styles from "./clock-strip.module.css";
import { ReportDialog } from "./report-dialog";
import { useLeft } from "./use-left";
import { useIncidentWords } from "./words";

/** The clocks of one incident beside each other; each says what is to be reported, to whom and by which article. */
export function ClockStrip({ detail }: { detail: IncidentDetail }) {
  const words = useIncidentWords();
  const hubText = useHubText();
  const [asking, setAsking] = useState<string | null>(null);
  const { clocks, incident, may_edit: mayEdit } = detail;
  const mayWrite = useMay("province_admin", "soc_operator", "unit_officer");
  // Closing ends no duty to report.
  const mayReport = mayEdit || (mayWrite && incident.state === "closed");
  return (
    <Card title={words.clocks} sub={hubText(detail.duty)}>
      <ClockList clocks={clocks} detectedAt={incident.detected_at} onReport={mayReport ? setAsking : undefined} />
      {hubText(detail.caution) !== "" && <p className={styles.caution}>{hubText(detail.caution)}</p>}
      {asking && <ReportDialog detail={detail} clock={asking} onClose={() => setAsking(null)} />}
    </Card>
  );
}

interface ClockListProps {
  clocks: IncidentClock[];
  detectedAt: string;
  /** What is to be said, and to whom, is unfolded. */
  open?: boolean;
  /** Absent: only to be looked at. */
  onReport?: (clock: string) => void;
}

export function ClockList({ clocks, detectedAt, open, onReport }: ClockListProps) {
  return (
    <ol className={styles.clocks}>
      {clocks.map((clock) => (
        <Clock key={clock.id} clock={clock} detectedAt={detectedAt} open={open} onReport={onReport} />
      ))}
    </ol>
  );
}

function Clock({ clock, detectedAt, open, onReport }: { clock: IncidentClock } & Omit<ClockListProps, "clocks">) {
  const words = useIncidentWords();
  const hubText = useHubText();
  const left = useLeft();
  const name = hubText(clock.name);
  return (
    <li className={classNames(styles.clock, styles[clock.state])}>
      <div className={styles.head}>
        <b>{name}</b>
        <ClockTag state={clock.state} />
      </div>
      <p className={styles.left}>
        <span className="num">{left(clock, detectedAt)}</span>
        {clock.due_at && <small className="num">{words.due(format.dateTime(clock.due_at))}</small>}
      </p>
      <p className={styles.basis}>{clock.basis || words.noRule}</p>
      <details className={styles.more} open={open}>
        <summary>{words.clocksMore}</summary>
        <dl className={styles.facts}>
          <div>
            <dt>{words.receiver}</dt>
            <dd>{hubText(clock.receiver)}</dd>
          </div>
          <div>
            <dt>{words.holds}</dt>
            <dd>{hubText(clock.content)}</dd>
          </div>
          {clock.rule && (
            <div>
              <dt>{words.basis}</dt>
              <dd>
                <code>{words.rule(clock.rule)}</code>
              </dd>
            </div>
          )}
        </dl>
      </details>
      {onReport && !isMet(clock) && (
        <div className={styles.foot}>
          <Button size="small" kind={clock.state === "late" || clock.state === "soon" ? "primary" : "plain"} icon={Send} onClick={() => onReport(clock.id)}>
            {words.reported}
            <span className="visually-hidden">: {name}</span>
          </Button>
        </div>
      )}
    </li>
  );
}
