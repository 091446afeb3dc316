import { Link } from "@tanstack/react-router";

import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import { SeverityTag } from "@/components/tag";
import type { IncidentDetail } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./incidents.module.css";
import { useIncidentWords } from "./words";

/** Which clock was met, by whom, to whom, with which receipt. */
export function ReportsCard({ detail: { reports, clocks } }: { detail: IncidentDetail }) {
  const words = useIncidentWords();
  const hubText = useHubText();
  const nameOf = (id: string) => {
    const clock = clocks.find((one) => one.id === id);
    return clock ? hubText(clock.name) : id;
  };
  const newest = [...reports].sort((a, b) => b.sent_at.localeCompare(a.sent_at));
  return (
    <Card title={words.reports}>
      {newest.length === 0 && <p className={styles.soft}>{words.reportsNone}</p>}
      <ul className={styles.lines}>
        {newest.map((report, index) => (
          <li key={index}>
            <b>{nameOf(report.clock)}</b>
            <span>
              {words.steps[report.step]}: <OutsideText value={report.recipient} />
            </span>
            <small className="num">
              {words.sentLine(format.dateTime(report.sent_at))}, {words.recordedAt(format.dateTime(report.recorded_at))} · {channelOf(report.channel, words.channels)} · {report.by.name}
            </small>
            {report.receipt !== "" && (
              <small>
                {words.receipt}: <OutsideText value={report.receipt} />
              </small>
            )}
            {report.document !== null && (
              <Link to="/bao-cao/$reportId" params={{ reportId: String(report.document) }} className="link">
                {words.documentLink}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

const channelOf = (channel: string, known: Record<string, string>) => (Object.hasOwn(known, channel) ? known[channel] : channel);

/** What it came from. */
export function SourcesCard({ detail: { findings, machines, sites, botnet = [] } }: { detail: IncidentDetail }) {
  const words = useIncidentWords();
  return (
    <Card title={words.findings}>
      {findings.length === 0 && botnet.length === 0 && <p className={styles.soft}>{words.findingsNone}</p>}
      <ul className={styles.lines}>
        {findings.map(({ id, title, severity, open }) => (
          <li key={id}>
            <Link to="/phat-hien" search={(old) => ({ unit: old.unit, view: "all" as const, id })} className="link">
              <OutsideText value={title} />
            </Link>
            <span className={styles.inline}>
              <SeverityTag severity={severity} bare />
              <small>{open ? words.findingOpen : words.findingOver}</small>
            </span>
          </li>
        ))}
      </ul>
      {machines.length > 0 && (
        <p className={styles.machines}>
          {words.machines}:{" "}
          {machines.map(({ id, name }, index) => (
            <span key={id}>
              {index > 0 && ", "}
              <Link to="/may-tinh/$machineId" params={{ machineId: String(id) }} className="link">
                <OutsideText value={name} />
              </Link>
            </span>
          ))}
        </p>
      )}
      {sites.length > 0 && (
        <p className={styles.machines}>
          {words.sites}:{" "}
          {sites.map(({ id, name }, index) => (
            <span key={id}>
              {index > 0 && ", "}
              <Link to="/website/$siteId" params={{ siteId: String(id) }} className="link">
                <OutsideText value={name} />
              </Link>
            </span>
          ))}
        </p>
      )}
      {botnet.length > 0 && (
        <p className={styles.machines}>
          {words.botnet}:{" "}
          {botnet.map(({ id, address, unit }, index) => (
            <span key={id}>
              {index > 0 && ", "}
              <Link to="/botnet/$caseId" params={{ caseId: String(id) }} className="link">
                {address}
              </Link>{" "}
              ({unit.name})
            </span>
          ))}
        </p>
      )}
    </Card>
  );
}
