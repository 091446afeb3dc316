import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, CircleOff, Pencil } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { DecisionBar } from "@/components/decision-bar";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import type { DirectiveDetail } from "@/lib/api-types";
import { fold } from "@/lib/fold";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { DirectiveStateTag } from "./directive-state";
import styles from "./directives.module.css";
import { EndDirectiveDialog } from "./end-dialog";
import { FaultList } from "./fault-list";
import { directiveQuery, useDecideDirective } from "./use-directives";
import { useDirectiveWords } from "./words";

/** One directive: where it stands, what it demands, in its own words. */
export function DirectivePage({ id }: { id: number }) {
  const words = useDirectiveWords();
  const query = useQuery(directiveQuery(id));
  return (
    <div className={page.page}>
      <Link to="/van-ban" className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <AsyncView query={query}>{(detail) => <DirectiveReady detail={detail} />}</AsyncView>
    </div>
  );
}

function DirectiveReady({ detail }: { detail: DirectiveDetail }) {
  const words = useDirectiveWords();
  const hubText = useHubText();
  const mayEnd = useMay("province_admin") && detail.directive.state === "in_force";
  const decide = useDecideDirective(detail.directive.id, detail.text_sha256);
  const [ending, setEnding] = useState(false);
  const { directive } = detail;
  return (
    <>
      <PageHead title={directive.number ?? words.unknownNumber} sub={hubText(directive.title)}>
        {detail.may_change && (
          <Link to="/van-ban/$directiveId/sua" params={{ directiveId: String(directive.id) }} className={buttonLook("primary")}>
            <Pencil size={16} aria-hidden />
            {words.edit}
          </Link>
        )}
        {mayEnd && (
          <Button icon={CircleOff} onClick={() => setEnding(true)}>
            {words.end}
          </Button>
        )}
      </PageHead>
      <p className={page.under}>
        <DirectiveStateTag state={directive.state} />
        <span>{hubText(directive.issuer)}</span>
        <span className="num">{directive.date ? format.date(directive.date) : words.unknownDate}</span>
        <Validity detail={detail} />
        <span>{words.source[directive.source]}</span>
        {detail.entered_by && <span>{words.enteredBy(detail.entered_by.name)}</span>}
      </p>
      <FaultList faults={detail.faults} />
      {detail.may_decide && (
        <Card title={words.decideNote}>
          <DecisionBar busy={decide.isPending} error={decide.error} onDecide={(made, done) => decide.mutate(made, { onSuccess: done })} />
        </Card>
      )}
      {detail.decision_note && <p className={page.note}>{detail.decision_note}</p>}
      {detail.note && hubText(detail.note) && (
        <Card title={words.note}>
          <p>{hubText(detail.note)}</p>
        </Card>
      )}
      <Relations detail={detail} />
      <Clauses clauses={detail.clauses} />
      <details className={styles.source}>
        <summary>{words.text}</summary>
        <pre tabIndex={0}>{detail.text}</pre>
      </details>
      {ending && <EndDirectiveDialog id={directive.id} onClose={() => setEnding(false)} />}
    </>
  );
}

function Validity({ detail }: { detail: DirectiveDetail }) {
  const words = useDirectiveWords();
  const { valid_from: from, valid_to: to } = detail.directive;
  if (!from) return null;
  return <span className="num">{to ? words.validityTo(format.date(from), format.date(to)) : words.validity(format.date(from))}</span>;
}

function Relations({ detail }: { detail: DirectiveDetail }) {
  const words = useDirectiveWords();
  if (detail.relations.length === 0) return null;
  return (
    <Card title={words.relations}>
      <ul className={styles.relations}>
        {detail.relations.map((relation) => (
          <li key={`${relation.kind}-${relation.text}`}>
            <span>{words.relation[relation.kind]}</span>
            {relation.directive === null ? (
              <p>{format.daysIn(relation.text)}</p>
            ) : (
              <Link to="/van-ban/$directiveId" params={{ directiveId: String(relation.directive) }} className="link">
                {format.daysIn(relation.text)}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

type Clause = DirectiveDetail["clauses"][number];

function Clauses({ clauses }: { clauses: Clause[] }) {
  const words = useDirectiveWords();
  const hubText = useHubText();
  const [q, setQ] = useState("");
  const shown = clauses.filter(({ clause }) => fold(`${clause.id} ${hubText(clause.title)} ${clause.quote}`).includes(fold(q)));
  return (
    <section className={page.column} aria-labelledby="clauses">
      <div className={page.bar}>
        <h2 id="clauses">
          {words.clausesTitle} <span className={styles.soft}>({format.number(clauses.length)})</span>
        </h2>
        <SearchBox label={words.findClause} value={q} onChange={setQ} />
      </div>
      {shown.length === 0 && <p className={styles.soft}>{words.noClause}</p>}
      <ol className={styles.clauses}>
        {shown.map((one) => (
          <ClauseItem key={one.clause.id} item={one} />
        ))}
      </ol>
    </section>
  );
}

/** «Thường xuyên» and «thường xuyên, …» are said once. */
function withoutEcho(often: string, due: string): string {
  return fold(due).startsWith(fold(often)) ? `${often}${due.slice(often.length)}` : `${often} · ${due}`;
}

function ClauseItem({ item: { clause, duties } }: { item: Clause }) {
  const words = useDirectiveWords();
  const { share, recurrence } = useWords();
  const hubText = useHubText();
  return (
    <li className={styles.clause}>
      <div className={styles.clauseHead}>
        <h3>
          {hubText(clause.title)} <small>{[clause.id, clause.place].filter(Boolean).join(" · ")}</small>
        </h3>
        <span className={styles.kinds}>{clause.kinds.map((kind) => share.kinds[kind]).join(" · ")}</span>
      </div>
      {clause.second_hand ? (
        <blockquote className={styles.quote}>{hubText(clause.second_hand)}</blockquote>
      ) : (
        <blockquote className={styles.quote} lang={clause.directive.language ?? "vi"}>
          {clause.quote}
        </blockquote>
      )}
      <p className={styles.soft}>{clause.addressees.map(hubText).join(", ")}</p>
      {duties.length === 0 ? (
        <p className={styles.soft}>{words.noDuties}</p>
      ) : (
        <ul className={styles.duties}>
          {duties.map((duty) => (
            <li key={duty.id}>
              <b>{hubText(duty.title)}</b>
              <span>
                {withoutEcho(recurrence[duty.recurrence], hubText(duty.due_text))}
                {duty.basis === "province" && <em>{words.province}</em>}
              </span>
              <span>{duty.measure ? hubText(duty.measure) : (duty.register ?? "")}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
