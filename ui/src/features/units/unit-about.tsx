import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/button";
import { Card } from "@/components/card";
import page from "@/components/page.module.css";
import { Facts } from "@/components/section";
import type { Unit, UnitDetail, UnitRef } from "@/lib/api-types";
import { today } from "@/lib/days";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { unitsQuery } from "@/lib/queries";

import { EndRoleDialog, RoleDialog } from "./role-dialogs";
import styles from "./unit-about.module.css";
import type { UnitTab } from "./unit-search";
import { useEstateWords } from "./words";

interface UnitAboutProps {
  detail: UnitDetail;
  mayManage: boolean;
  onTab: (tab: Exclude<UnitTab, "about">) => void;
}

export function UnitAbout({ detail, mayManage, onTab }: UnitAboutProps) {
  const words = useEstateWords();
  const { unit, accountable } = detail;
  const parent = useQuery(unitsQuery).data?.items.find(({ id }) => id === unit.parent);
  return (
    <>
      <Counts detail={detail} onTab={onTab} />
      <div className={page.columns}>
        <div className={page.column}>
          <Card title={words.facts}>
            <Facts
              facts={[
                { label: words.tree.parent, value: parent?.name ?? "" },
                { label: words.code, value: unit.code ?? "" },
                { label: words.existed, value: useLifetime(unit) },
                {
                  label: words.accountable,
                  value: accountable
                    ? `${accountable.name}, ${accountable.title} (${words.from(format.date(accountable.valid_from))})`
                    : words.accountableNone,
                  wide: true,
                },
              ]}
            />
          </Card>
          <SuccessionList detail={detail} />
        </div>
        <RoleList detail={detail} mayManage={mayManage} />
      </div>
    </>
  );
}

function useLifetime({ valid_from: from, valid_to: to }: Unit): string {
  const words = useEstateWords();
  if (from && to) return words.fromTo(format.date(from), format.date(to));
  if (from) return words.from(format.date(from));
  return to ? words.until(format.date(to)) : words.always;
}

function Counts({ detail, onTab }: { detail: UnitDetail; onTab: UnitAboutProps["onTab"] }) {
  const words = useEstateWords();
  const { counts, unit } = detail;
  return (
    <section aria-label={words.counts}>
      <ul className={styles.counts}>
        <li>
          <button type="button" onClick={() => onTab("devices")}>
            <span>{words.devices}</span>
            <b className="num">{format.number(counts.devices)}</b>
            <small>{words.protectedOf(format.number(counts.protected), format.number(counts.devices))}</small>
          </button>
        </li>
        <li>
          <Link to="/he-thong" search={{ unit: unit.id }}>
            <span>{words.systems}</span>
            <b className="num">{format.number(counts.systems)}</b>
          </Link>
        </li>
        <li>
          <button type="button" onClick={() => onTab("sites")}>
            <span>{words.sites}</span>
            <b className="num">{format.number(counts.sites)}</b>
          </button>
        </li>
        <li>
          <button type="button" onClick={() => onTab("contacts")}>
            <span>{words.contacts}</span>
            <b className="num">{format.number(counts.contacts)}</b>
          </button>
        </li>
      </ul>
    </section>
  );
}

type Role = UnitDetail["roles"][number];

function RoleList({ detail, mayManage }: { detail: UnitDetail; mayManage: boolean }) {
  const words = useEstateWords();
  const hubText = useHubText();
  const [task, setTask] = useState<"assign" | Role | null>(null);
  return (
    <Card
      title={words.roles}
      sub={words.rolesSub}
      aside={
        mayManage && (
          <Button size="small" icon={Plus} onClick={() => setTask("assign")}>
            {words.assign}
          </Button>
        )
      }
    >
      {detail.roles.length === 0 ? (
        <p className={styles.none}>{words.rolesNone}</p>
      ) : (
        <ul className={styles.list}>
          {detail.roles.map((role) => (
            <li key={role.id} data-ended={isOver(role) || undefined}>
              <div>
                <b>{hubText(role.title)}</b>
                <p className="num">
                  {role.valid_to
                    ? words.fromTo(format.date(role.valid_from), format.date(role.valid_to))
                    : words.from(format.date(role.valid_from))}
                </p>
                {role.decision && (
                  <p>
                    {words.decision}: {role.decision}
                  </p>
                )}
              </div>
              {mayManage && !isOver(role) && (
                <Button size="small" kind="ghost" onClick={() => setTask(role)}>
                  {words.end}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {task === "assign" && <RoleDialog unit={detail.unit.id} onClose={() => setTask(null)} />}
      {task !== null && task !== "assign" && <EndRoleDialog role={task} onClose={() => setTask(null)} />}
    </Card>
  );
}

const isOver = (role: Role) => role.valid_to !== null && role.valid_to < today();

function SuccessionList({ detail }: { detail: UnitDetail }) {
  const words = useEstateWords();
  const names = (units: UnitRef[]) =>
    units.map((unit, index) => (
      <span key={unit.id}>
        {index > 0 && ", "}
        <Link to="/co-quan/$unitId" params={{ unitId: String(unit.id) }} search={{}} className="link">
          {unit.name}
        </Link>
      </span>
    ));
  return (
    <Card title={words.succession}>
      {detail.succession.length === 0 ? (
        <p className={styles.none}>{words.successionNone}</p>
      ) : (
        <ol className={styles.list}>
          {detail.succession.map((change) => (
            <li key={`${change.kind}-${change.on}`}>
              <div>
                <b>
                  {words.successionKind[change.kind]}, {words.successionOn(format.date(change.on))}
                </b>
                {change.from.length > 0 && (
                  <p>
                    {words.came}: {names(change.from)}
                  </p>
                )}
                {change.into.length > 0 && (
                  <p>
                    {words.went}: {names(change.into)}
                  </p>
                )}
                {change.decision && <p>{change.decision}</p>}
              </div>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
