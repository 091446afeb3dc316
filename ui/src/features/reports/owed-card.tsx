import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronDown, CircleCheck, CircleDashed } from "lucide-react";
import { useState } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { DutyTag } from "@/components/duty-tag";
import { EmptyState } from "@/components/empty-state";
import { Tabs } from "@/components/tabs";
import type { ReportCalendarItem } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";
import { useMay, useSession } from "@/lib/queries";

import { groupsOf, isDone, unitOfNew, type OwedDocument, type OwedGroup } from "./report-model";
import { DueOn } from "./report-tags";
import styles from "./reports.module.css";
import { useCreateReport, useReportKinds } from "./use-reports";
import { useReportWords } from "./words";

interface OwedCardProps {
  items: ReportCalendarItem[];
  view: "done" | undefined;
  onView: (view: "done" | undefined) => void;
}

/** What is owed, soonest first; a document that many agencies owe is one line that opens. */
export function OwedCard({ items, view, onView }: OwedCardProps) {
  const words = useReportWords();
  const groups = groupsOf(items);
  const open = groups.filter(({ documents }) => !documents.every(isDone));
  const done = groups.filter(({ documents }) => documents.every(isDone));
  const shown = view === "done" ? done : open;
  const tabs = [
    { value: "open" as const, label: words.owedOpen, count: format.number(open.length) },
    { value: "done" as const, label: words.owedDone, count: format.number(done.length) },
  ];
  return (
    <Card flush title={words.owed} sub={words.owedSub} aside={<Tabs label={words.owedView} tabs={tabs} value={view ?? "open"} onChange={(next) => onView(next === "done" ? next : undefined)} />}>
      {shown.length === 0 ? (
        <NothingOwed any={items.length > 0} view={view} />
      ) : (
        <ul className={styles.owed} aria-label={words.owed}>
          {shown.map((group) => (
            <Group key={group.key} group={group} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function NothingOwed({ any, view }: { any: boolean; view: "done" | undefined }) {
  const words = useReportWords();
  if (view === "done") return <p className={styles.none}>{words.doneNone}</p>;
  if (any) return <EmptyState icon={CircleCheck} title={words.owedNone} sub={words.owedNoneSub} />;
  const toDirectives = (
    <Link to="/van-ban" className={buttonLook()}>
      {words.toDirectives}
    </Link>
  );
  return <EmptyState icon={CircleDashed} title={words.owedNoDuty} sub={words.owedNoDutySub} action={toDirectives} />;
}

function Group({ group }: { group: OwedGroup }) {
  const words = useReportWords();
  const hubText = useHubText();
  const { due } = useWords();
  const [unfolded, setUnfolded] = useState(false);
  const { first, documents } = group;
  const [single] = documents.length === 1 ? documents : [];
  const done = documents.filter(isDone).length;
  const late = documents.filter(({ state }) => state === "overdue").length;
  const name = hubText(first.name);
  return (
    <li className={styles.group}>
      <div className={styles.row}>
        <div className={styles.what}>
          <b>{name}</b>
          <span>
            {hubText(first.period.name)}
            <Clauses documents={documents} />
          </span>
        </div>
        <DueOn due={group.due_on} open={done < documents.length} />
        <div className={styles.who}>
          <span>{single ? single.unit.name : words.unitsDone(format.number(done), format.number(documents.length))}</span>
          {single ? <DutyTag state={single.state} /> : late > 0 && <small className={styles.late}>{words.unitsLate(format.number(late))}</small>}
        </div>
        <div className={styles.act}>
          {single ? (
            <MakeOrOpen item={first} document={single} primary={single.state === "overdue" || single.state === "due_soon"} />
          ) : (
            <button type="button" className={buttonLook("plain", "small")} aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
              {words.seeUnits(format.number(documents.length))}
              <span className="visually-hidden">: {name}</span>
              <ChevronDown size={15} aria-hidden />
            </button>
          )}
        </div>
      </div>
      {unfolded && (
        <ul className={styles.units}>
          {documents.map((document) => (
            <li key={document.unit.id}>
              <span className={styles.unit}>
                {document.unit.name}
                {document.due_on && !isDone(document) && <small className="num">{due.by(format.date(document.due_on))}</small>}
              </span>
              <DutyTag state={document.state} />
              <MakeOrOpen item={first} document={document} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** The clauses that ask for it; of one agency each leads to its cell. */
function Clauses({ documents }: { documents: OwedDocument[] }) {
  const words = useReportWords();
  const clauses = [...new Set(documents.flatMap(({ items }) => items.map(({ clause }) => clause)))];
  const unit = documents.length === 1 ? documents[0]!.unit.id : undefined;
  return (
    <>
      {" · "}
      {words.clauses}{" "}
      {clauses.map((clause, index) => (
        <span key={clause}>
          {index > 0 && ", "}
          {unit === undefined ? (
            clause
          ) : (
            <Link to="/nghia-vu" search={(old) => ({ unit: old.unit, cell: `${unit}.${clause}` })} className="link">
              {clause}
            </Link>
          )}
        </span>
      ))}
    </>
  );
}

function MakeOrOpen({ item, document, primary }: { item: ReportCalendarItem; document: OwedDocument; primary?: boolean }) {
  const words = useReportWords();
  const hubText = useHubText();
  const mayMake = useMay("province_admin", "soc_operator", "unit_officer");
  const session = useSession();
  const kinds = useReportKinds().data?.items;
  const navigate = useNavigate();
  const create = useCreateReport();
  const about = <span className="visually-hidden">: {`${hubText(item.name)}, ${hubText(item.period.name)}, ${document.unit.name}`}</span>;
  if (document.report !== null) {
    return (
      <Link to="/bao-cao/$reportId" params={{ reportId: String(document.report) }} search={(old) => ({ unit: old.unit })} className={buttonLook("plain", "small")}>
        {words.openReport}
        {about}
      </Link>
    );
  }
  if (!mayMake || isDone(document)) return null;
  function make() {
    const unit = unitOfNew(kinds?.find(({ id }) => id === item.kind), document.unit, session);
    create.mutate(
      { kind: item.kind, period: item.period.id, ...(unit === undefined ? {} : { unit }) },
      { onSuccess: ({ report }) => void navigate({ to: "/bao-cao/$reportId", params: { reportId: String(report.id) } }) },
    );
  }
  return (
    <div className={styles.make}>
      <Button size="small" kind={primary ? "primary" : "plain"} busy={create.isPending} disabled={!kinds} onClick={make}>
        {create.isPending ? words.making : words.make}
        {about}
      </Button>
      <ProblemNote error={create.error} />
    </div>
  );
}
