import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleDashed } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import { SeverityTag } from "@/components/tag";
import type { Machine } from "@/lib/api-types";
import { useHubText, useWords } from "@/lib/i18n";
import { findingsQuery } from "@/lib/queries";

import styles from "./machine-findings.module.css";

const SHOWN = 8;

export function MachineFindings({ machine, looked }: { machine: Machine; looked: boolean }) {
  const words = useWords().machines;
  const hubText = useHubText();
  const query = useInfiniteQuery(findingsQuery({ view: "open", machine: machine.id }));
  return (
    <Card title={words.findings}>
      <AsyncView
        query={query}
        isEmpty={(data) => data.pages[0]?.items.length === 0}
        empty={() => (
          <p className={styles.none}>
            {looked ? <CircleCheck size={18} className={styles.good} aria-hidden /> : <CircleDashed size={18} aria-hidden />}
            {looked ? words.findingsClear : words.findingsUnlooked}
          </p>
        )}
      >
        {(data) => (
          <ul className={styles.list}>
            {data.pages[0]?.items.slice(0, SHOWN).map((finding) => (
              <li key={finding.id}>
                <Link to="/phat-hien" search={{ machine: machine.id, id: finding.id }} className={styles.row}>
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
        )}
      </AsyncView>
      <p className={styles.all}>
        <Link to="/phat-hien" search={{ machine: machine.id, view: "all" }} className="link">
          {words.allFindings}
        </Link>
      </p>
    </Card>
  );
}
