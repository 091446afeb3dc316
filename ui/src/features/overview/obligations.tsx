import { Link } from "@tanstack/react-router";

import { Card } from "@/components/card";
import { DutyMark, DutyMix } from "@/components/duty-tag";
import { Meter } from "@/components/meter";
import type { Overview } from "@/lib/api-types";
import { daysBetween, today } from "@/lib/days";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";

import styles from "./obligations.module.css";
import { useObligationWords } from "./words";

type Obligations = Overview["obligations"];

const COUNTED = ["met", "waiting", "not_due", "unknown", "due_soon", "overdue"] as const;

/** Who is late with what the directives demand, what comes next, and what the platform can do about it. */
export function ObligationsCard({ obligations }: { obligations: Obligations }) {
  const words = useObligationWords();
  const { duty } = useWords();
  const total = COUNTED.reduce((sum, state) => sum + obligations[state], 0);
  if (total === 0) {
    return (
      <Card title={words.title}>
        <p className={styles.none}>{words.none}</p>
      </Card>
    );
  }
  return (
    <Card title={words.title}>
      <div className={styles.columns}>
        <div className={styles.part}>
          <Link to="/nghia-vu" className={styles.met}>
            <span>{words.met}</span>
            <b className="num">{format.percent(obligations.met, total)}</b>
            <small>{words.metSub(format.number(obligations.met), format.number(total))}</small>
          </Link>
          <div className={styles.mix}>
            <DutyMix counts={obligations} width={320} />
          </div>
          <ul className={styles.counts}>
            {COUNTED.filter((state) => obligations[state] > 0).map((state) => (
              <li key={state}>
                <DutyMark state={state} small />
                <span>{duty[state]}</span>
                <b className="num">{format.number(obligations[state])}</b>
              </li>
            ))}
          </ul>
          {obligations.overdue > 0 ? (
            <Link to="/nghia-vu" search={(old) => ({ unit: old.unit, overdue: true as const })} className={styles.overdue}>
              {words.overdue(format.number(obligations.overdue), format.number(obligations.overdue_units))}
            </Link>
          ) : (
            <p className={styles.soft}>{words.noOverdue}</p>
          )}
        </div>
        <NextDue next={obligations.next} />
        <Shares shares={obligations.shares} />
      </div>
    </Card>
  );
}

function NextDue({ next }: { next: Obligations["next"] }) {
  const words = useObligationWords();
  const { due } = useWords();
  const hubText = useHubText();
  return (
    <div className={styles.part}>
      <h3>{words.next}</h3>
      {next.length === 0 && <p className={styles.soft}>{words.nextNone}</p>}
      <ol className={styles.next}>
        {next.map((one) => (
          <li key={`${one.clause}-${one.due}`}>
            <div className={styles.date}>
              <b className="num">{format.dayMonth(one.due)}</b>
              <span>{due.left(daysBetween(today(), one.due))}</span>
            </div>
            <div className={styles.what}>
              <span>{hubText(one.title)}</span>
              <Meter value={one.met} max={one.units} tone={one.met === one.units ? "ok" : "warn"} />
              <small className="num">{words.of(format.number(one.met), format.number(one.units))}</small>
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Shares({ shares }: { shares: Obligations["shares"] }) {
  const words = useObligationWords();
  const { share } = useWords();
  const rows = [
    [share.does, shares.does],
    [share.measures, shares.measures],
    [share.records, shares.records_only],
  ] as const;
  return (
    <div className={styles.part}>
      <h3>{words.shares}</h3>
      <p className={styles.soft}>{words.sharesSub}</p>
      <ul className={styles.shares}>
        {rows.map(([name, part]) => (
          <li key={name}>
            <Link to="/nghia-vu/kha-nang">
              <span>{name}</span>
              <b className="num">{format.percent(part, shares.clauses)}</b>
              <Meter value={part} max={shares.clauses} />
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
