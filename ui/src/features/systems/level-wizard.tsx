import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft, TriangleAlert } from "lucide-react";
import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { RadioField } from "@/components/choice-field";
import { DateField } from "@/components/date-field";
import { SelectField, TextField } from "@/components/field";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { LevelProposal, LevelRule, System } from "@/lib/api-types";
import { today } from "@/lib/days";
import { typed } from "@/lib/fold";
import { useHubText, useWords } from "@/lib/i18n";

import { LevelBadge } from "./level-badge";
import styles from "./level-wizard.module.css";
import { answersOf, ruleInForce, type Answers } from "./level-answers";
import { systemQuery, useLevelRules, useProposal, useSetLevel } from "./use-systems";
import { useSystemWords } from "./words";

/** Asks, proposes a level and cites the article; the decision stays with a person. */
export function LevelWizard({ id }: { id: number }) {
  const words = useSystemWords();
  const system = useQuery(systemQuery(id));
  const rules = useLevelRules();
  return (
    <div className={page.page}>
      <Link to="/he-thong/$systemId" params={{ systemId: String(id) }} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {system.data?.system.name ?? words.title}
      </Link>
      <AsyncView query={system}>
        {(detail) => (
          <AsyncView query={rules}>{({ items }) => <WizardReady system={detail.system} rules={items} />}</AsyncView>
        )}
      </AsyncView>
    </div>
  );
}

function WizardReady({ system, rules }: { system: System; rules: LevelRule[] }) {
  const words = useSystemWords();
  const hubText = useHubText();
  const [ruleId, setRuleId] = useState(() => ruleInForce(rules, today())?.id ?? rules[0]?.id ?? "");
  const [answers, setAnswers] = useState<Answers>({});
  const rule = rules.find(({ id }) => id === ruleId);
  const proposal = useProposal(ruleId, rule ? answersOf(rule, answers) : []);
  if (!rule) return null;
  return (
    <>
      <PageHead title={words.wizardTitle(system.name)} sub={words.wizardSub} />
      <div className={styles.columns}>
        <div className={page.column}>
          <Card title={words.questions}>
            <div className={styles.questions}>
              <SelectField
                label={words.rule}
                value={ruleId}
                choices={rules.map((one) => ({
                  value: one.id,
                  label: `${hubText(one.title)}${one.id === ruleInForce(rules, today())?.id ? ` (${words.inForce})` : ""}`,
                }))}
                onChange={(next) => {
                  setRuleId(next);
                  setAnswers({});
                }}
              />
              {rule.caution && (
                <p className={page.warning}>
                  <TriangleAlert size={18} aria-hidden />
                  <span>{hubText(rule.caution)}</span>
                </p>
              )}
              {rule.questions.map((question) => (
                <Question
                  key={question.id}
                  question={question}
                  value={answers[question.id] ?? ""}
                  onChange={(value) => setAnswers((old) => ({ ...old, [question.id]: value }))}
                />
              ))}
            </div>
          </Card>
        </div>
        <div className={styles.side}>
          <Card title={words.proposal}>
            <AsyncView query={proposal}>{(found) => <ProposalView proposal={found} />}</AsyncView>
          </Card>
          <LevelForm key={proposal.data?.level ?? 0} system={system} rule={ruleId} proposed={proposal.data?.level ?? null} />
        </div>
      </div>
    </>
  );
}

function Question({ question, value, onChange }: { question: LevelRule["questions"][number]; value: string; onChange: (value: string) => void }) {
  const words = useSystemWords();
  const hubText = useHubText();
  if (question.kind === "integer") {
    return (
      <div className={styles.number}>
        <TextField label={hubText(question.text)} value={value} onChange={(next) => onChange(next.replace(/\D/g, "").slice(0, 12))} maxLength={12} />
      </div>
    );
  }
  return (
    <RadioField
      label={hubText(question.text)}
      value={value}
      onChange={onChange}
      choices={[
        { value: "true", label: words.yes },
        { value: "false", label: words.no },
      ]}
      row
    />
  );
}

function ProposalView({ proposal }: { proposal: LevelProposal }) {
  const words = useSystemWords();
  const hubText = useHubText();
  return (
    <div className={styles.proposal} aria-live="polite">
      {proposal.level === null ? <p>{words.noProposal}</p> : <LevelBadge level={proposal.level} large />}
      {proposal.open.length > 0 && <p className={styles.open}>{words.openQuestions(proposal.open.length)}</p>}
      {proposal.reasons.length > 0 && (
        <>
          <h3>{words.because}</h3>
          <ul>
            {proposal.reasons.map((reason) => (
              <li key={`${reason.article}-${reason.level}`}>
                <b>
                  {reason.article} · {words.level(reason.level)}
                </b>
                <p>{hubText(reason.text)}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function LevelForm({ system, rule, proposed }: { system: System; rule: string; proposed: number | null }) {
  const words = useSystemWords();
  const { app } = useWords();
  const navigate = useNavigate();
  const save = useSetLevel(system.id);
  const [level, setLevel] = useState(proposed === null ? "" : String(proposed));
  const [from, setFrom] = useState(today());
  const [decision, setDecision] = useState("");
  const other = proposed !== null && level !== "" && Number(level) !== proposed;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    save.mutate(
      { level: Number(level), level_rule: rule, level_from: from, level_decision: typed(decision) },
      { onSuccess: () => void navigate({ to: "/he-thong/$systemId", params: { systemId: String(system.id) } }) },
    );
  }

  return (
    <Card title={words.decide}>
      <form className={page.form} onSubmit={onSubmit}>
        <SelectField
          label={words.levelLong}
          value={level}
          choices={[{ value: "", label: app.choose }, ...[1, 2, 3, 4, 5].map((value) => ({ value: String(value), label: words.level(value) }))]}
          onChange={setLevel}
          hint={other ? words.differs(proposed) : undefined}
          required
        />
        <DateField label={words.levelFrom} value={from} onChange={setFrom} required />
        <TextField label={words.decision} value={decision} onChange={setDecision} maxLength={200} optional={!other} required={other} />
        <ProblemNote error={save.error} />
        <div>
          <Button kind="primary" submit busy={save.isPending} disabled={level === ""}>
            {words.saveLevel}
          </Button>
        </div>
      </form>
    </Card>
  );
}
