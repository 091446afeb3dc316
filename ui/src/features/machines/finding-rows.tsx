import { Link } from "@tanstack/react-router";

import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import { SeverityTag } from "@/components/tag";
import type { Finding } from "@/lib/api-types";
import { useHubText } from "@/lib/i18n";

import styles from "./machine-findings.module.css";

/** Findings of one machine, each a way to its panel. */
export function FindingRows({ machine, findings }: { machine: number; findings: Finding[] }) {
  const hubText = useHubText();
  return (
    <ul className={styles.list}>
      {findings.map((finding) => (
        <li key={finding.id}>
          <Link to="/phat-hien" search={{ machine, id: finding.id }} className={styles.row}>
            <SeverityTag severity={finding.severity} bare />
            <span className={styles.title}>
              <b>
                <OutsideText value={hubText(finding.title)} />
              </b>
              <small>
                <OutsideText value={finding.subject} />
              </small>
            </span>
            <span className={styles.when}>
              <Moment at={finding.last_seen} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
