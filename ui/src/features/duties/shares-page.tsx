import { ClipboardCheck, FileText, Gauge, Wrench, type LucideIcon } from "lucide-react";
import { Link } from "@tanstack/react-router";

import { AsyncView } from "@/components/async-view";
import { EmptyState } from "@/components/empty-state";
import table from "@/components/data-table.module.css";
import { Meter } from "@/components/meter";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { KindShares } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import { directiveName } from "./directive-name";
import { DutyTabs } from "./duty-tabs";
import styles from "./shares-page.module.css";
import { useShares } from "./use-duties";
import { useDutyWords } from "./words";

/** Three figures that are never added up: what the platform does, measures, and can only record. */
export function SharesPage() {
  const words = useDutyWords();
  const query = useShares();
  return (
    <div className={page.page}>
      <PageHead title={words.sharesTitle} sub={words.sharesSub}>
        <DutyTabs />
      </PageHead>
      <AsyncView
        query={query}
        isEmpty={({ clauses }) => clauses === 0}
        empty={() => <EmptyState icon={ClipboardCheck} title={words.noShares} />}
      >
        {(shares) => (
          <>
            <div className={styles.figures}>
              <Share icon={Wrench} title={words.does} sub={words.doesSub} part={shares.does} whole={shares.clauses} />
              <Share icon={Gauge} title={words.measures} sub={words.measuresSub} part={shares.measures} whole={shares.clauses} />
              <Share icon={FileText} title={words.recordsOnly} sub={words.recordsOnlySub} part={shares.records_only} whole={shares.clauses} />
            </div>
            <DirectiveShares shares={shares} />
          </>
        )}
      </AsyncView>
    </div>
  );
}

function Share({ icon: Icon, title, sub, part, whole }: { icon: LucideIcon; title: string; sub: string; part: number; whole: number }) {
  const words = useDutyWords();
  return (
    <section className={styles.share}>
      <h2>
        <Icon size={16} aria-hidden />
        {title}
      </h2>
      <p className={styles.value}>
        <b className="num">{format.percent(part, whole)}</b>
        <span>{words.ofClauses(format.number(part), format.number(whole))}</span>
      </p>
      <Meter value={part} max={whole} />
      <p className={styles.sub}>{sub}</p>
    </section>
  );
}

function DirectiveShares({ shares }: { shares: KindShares }) {
  const words = useDutyWords();
  const hubText = useHubText();
  return (
    <div className={table.wrap}>
      <table className={table.table} aria-label={words.byDirective}>
        <thead>
          <tr>
            <th scope="col">{words.directive}</th>
            {[words.does, words.measures, words.recordsOnly].map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shares.directives.map((one) => (
            <tr key={one.id}>
              <th scope="row" className={table.name}>
                <Link to="/van-ban/$directiveId" params={{ directiveId: String(one.id) }} search={{}} className="link">
                  {directiveName(one, hubText, words.unknownNumber)}
                </Link>
              </th>
              <ShareCell label={words.does} part={one.does} whole={one.clauses} />
              <ShareCell label={words.measures} part={one.measures} whole={one.clauses} />
              <ShareCell label={words.recordsOnly} part={one.records_only} whole={one.clauses} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ShareCell({ label, part, whole }: { label: string; part: number; whole: number }) {
  return (
    <td data-label={label}>
      <span className={styles.cell}>
        <b className="num">{format.percent(part, whole)}</b>
        <span className="num">
          {format.number(part)}/{format.number(whole)}
        </span>
      </span>
    </td>
  );
}
