import { Link } from "@tanstack/react-router";
import { ArrowRight, CircleCheck, CircleDashed } from "lucide-react";

import { classNames } from "@/components/class-names";
import { DutyTag } from "@/components/duty-tag";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import { SeverityTag } from "@/components/tag";
import type { Overview, VerdictLevel } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";

import styles from "./verdict-card.module.css";
import { useObligationWords } from "./words";

const SCALE = ["alarm", "attention", "fair", "good"] as const satisfies readonly VerdictLevel[];

/** The verdict, why, and what to decide now. */
export function VerdictCard({ overview }: { overview: Overview }) {
  const words = useWords();
  const hubText = useHubText();
  const { level, reasons } = overview.verdict;
  return (
    <section className={styles.card} aria-labelledby="verdict">
      <div className={styles.verdict}>
        <h2 id="verdict" className={styles.label}>
          {words.overview.verdict}
        </h2>
        <p className={classNames(styles.word, styles[level])}>{words.level[level]}</p>
        <div className={styles.scale} aria-hidden>
          {SCALE.map((step) => (
            <span key={step} className={classNames(styles[step], step === level && styles.on)}>
              {words.level[step]}
            </span>
          ))}
        </div>
        <ul className={styles.reasons}>
          {reasons.map((reason) => (
            <li key={reason.vi}>
              <OutsideText value={hubText(reason)} />
            </li>
          ))}
        </ul>
      </div>
      <div className={styles.attention}>
        <h2 className={styles.label}>{words.overview.attention}</h2>
        {overview.attention.length > 0 ? <AttentionList items={overview.attention} /> : <NothingUrgent overview={overview} />}
        {overview.obligations.overdue > 0 && !overview.attention.some(({ kind }) => kind === "duty") && <OverdueDuties obligations={overview.obligations} />}
      </div>
    </section>
  );
}

function AttentionList({ items }: { items: Overview["attention"] }) {
  const hubText = useHubText();
  return (
    <ol>
      {items.map((item, index) => (
        <li key={`${item.kind}-${item.id ?? index}`}>
          <AttentionLink item={item}>
            <span className={styles.severity}>
              <SeverityTag severity={item.severity} bare />
            </span>
            <span className={styles.matter}>
              <b>
                <OutsideText value={hubText(item.title)} />
              </b>
              <small>
                <OutsideText value={hubText(item.detail)} />
              </small>
            </span>
            <span className={styles.since}>
              <Moment at={item.since} />
            </span>
            <ArrowRight size={16} className={styles.arrow} aria-hidden />
          </AttentionLink>
        </li>
      ))}
    </ol>
  );
}

/** What the directives demand and nobody did is a matter to decide too, machines or none. */
function OverdueDuties({ obligations }: { obligations: Overview["obligations"] }) {
  const words = useObligationWords();
  return (
    <Link to="/nghia-vu" search={(old) => ({ unit: old.unit, overdue: true as const })} className={classNames(styles.row, styles.duties)}>
      <span className={styles.severity}>
        <DutyTag state="overdue" />
      </span>
      <span className={styles.matter}>
        <b>{words.overdue(format.number(obligations.overdue), format.number(obligations.overdue_units))}</b>
        <small>{words.overdueSub}</small>
      </span>
      <ArrowRight size={16} className={styles.arrow} aria-hidden />
    </Link>
  );
}

function AttentionLink({ item, children }: { item: Overview["attention"][number]; children: React.ReactNode }) {
  if (item.kind === "machine" && item.id !== undefined) {
    return (
      <Link to="/may-tinh/$machineId" params={{ machineId: String(item.id) }} className={styles.row}>
        {children}
      </Link>
    );
  }
  if (item.kind === "machine") {
    return (
      <Link to="/may-tinh" className={styles.row}>
        {children}
      </Link>
    );
  }
  if (item.kind === "site_case" && item.id !== undefined) {
    return (
      <Link to="/website/vu-viec/$caseId" params={{ caseId: String(item.id) }} className={styles.row}>
        {children}
      </Link>
    );
  }
  if (item.kind === "duty") {
    return (
      <Link to="/nghia-vu" search={(old) => ({ unit: old.unit, overdue: true as const })} className={styles.row}>
        {children}
      </Link>
    );
  }
  return (
    <Link to="/phat-hien" search={(old) => ({ unit: old.unit, id: item.id })} className={styles.row}>
      {children}
    </Link>
  );
}

function NothingUrgent({ overview }: { overview: Overview }) {
  const words = useWords();
  const unlooked = overview.verdict.level === "unknown";
  const Icon = unlooked ? CircleDashed : CircleCheck;
  return (
    <div className={styles.calm}>
      <Icon size={22} className={unlooked ? undefined : styles.good} aria-hidden />
      <p>
        {unlooked ? (
          words.overview.attentionUnknown
        ) : (
          <>
            <b>{words.overview.attentionNone}</b>{" "}
            {words.overview.attentionNoneSub(
              format.number(overview.findings.files_scanned),
              format.number(overview.machines.total),
            )}
          </>
        )}
      </p>
    </div>
  );
}
