import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft, CircleCheck, RefreshCcw, Trash2 } from "lucide-react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { BotnetListDetail, BotnetListReport } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./botnet.module.css";
import { useBotnetList, useConfirmList, useDiscardList, usePastedList } from "./use-botnet";
import { useBotnetWords } from "./words";

/** What a list would do, or did. */
export function ListPage({ id }: { id: number }) {
  const words = useBotnetWords();
  const query = useBotnetList(id);
  return (
    <div className={page.page}>
      <Link to="/botnet" search={(old: { unit?: number }) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.back}
      </Link>
      <AsyncView query={query}>{(detail) => <Ready detail={detail} />}</AsyncView>
    </div>
  );
}

function Ready({ detail }: { detail: BotnetListDetail }) {
  const words = useBotnetWords();
  const hubText = useHubText();
  const { list, report } = detail;
  const about = words.previewSub(list.source, format.date(list.listed_on), list.complete);
  return (
    <>
      {list.state === "previewed" ? (
        <PageHead title={words.previewTitle(format.number(report.addresses))} sub={<OutsideText value={about} />}>
          <Acts detail={detail} />
        </PageHead>
      ) : (
        <Ended detail={detail} about={about} />
      )}
      <Counts report={report} complete={list.complete} />
      {(report.notes.length > 0 || report.duplicates > 0) && (
        <ul className={page.note} aria-label={words.notes}>
          {report.duplicates > 0 && <li>{words.duplicates(format.number(report.duplicates))}</li>}
          {report.notes.map((note) => (
            <li key={note.vi}>
              <OutsideText value={hubText(note)} />
            </li>
          ))}
        </ul>
      )}
      {report.problems_total > 0 && <Problems report={report} />}
      {report.problems_total === 0 && report.addresses > 0 && (
        <>
          <Units report={report} />
          <Sample report={report} />
        </>
      )}
    </>
  );
}

function Ended({ detail: { list, report }, about }: { detail: BotnetListDetail; about: string }) {
  const words = useBotnetWords();
  const stale = list.state === "stale";
  const title = stale ? words.stale : words.confirmed;
  return (
    <div className={page.box}>
      <h1 className="visually-hidden">{title}</h1>
      <EmptyState
        icon={stale ? RefreshCcw : CircleCheck}
        title={title}
        sub={stale ? words.staleSub : `${about}. ${words.confirmedSub(format.number(report.fresh), format.number(report.delisting))}`}
        action={
          <>
            <Link to="/botnet" search={(old: { unit?: number }) => ({ unit: old.unit })} className={buttonLook(stale ? "plain" : "primary")}>
              {words.seeList}
            </Link>
            <Link to="/botnet/nhap" search={(old: { unit?: number }) => ({ unit: old.unit })} className={buttonLook(stale ? "primary" : "plain")}>
              {words.again}
            </Link>
          </>
        }
      />
    </div>
  );
}

function Acts({ detail: { list, report } }: { detail: BotnetListDetail }) {
  const words = useBotnetWords();
  const navigate = useNavigate();
  const confirm = useConfirmList(list.id);
  const discard = useDiscardList(list.id);
  const [, , forget] = usePastedList();
  const wrong = report.problems_total > 0;
  const leave = () => void navigate({ to: "/botnet/nhap", search: (old: { unit?: number }) => ({ unit: old.unit }) });
  return (
    <>
      <ProblemNote error={confirm.error ?? discard.error} />
      <Button kind={wrong ? "primary" : "plain"} icon={wrong ? RefreshCcw : Trash2} busy={discard.isPending} onClick={() => discard.mutate(undefined, { onSuccess: leave })}>
        {wrong ? words.discardAgain : words.discard}
      </Button>
      {!wrong && (
        <Button kind="primary" icon={CircleCheck} busy={confirm.isPending} onClick={() => confirm.mutate(undefined, { onSuccess: forget })}>
          {words.confirm}
        </Button>
      )}
    </>
  );
}

