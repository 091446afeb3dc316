import { Link } from "@tanstack/react-router";
import { FileSearch, FileText } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { ListFoot } from "@/components/list-foot";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { SelectBox } from "@/components/select-box";
import { Tabs } from "@/components/tabs";
import { REPORT_STATES, type Report, type ReportState } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";

import type { ChangeReportsSearch, ReportsSearch } from "./report-search";
import { ReportStateTag } from "./report-tags";
import styles from "./reports.module.css";
import { useReportKinds, useReports } from "./use-reports";
import { useReportWords } from "./words";

interface ReportListProps {
  search: ReportsSearch;
  unit?: number;
  onSearch: ChangeReportsSearch;
}

export function ReportList({ search, unit, onSearch }: ReportListProps) {
  const words = useReportWords();
  const { app } = useWords();
  const query = useReports({ unit, state: search.state, kind: search.kind });
  const reports = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const total = query.data?.pages[0]?.total;
  const filtered = search.state !== undefined || search.kind !== undefined;
  const clear = <Button onClick={() => onSearch({ state: undefined, kind: undefined })}>{app.clearFilter}</Button>;
  const nothing = filtered ? (
    <EmptyState icon={FileSearch} title={words.noneFound} sub={words.noneFoundSub} action={clear} />
  ) : (
    <EmptyState icon={FileText} title={words.none} sub={words.noneSub} />
  );
  return (
    <Card flush title={words.list}>
      <Filters search={search} total={total} onSearch={onSearch} />
      <AsyncView query={query} isEmpty={() => reports.length === 0} empty={() => nothing}>
        {() => (
          <div className={classNames(table.wrap, table.inCard)}>
            <ReportTable reports={reports} />
            <ListFoot shown={reports.length} total={total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
          </div>
        )}
      </AsyncView>
    </Card>
  );
}

function Filters({ search, total, onSearch }: { search: ReportsSearch; total?: number; onSearch: ChangeReportsSearch }) {
  const words = useReportWords();
  const hubText = useHubText();
  const kinds = useReportKinds().data?.items ?? [];
  return (
    <div className={classNames(page.bar, styles.filters)}>
      <Tabs<ReportState | "all">
        label={words.stateLabel}
        value={search.state ?? "all"}
        onChange={(next) => onSearch({ state: next === "all" ? undefined : next })}
        tabs={[{ value: "all", label: words.stateAny }, ...REPORT_STATES.map((value) => ({ value, label: words.states[value] }))]}
      />
      <SelectBox
        label={words.kind}
        wide
        value={search.kind ?? "any"}
        onChange={(next) => onSearch({ kind: next === "any" ? undefined : next })}
        choices={[{ value: "any", label: words.kindAny }, ...kinds.map(({ id, name }) => ({ value: id, label: hubText(name) }))]}
      />
      <span className={page.count} role="status">
        {total !== undefined && words.total(format.number(total))}
      </span>
    </div>
  );
}

function ReportTable({ reports }: { reports: Report[] }) {
  const words = useReportWords();
  return (
    <table className={classNames(table.table, styles.reports)} aria-label={words.list}>
      <thead>
        <tr>
          <th scope="col">{words.document}</th>
          <th scope="col">{words.number}</th>
          <th scope="col">{words.chooseUnit}</th>
          <th scope="col">{words.state}</th>
          <th scope="col">{words.madeBy}</th>
        </tr>
      </thead>
      <tbody>
        {reports.map((report) => (
          <Row key={report.id} report={report} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ report }: { report: Report }) {
  const words = useReportWords();
  const hubText = useHubText();
  return (
    <tr>
      <th scope="row" className={table.name}>
        <span className={styles.two}>
          <Link to="/bao-cao/$reportId" params={{ reportId: String(report.id) }} search={(old) => ({ unit: old.unit })} className="link">
            {hubText(report.name)}
          </Link>
          <small>{hubText(report.period.name)}</small>
        </span>
      </th>
      <td data-label={words.number}>
        <span className={styles.two}>
          {report.number ? <OutsideText value={report.number} /> : <span className={styles.soft}>{words.numberNone}</span>}
          {report.issued_on && <small className="num">{format.date(report.issued_on)}</small>}
        </span>
      </td>
      <td data-label={words.chooseUnit}>{report.unit?.name ?? words.whole}</td>
      <td data-label={words.state}>
        <span className={styles.two}>
          <ReportStateTag state={report.state} bare />
          {report.sent_on && <small>{words.sentOn(format.date(report.sent_on))}</small>}
        </span>
      </td>
      <td data-label={words.madeBy}>
        <span className={styles.two}>
          {report.made_by.name}
          <small>{words.cutOff(format.dateTime(report.cut_off))}</small>
        </span>
      </td>
    </tr>
  );
}
