import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft, CircleCheck, FileX2, RefreshCcw, Trash2, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { ImportPlan } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./imports.module.css";
import { importQuery, useConfirmImport, useDiscardImport } from "./use-imports";
import { useImportWords } from "./words";

export function ImportPage({ id }: { id: number }) {
  const words = useImportWords();
  const query = useQuery(importQuery(id));
  return (
    <div className={page.page}>
      <Link to="/nhap-du-lieu" className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <AsyncView query={query}>{(plan) => <ImportReady plan={plan} />}</AsyncView>
    </div>
  );
}

function ImportReady({ plan }: { plan: ImportPlan }) {
  const words = useImportWords();
  const hubText = useHubText();
  if (plan.state === "confirmed") {
    return (
      <Ended icon={CircleCheck} title={words.confirmed} sub={words.confirmedSub(format.number(plan.adds), format.number(plan.changes))}>
        <SeeList plan={plan} />
      </Ended>
    );
  }
  if (plan.state === "discarded") return <Ended icon={FileX2} title={words.discarded} />;
  if (plan.state === "stale") return <Ended icon={RefreshCcw} title={words.stale} sub={words.staleSub} />;
  return (
    <>
      <PageHead
        title={<OutsideText value={words.previewTitle(plan.file_name)} />}
        sub={words.previewSub(words.kinds[plan.kind], plan.unit.name)}
      >
        <ImportActs plan={plan} />
      </PageHead>
      <ImportCounts plan={plan} />
      {plan.notes && plan.notes.length > 0 && (
        <ul className={page.note} aria-label={words.notes}>
          {plan.notes.map((note) => (
            <li key={note.vi}>{hubText(note)}</li>
          ))}
        </ul>
      )}
      {plan.problems_total > 0 && <Problems plan={plan} />}
      {plan.problems_total === 0 && plan.adds + plan.changes === 0 ? (
        <EmptyState icon={CircleCheck} title={words.nothing} sub={words.nothingSub} />
      ) : (
        plan.sample.length > 0 && <Sample plan={plan} />
      )}
    </>
  );
}

function Ended({ icon, title, sub, children }: { icon: LucideIcon; title: string; sub?: string; children?: ReactNode }) {
  const words = useImportWords();
  return (
    <div className={page.box}>
      <h1 className="visually-hidden">{title}</h1>
      <EmptyState
        icon={icon}
        title={title}
        sub={sub}
        action={
          <>
            <Link to="/nhap-du-lieu" className={buttonLook("primary")}>
              {words.other}
            </Link>
            {children}
          </>
        }
      />
    </div>
  );
}

const TAB_OF = { devices: "devices", dhcp_leases: "devices", sites: "sites", contacts: "contacts", address_ranges: "ranges", appliances: "devices" } as const;

/** Where what was imported now stands. */
function SeeList({ plan }: { plan: ImportPlan }) {
  const words = useImportWords();
  if (plan.kind === "units" || plan.kind === "systems") {
    return (
      <Link to={plan.kind === "units" ? "/co-quan" : "/he-thong"} search={(old: { unit?: number }) => ({ unit: old.unit })} className={buttonLook()}>
        {words.see(words.kinds[plan.kind])}
      </Link>
    );
  }
  return (
    <Link to="/co-quan/$unitId" params={{ unitId: String(plan.unit.id) }} search={{ tab: TAB_OF[plan.kind] }} className={buttonLook()}>
      {words.see(words.kinds[plan.kind])}
    </Link>
  );
}

function ImportActs({ plan }: { plan: ImportPlan }) {
  const words = useImportWords();
  const navigate = useNavigate();
  const confirm = useConfirmImport(plan.id);
  const discard = useDiscardImport(plan.id);
  const count = plan.adds + plan.changes;
  return (
    <>
      <ProblemNote error={confirm.error ?? discard.error} />
      <Button
        icon={Trash2}
        busy={discard.isPending}
        onClick={() => discard.mutate(undefined, { onSuccess: () => void navigate({ to: "/nhap-du-lieu" }) })}
      >
        {words.discard}
      </Button>
      {plan.problems_total === 0 && count > 0 && (
        <Button kind="primary" icon={CircleCheck} busy={confirm.isPending} onClick={() => confirm.mutate()}>
          {words.confirm(format.number(count))}
        </Button>
      )}
    </>
  );
}

function ImportCounts({ plan }: { plan: ImportPlan }) {
  const words = useImportWords();
  const counts = [
    [words.rows, plan.rows],
    [words.adds, plan.adds],
    [words.changes, plan.changes],
    [words.same, plan.same],
    [words.problems, plan.problems_total],
  ] as const;
  return (
    <dl className={styles.counts}>
      {counts.map(([name, count]) => (
        <div key={name} data-bad={(name === words.problems && count > 0) || undefined}>
          <dt>{name}</dt>
          <dd className="num">{format.number(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Problems({ plan }: { plan: ImportPlan }) {
  const words = useImportWords();
  const hubText = useHubText();
  return (
    <section className={styles.part} aria-labelledby="problems">
      <h2 id="problems">{words.problemsTitle(format.number(plan.problems_total))}</h2>
      <p>{words.problemsSub}</p>
      <div className={table.wrap}>
        <table className={table.table} aria-labelledby="problems">
          <thead>
            <tr>
              <th scope="col">{words.row}</th>
              <th scope="col">{words.column}</th>
              <th scope="col">{words.value}</th>
              <th scope="col">{words.message}</th>
            </tr>
          </thead>
          <tbody>
            {plan.problems.map((problem, index) => (
              <tr key={index}>
                <th scope="row" className={table.name}>
                  <span className="num">{problem.row === 0 ? words.wholeFile : `${words.row} ${format.number(problem.row)}`}</span>
                </th>
                <td data-label={words.column}>
                  <OutsideText value={problem.column || "–"} />
                </td>
                <td className={table.soft} data-label={words.value}>
                  <span className="mono">
                    <OutsideText value={problem.value || "–"} />
                  </span>
                </td>
                <td>{hubText(problem.message)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {plan.problems.length < plan.problems_total && (
          <p className={table.foot}>{words.problemsShown(format.number(plan.problems.length), format.number(plan.problems_total))}</p>
        )}
      </div>
    </section>
  );
}

function Sample({ plan }: { plan: ImportPlan }) {
  const words = useImportWords();
  return (
    <section className={styles.part} aria-labelledby="sample">
      <h2 id="sample">{words.sampleTitle}</h2>
      <div className={table.wrap}>
        <table className={table.table} aria-labelledby="sample">
          <thead>
            <tr>
              <th scope="col">{words.row}</th>
              <th scope="col">{words.action}</th>
              <th scope="col">{words.content}</th>
            </tr>
          </thead>
          <tbody>
            {plan.sample.map((item) => (
              <tr key={item.row}>
                <th scope="row" className={table.soft}>
                  <span className="num">
                    {words.row} {format.number(item.row)}
                  </span>
                </th>
                <td>
                  <span className={styles.action} data-action={item.action}>
                    {words.actions[item.action]}
                  </span>
                </td>
                <td>
                  <OutsideText value={item.text} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