function Counts({ report, complete }: { report: BotnetListReport; complete: boolean }) {
  const words = useBotnetWords();
  const names = ["rows", "addresses", "fresh", "again", "recurring", "unknown", ...(complete ? (["missing", "delisting"] as const) : [])] as const;
  return (
    <dl className={styles.counts}>
      {names.map((name) => (
        <div key={name} data-bad={((name === "recurring" || name === "unknown") && report[name] > 0) || undefined}>
          <dt>{words.counts[name]}</dt>
          <dd className="num">{format.number(report[name])}</dd>
        </div>
      ))}
    </dl>
  );
}

function Problems({ report }: { report: BotnetListReport }) {
  const words = useBotnetWords();
  const hubText = useHubText();
  return (
    <Card flush title={words.problems(format.number(report.problems_total))} sub={words.problemsSub}>
      <div className={classNames(table.wrap, table.inCard)}>
        <table className={table.table} aria-label={words.problems(format.number(report.problems_total))}>
          <thead>
            <tr>
              <th scope="col">{words.row}</th>
              <th scope="col">{words.column}</th>
              <th scope="col">{words.value}</th>
              <th scope="col">{words.problem}</th>
            </tr>
          </thead>
          <tbody>
            {report.problems.map((problem, index) => (
              <tr key={index}>
                <th scope="row" className={table.name}>
                  <span className="num">{problem.row === 0 ? words.wholeFile : `${words.row} ${format.number(problem.row)}`}</span>
                </th>
                <td data-label={words.column}>
                  <OutsideText value={problem.column || "–"} />
                </td>
                <td data-label={words.value} className={table.soft}>
                  <span className="mono">
                    <OutsideText value={problem.value || "–"} />
                  </span>
                </td>
                <td>{hubText(problem.message)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {report.problems.length < report.problems_total && (
          <p className={table.foot}>{words.problemsShown(format.number(report.problems.length), format.number(report.problems_total))}</p>
        )}
      </div>
    </Card>
  );
}

function Units({ report }: { report: BotnetListReport }) {
  const words = useBotnetWords();
  return (
    <Card title={words.units}>
      {report.units.length === 0 ? (
        <p className={styles.soft}>{words.unitsNone}</p>
      ) : (
        <ul className={styles.shares}>
          {report.units.map(({ unit, addresses }) => (
            <li key={unit.id}>
              <span>{unit.name}</span>
              <b className="num">{format.number(addresses)}</b>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Sample({ report }: { report: BotnetListReport }) {
  const words = useBotnetWords();
  const all = report.rows - report.duplicates;
  return (
    <Card flush title={words.sample} sub={report.sample.length < all ? words.sampleSub(format.number(report.sample.length), format.number(all)) : undefined}>
      <div className={classNames(table.wrap, table.inCard)}>
        <table className={table.table} aria-label={words.sample}>
          <thead>
            <tr>
              <th scope="col">{words.row}</th>
              <th scope="col">{words.address}</th>
              <th scope="col">{words.unit}</th>
              <th scope="col">{words.state}</th>
              <th scope="col">{words.malware}</th>
              <th scope="col">{words.seenAt}</th>
            </tr>
          </thead>
          <tbody>
            {report.sample.map((row, index) => (
              <tr key={index}>
                <th scope="row" className={table.soft}>
                  <span className="num">
                    {words.row} {format.number(row.row)}
                  </span>
                </th>
                <td data-label={words.address}>
                  <span className="mono">{row.address}</span>
                </td>
                <td data-label={words.unit} className={row.unit ? undefined : table.soft}>
                  {row.unit ? row.unit.name : words.unknownUnit}
                </td>
                <td data-label={words.state}>{words.whats[row.what]}</td>
                <td data-label={words.malware}>
                  <OutsideText value={row.malware || "–"} />
                </td>
                <td data-label={words.seenAt} className="num">
                  {row.seen_at ? format.dateTime(row.seen_at) : "–"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
