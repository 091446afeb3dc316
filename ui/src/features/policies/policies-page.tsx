import { Link } from "@tanstack/react-router";
import { CalendarClock, CircleCheck, CircleDashed, FilePlus2, Hourglass, SlidersHorizontal } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { buttonLook } from "@/components/button";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Tag } from "@/components/tag";
import type { PolicyCounts, PolicySummary } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useMay } from "@/lib/queries";

import { SETTINGS, type PolicyShape } from "./policy-draft";
import styles from "./policies.module.css";
import { usePolicies } from "./use-policies";
import { usePolicyWords } from "./words";

/** Which body wants what of its machines, and how many machines do it. */
export function PoliciesPage({ unit }: { unit: number | undefined }) {
  const words = usePolicyWords();
  const mayWrite = useMay("province_admin", "soc_operator");
  const query = usePolicies(unit);
  return (
    <div className={page.page}>
      <PageHead title={words.title} sub={words.sub}>
        {mayWrite && (
          <Link to="/chinh-sach/moi" className={buttonLook("primary")}>
            <FilePlus2 size={16} aria-hidden />
            {words.add}
          </Link>
        )}
      </PageHead>
      <AsyncView
        query={query}
        isEmpty={({ items }) => items.length === 0}
        empty={() => <EmptyState icon={SlidersHorizontal} title={words.none} sub={words.noneSub} />}
      >
        {({ items, counts }) => (
          <>
            <Counts counts={counts} />
            <div className={table.wrap}>
              <table className={table.table} aria-label={words.list}>
                <thead>
                  <tr>
                    <th scope="col">{words.unit}</th>
                    <th scope="col">{words.role}</th>
                    <th scope="col">{words.sets}</th>
                    <th scope="col">{words.version}</th>
                    <th scope="col">{words.state}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((policy) => (
                    <PolicyRow key={policy.id} policy={policy} />
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )}
      </AsyncView>
    </div>
  );
}

function Counts({ counts }: { counts: PolicyCounts }) {
  const words = usePolicyWords();
  return (
    <dl className={styles.counts}>
      {(["machines", "in_line", "differing", "waiting"] as const).map((name) => (
        <div key={name} data-alarm={(name === "differing" && counts[name] > 0) || undefined}>
          <dt>{words.counts[name]}</dt>
          <dd>{format.number(counts[name])}</dd>
        </div>
      ))}
    </dl>
  );
}

function PolicyRow({ policy }: { policy: PolicySummary }) {
  const words = usePolicyWords();
  const shown = policy.in_force ?? policy.ahead ?? policy.draft;
  return (
    <tr>
      <th scope="row" className={table.name}>
        <Link to="/chinh-sach/$policyId" params={{ policyId: String(policy.id) }} className="link">
          {policy.unit.name}
        </Link>
      </th>
      <td data-label={words.role}>{words.roles[policy.role]}</td>
      <td className={table.soft} data-label={words.sets}>
        {shown && namesOf(JSON.parse(shown.policy) as PolicyShape).map((name) => words.setting[name]).join(", ")}
      </td>
      <td className={table.soft} data-label={words.version}>
        {shown && (
          <span className="num">
            {shown.number}, {words.since(format.date(shown.valid_from), shown.valid_until && format.date(shown.valid_until))}
          </span>
        )}
      </td>
      <td>
        <PolicyStateTags policy={policy} />
      </td>
    </tr>
  );
}

function namesOf(policy: PolicyShape) {
  return SETTINGS.filter((setting) => policy[setting] !== undefined);
}

export function PolicyStateTags({ policy }: { policy: PolicySummary }) {
  const words = usePolicyWords().states;
  return (
    <span className={styles.tags}>
      {policy.in_force && <Tag tone="ok" icon={CircleCheck} word={words.in_force} />}
      {policy.ahead && <Tag tone="low" icon={CalendarClock} word={words.ahead} />}
      {policy.draft && <Tag tone="med" icon={Hourglass} word={words.draft} />}
      {!policy.in_force && !policy.ahead && !policy.draft && <Tag tone="mute" icon={CircleDashed} word={words.none} />}
    </span>
  );
}
