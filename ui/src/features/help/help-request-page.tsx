import { Link } from "@tanstack/react-router";
import { ArrowLeft, ExternalLink, Hand } from "lucide-react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { EvidenceList } from "@/components/evidence-list";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Facts } from "@/components/section";
import type { HelpLine, HelpRequestDetail } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useMay } from "@/lib/queries";

import { LineForm } from "./line-form";
import { Outcome } from "./outcome";
import { ownPage } from "./help-search";
import { HelpStateTag } from "./help-tags";
import styles from "./help.module.css";
import { useAnswerHelp, useHelp, useSay, useTake } from "./use-help";
import { useHelpWords } from "./words";

/** One who is stuck: the question, the page, and every line. */
export function HelpRequestPage({ id }: { id: number }) {
  const words = useHelpWords();
  const query = useHelp(id);
  return (
    <div className={page.page}>
      <Link to="/ho-tro" search={(old) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <AsyncView query={query}>{(detail) => <Ready detail={detail} />}</AsyncView>
    </div>
  );
}

function Ready({ detail: { help, lines } }: { detail: HelpRequestDetail }) {
  const words = useHelpWords();
  const helps = useMay("province_admin", "soc_operator");
  const asks = useMay("unit_officer");
  const open = help.state !== "solved";
  const to = ownPage(help.page);
  return (
    <>
      <PageHead
        title={<OutsideText value={help.title} />}
        sub={
          <span className={page.under}>
            <HelpStateTag state={help.state} />
            {help.state === "taken" && help.taken_by && <span>{words.takenBy(help.taken_by.name)}</span>}
          </span>
        }
      >
        {helps && (help.state === "asked" || help.state === "unsolved") && <Take id={help.id} />}
      </PageHead>
      <Card title={words.question}>
        <div className={styles.stack}>
          <Facts
            facts={[
              { label: words.unit, value: help.unit.name },
              { label: words.askedBy, value: help.asked_by?.name },
              { label: words.asked, value: format.dateTime(help.asked_at) },
              { label: words.aboutLabel, value: words.about[help.about] },
            ]}
          />
          {to && (
            <div>
              <a href={to} className={buttonLook("plain", "small")}>
                <ExternalLink size={15} aria-hidden />
                {words.openPage}
              </a>
            </div>
          )}
        </div>
      </Card>
      <Card title={words.history} sub={words.historySub}>
        <Lines lines={lines} />
      </Card>
      {asks && help.state === "answered" && <Outcome id={help.id} />}
      {helps && open && <LineForm key={`answer-${help.state}`} title={words.answer} label={words.answerWords} help={help} act={useAnswerHelp} whole />}
      {asks && open && help.state !== "answered" && <LineForm key={`say-${help.state}`} title={words.say} label={words.sayWords} help={help} act={useSay} />}
    </>
  );
}

function Take({ id }: { id: number }) {
  const words = useHelpWords();
  const take = useTake(id);
  return (
    <>
      <Button icon={Hand} busy={take.isPending} onClick={() => take.mutate(undefined)}>
        {words.take}
      </Button>
      <ProblemNote error={take.error} />
    </>
  );
}

function Lines({ lines }: { lines: HelpLine[] }) {
  const words = useHelpWords();
  return (
    <ol className={styles.history}>
      {lines.map((line, index) => (
        <li key={index}>
          <time className="num" dateTime={line.at}>
            {format.dateTime(line.at)}
          </time>
          <div>
            <b>{words.events[line.event]}</b> <span className={styles.soft}>{line.who?.name}</span>
            {line.words !== "" && (
              <p>
                <OutsideText value={line.words} keepLines />
              </p>
            )}
            {(line.before !== "" || line.after !== "") && (
              <dl className={styles.sides}>
                {line.before !== "" && <Side label={words.before} value={line.before} />}
                {line.after !== "" && <Side label={words.after} value={line.after} />}
              </dl>
            )}
            <EvidenceList evidence={line.evidence} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function Side({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <OutsideText value={value} keepLines />
      </dd>
    </div>
  );
}
