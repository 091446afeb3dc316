import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ListChecks } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import { SeverityTag } from "@/components/tag";
import type { FindingGroup } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { findingGroupsQuery, type FindingFilter } from "@/lib/queries";

import styles from "./findings-page.module.css";
import { useFindingWords } from "./words";

/** What one rule found is one line, however many machines it is; the line opens to them. */
export function FindingGroups({ filter }: { filter: FindingFilter }) {
  const words = useFindingWords();
  const query = useQuery(findingGroupsQuery(filter));
  return (
    <AsyncView
      query={query}
      isEmpty={({ groups }) => !groups?.length}
      empty={() => <EmptyState icon={ListChecks} title={words.groupsNone} />}
    >
      {({ groups = [] }) => (
        <div className={classNames(table.wrap, styles.groups)}>
          <table className={table.table} aria-label={words.groups}>
            <thead>
              <tr>
                <th scope="col">{words.what}</th>
                <th scope="col">{words.severity}</th>
                <th scope="col" className={table.number}>
                  {words.assets}
                </th>
                <th scope="col" className={table.number}>
                  {words.units}
                </th>
                <th scope="col" className={table.number}>
                  {words.title}
                </th>
                <th scope="col">{words.lastSeen}</th>
              </tr>
            </thead>
            <tbody>
              {groups.map((group) => (
                <GroupRow key={`${group.judge} ${group.rule}`} group={group} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </AsyncView>
  );
}

function GroupRow({ group }: { group: FindingGroup }) {
  const words = useFindingWords();
  const hubText = useHubText();
  return (
    <tr>
      <th scope="row" className={table.name}>
        <Link to="/phat-hien" search={(old) => ({ ...old, group: undefined, id: undefined, rule: group.rule })} className="link">
          <OutsideText value={hubText(group.title)} />
        </Link>
      </th>
      <td>
        <SeverityTag severity={group.severity} bare />
      </td>
      <td className={table.number} data-label={words.assets}>
        {format.number(group.assets)}
      </td>
      <td className={table.number} data-label={words.units}>
        {format.number(group.units)}
      </td>
      <td className={table.number} data-label={words.title}>
        {format.number(group.findings)}
      </td>
      <td className={table.soft} data-label={words.lastSeen}>
        <Moment at={group.last_seen} />
      </td>
    </tr>
  );
}
