import { Link } from "@tanstack/react-router";
import { Check, CheckCheck, Circle, CircleDot, Columns2, CornerDownRight, Pencil, ShieldAlert } from "lucide-react";
import { useState } from "react";

import { AskHelp } from "@/components/ask-help";
import { ProblemNote } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { Confirm } from "@/components/confirm";
import { Meter } from "@/components/meter";
import { OutsideText } from "@/components/outside-text";
import { Facts, Section, Steps } from "@/components/section";
import type { SiteCase, SiteCaseDetail } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { useNow } from "@/lib/now";
import { useMay } from "@/lib/queries";

import styles from "./case-card.module.css";
import { CauseDialog, LegitimateDialog } from "./case-dialogs";
import { RecurrenceTag } from "./site-tags";
import { CASE_STEPS, WATCHED_DAYS, lasted, stepOf, watchedDay } from "./site-state";
import { useDecideCase } from "./use-sites";
import { useSiteWords } from "./words";

interface CaseCardProps {
  detail: SiteCaseDetail;
  /** The site's current case, where this one is older. */
  newest?: number;
}

/** Where the case stands, what to do now, and the acts that fit. */
export function CaseCard({ detail, newest }: CaseCardProps) {
  const words = useSiteWords();
  const hubText = useHubText();
  const { case: one, what_to_do: steps } = detail;
  const older = newest !== undefined && newest !== one.id;
  const title = one.state === "open" && one.confirmed_by ? words.nowCase.confirmed : words.nowCase[one.state];
  return (
    <Card
      title={older ? words.caseOf(format.date(one.opened_at)) : title}
      sub={older ? title : undefined}
      aside={
        <span className={styles.aside}>
          {older && <RecurrenceTag count={one.recurrences} />}
          {older && (
            <Link to="/website/$siteId" params={{ siteId: String(one.site.id) }} search={(old) => ({ unit: old.unit })} className="link">
              {words.toNewest}
            </Link>
          )}
        </span>
      }
    >
      <div className={styles.body}>
        <CaseSteps one={one} />
        <div className={styles.halves}>
          <div className={styles.body}>
            {steps.length > 0 && (
              <Section title={words.whatToDo}>
                <Steps steps={steps.map(hubText)} />
              </Section>
            )}
            {one.state !== "closed" && one.state !== "legitimate" && <AskHelp about="site_case" id={one.id} page={`/website/vu-viec/${one.id}`} unit={one.unit.id} />}
            <CaseActions one={one} evidence={detail.pages.find(({ evidence }) => evidence !== null)?.evidence ?? null} />
          </div>
          <CaseFacts one={one} />
        </div>
      </div>
    </Card>
  );
}

function CaseSteps({ one }: { one: SiteCase }) {
  const words = useSiteWords();
  const step = stepOf(one);
  if (step === null) return null;
  const current = CASE_STEPS.indexOf(step);
  const over = one.state === "closed";
  return (
    <ol className={styles.steps} aria-label={words.steps.label}>
      {CASE_STEPS.map((name, index) => {
        const state = index < current || over ? "past" : index === current ? "now" : "ahead";
        const Icon = state === "past" ? Check : state === "now" ? CircleDot : Circle;
        return (
          <li key={name} data-state={state} aria-current={state === "now" ? "step" : undefined}>
            <Icon size={16} aria-hidden />
            <span>{words.steps[name]}</span>
            {state !== "ahead" && <span className="visually-hidden">, {state === "past" ? words.stepDone : words.stepNow}</span>}
          </li>
        );
      })}
    </ol>
  );
}

