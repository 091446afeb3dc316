import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, Download, Printer, Scale, Search } from "lucide-react";
import { useMemo, useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { Meter } from "@/components/meter";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Tabs } from "@/components/tabs";
import type { LevelPlan, Text } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText, useLanguage, useWords } from "@/lib/i18n";

import styles from "./level-plan.module.css";
import { PLAN_STATES, PlanTag, type PlanState, type Requirement } from "./plan-state";
import { RequirementPanel } from "./requirement-panel";
import { planQuery, systemQuery } from "./use-systems";
import { useSystemWords } from "./words";

interface LevelPlanPageProps {
  id: number;
  /** The requirement that is open beside the list. */
  open: string | undefined;
  onOpen: (requirement: string | undefined) => void;
}

/** Each requirement of the level against what meets it; what is missing first to be seen. */
export function LevelPlanPage({ id, open, onOpen }: LevelPlanPageProps) {
  const words = useSystemWords();
  const system = useQuery(systemQuery(id)).data?.system;
  const unset = system?.level === null;
  const query = useQuery({ ...planQuery(id), enabled: system !== undefined && !unset });
  return (
    <div className={styles.page} data-open={open !== undefined || undefined}>
      <Link to="/he-thong/$systemId" params={{ systemId: String(id) }} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {system?.name ?? words.title}
      </Link>
      {unset ? (
        <NoLevel id={id} name={system.name} />
      ) : (
        <AsyncView query={query}>
          {(plan) => <PlanReady plan={plan} name={system?.name ?? ""} unit={system?.unit.id} open={open} onOpen={onOpen} />}
        </AsyncView>
      )}
    </div>
  );
}

function NoLevel({ id, name }: { id: number; name: string }) {
  const words = useSystemWords();
  return (
    <>
      <PageHead title={words.planTitle(name)} />
      <EmptyState
        icon={Scale}
        title={words.planNeedsLevel}
        action={
          <Link to="/he-thong/$systemId/cap-do" params={{ systemId: String(id) }} className={buttonLook("primary")}>
            {words.wizard}
          </Link>
        }
      />
    </>
  );
}

interface PlanReadyProps {
  plan: LevelPlan;
  name: string;
  unit: number | undefined;
  open: string | undefined;
  onOpen: (requirement: string | undefined) => void;
}

function PlanReady({ plan, name, unit, open, onOpen }: PlanReadyProps) {
  const words = useSystemWords();
  const hubText = useHubText();
  const language = useLanguage();
  const { app } = useWords();
  const [filter, setFilter] = useState<PlanState | "all">("all");
  const total = plan.requirements.length;
  const groups = useMemo(() => groupRequirements(plan, filter), [plan, filter]);
  // A heading is worth a row only where several requirements stand under it.
  const headed = new Set(plan.requirements.map(({ group }) => group.vi)).size * 2 <= total;
  return (
    <>
      <PageHead title={words.planTitle(name)} sub={`${words.level(plan.level)} · ${words.planSub(hubText(plan.rule_title))}`}>
        <a href={`/api/v1/systems/${plan.system}/plan/dossier?format=csv&language=${language}`} download className={buttonLook()}>
          <Download size={16} aria-hidden />
          {words.dossierFile}
        </a>
        <Button icon={Printer} onClick={() => window.print()}>
          {words.print}
        </Button>
      </PageHead>
      <div className={styles.summary}>
        <b className="num">{format.percent(plan.met, total)}</b>
        <span>{words.share(format.number(plan.met), format.number(total))}</span>
        <Meter value={plan.met} max={total} tone="ok" />
      </div>
      <Tabs
        label={words.planStates}
        value={filter}
        onChange={setFilter}
        tabs={[
          { value: "all", label: words.planAll, count: format.number(total) },
          ...PLAN_STATES.map((state) => ({ value: state, label: words.planState[state], count: format.number(plan[state]) })),
        ]}
      />
      {groups.length === 0 ? (
        <EmptyState icon={Search} title={app.emptyFiltered} />
      ) : (
        <div className={table.wrap}>
          <table className={table.table} aria-label={words.planList}>
            <thead>
              <tr>
                <th scope="col">{words.clause}</th>
                <th scope="col">{words.requirement}</th>
                <th scope="col">{words.state}</th>
                <th scope="col">{words.proof}</th>
              </tr>
            </thead>
            {groups.map(({ group, requirements }) => (
              <tbody key={group.vi}>
                {headed && (
                  <tr className={styles.group}>
                    <th scope="rowgroup" colSpan={4}>
                      {hubText(group)}
                    </th>
                  </tr>
                )}
                {requirements.map((requirement) => (
                  <RequirementRow
                    key={requirement.id}
                    requirement={requirement}
                    group={headed ? undefined : hubText(group)}
                    open={open === requirement.id}
                    onOpen={onOpen}
                  />
                ))}
              </tbody>
            ))}
          </table>
        </div>
      )}
      <RequirementPanel
        key={open}
        plan={plan}
        unit={unit}
        requirement={plan.requirements.find((one) => one.id === open)}
        onClose={() => onOpen(undefined)}
      />
    </>
  );
}

interface RequirementRowProps {
  requirement: Requirement;
  group: string | undefined;
  open: boolean;
  onOpen: (id: string) => void;
}

function RequirementRow({ requirement, group, open, onOpen }: RequirementRowProps) {
  const words = useSystemWords();
  const hubText = useHubText();
  return (
    <tr data-open={open || undefined}>
      <td className={table.soft}>
        <span className="num">{requirement.clause}</span>
      </td>
      <th scope="row">
        {group && <p className={styles.heading}>{group}</p>}
        <button type="button" className={styles.open} aria-expanded={open} onClick={() => onOpen(requirement.id)}>
          {hubText(requirement.title)}
        </button>
        {requirement.note && <p className={styles.note}>{requirement.note}</p>}
      </th>
      <td>
        <PlanTag state={requirement.state} bare />
      </td>
      <td className={table.soft} data-label={words.proof}>
        {requirement.evidence.length > 0 ? words.files(requirement.evidence.length) : "–"}
      </td>
    </tr>
  );
}

function groupRequirements(plan: LevelPlan, filter: PlanState | "all"): { group: Text; requirements: Requirement[] }[] {
  const groups: { group: Text; requirements: Requirement[] }[] = [];
  for (const requirement of plan.requirements) {
    if (filter !== "all" && requirement.state !== filter) continue;
    const last = groups.at(-1);
    if (last?.group.vi === requirement.group.vi) last.requirements.push(requirement);
    else groups.push({ group: requirement.group, requirements: [requirement] });
  }
  return groups;
}