function CaseFacts({ one }: { one: SiteCase }) {
  const words = useSiteWords();
  const now = useNow();
  const alive = one.state !== "closed" && one.state !== "legitimate";
  const open = lasted(one.opened_at, now);
  const day = one.state === "watching" && one.watched_until ? watchedDay(one.watched_until, now) : null;
  return (
    <Section title={words.caseTitle}>
      {day !== null && (
        <div className={styles.watch}>
          <span>{words.watchDay(format.number(day))}</span>
          <Meter value={day} max={WATCHED_DAYS} tone="ok" />
        </div>
      )}
      <Facts
        facts={[
          { label: words.caseOpened, value: format.dateTime(one.opened_at) },
          ...(alive ? [{ label: words.caseOpenFor, value: words.caseLasts(open.days, open.hours) }] : []),
          { label: words.caseEntered, value: format.dateTime(one.entered_at) },
          ...(one.watched_until ? [{ label: words.caseUntil, value: format.date(one.watched_until) }] : []),
          { label: words.caseConfirmedBy, value: one.confirmed_by?.name },
          ...(alive ? [{ label: words.caseOpenPages, value: format.number(one.open_findings) }] : []),
          { label: words.caseCause, value: <Cause one={one} />, wide: true },
        ]}
      />
    </Section>
  );
}

function Cause({ one }: { one: SiteCase }) {
  const words = useSiteWords();
  if (!one.cause) return words.causeNone;
  return (
    <>
      {words.causes[one.cause]}
      {one.cause_text !== "" && (
        <>
          {". "}
          <OutsideText value={one.cause_text} />
        </>
      )}
    </>
  );
}

type Asking = "removed" | "cause" | "legitimate" | null;

/** One act is the next one; the others stay beside it. */
function CaseActions({ one, evidence }: { one: SiteCase; evidence: number | null }) {
  const words = useSiteWords();
  const mayAct = useMay("province_admin", "soc_operator", "unit_officer");
  const decide = useDecideCase(one.id);
  const [asking, setAsking] = useState<Asking>(null);
  const { state } = one;
  const proof = evidence !== null && (
    <Link
      to="/website/$siteId/bang-chung/$evidenceId"
      params={{ siteId: String(one.site.id), evidenceId: String(evidence) }}
      className={buttonLook()}
    >
      <Columns2 size={16} aria-hidden />
      {words.pageCompare}
    </Link>
  );
  if (!mayAct || state === "legitimate") return proof ? <div className={styles.actions}>{proof}</div> : null;
  const unconfirmed = state === "open" && !one.confirmed_by;
  return (
    <div className={styles.actions}>
      {unconfirmed && (
        <Button kind="primary" icon={ShieldAlert} busy={decide.isPending} onClick={() => decide.mutate({ event: "confirmed" })}>
          {words.confirm}
        </Button>
      )}
      {state === "open" && (
        <Button kind={unconfirmed ? "plain" : "primary"} icon={CheckCheck} onClick={() => setAsking("removed")}>
          {words.removed}
        </Button>
      )}
      {state === "cause_wanted" && (
        <Button kind="primary" icon={CornerDownRight} onClick={() => setAsking("cause")}>
          {words.nameCause}
        </Button>
      )}
      {proof}
      {(state === "rescanning" || state === "watching" || state === "closed") && (
        <Button icon={Pencil} onClick={() => setAsking("cause")}>
          {words.changeCause}
        </Button>
      )}
      {state !== "closed" && <Button onClick={() => setAsking("legitimate")}>{words.legitimate}</Button>}
      <ProblemNote error={asking ? null : decide.error} />
      <Confirm
        open={asking === "removed"}
        title={words.removedTitle}
        effect={words.removedEffect}
        action={words.removed}
        busy={decide.isPending}
        error={decide.error}
        onConfirm={() => decide.mutate({ event: "removed" }, { onSuccess: () => setAsking(null) })}
        onClose={() => setAsking(null)}
      />
      {asking === "cause" && <CauseDialog one={one} onClose={() => setAsking(null)} />}
      {asking === "legitimate" && <LegitimateDialog id={one.id} onClose={() => setAsking(null)} />}
    </div>
  );
}
