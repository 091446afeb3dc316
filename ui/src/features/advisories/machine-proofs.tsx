import { Link } from "@tanstack/react-router";
import { RotateCw } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { ListFoot } from "@/components/list-foot";
import { OutsideText } from "@/components/outside-text";
import { Tabs } from "@/components/tabs";
import { PATCH_STATES, type AdvisoryDetail, type AdvisoryMachine, type PatchCounts, type PatchState } from "@/lib/api-types";
import { shortHash } from "@/lib/evidence";
import * as format from "@/lib/format";

import styles from "./advisories.module.css";
import { PatchStateTag } from "./advisory-tags";
import { concerned } from "./advisory-state";
import { DecisionDialog } from "./decision-dialog";
import { useAdvisoryMachines } from "./use-advisories";
import { useAdvisoryWords } from "./words";

interface MachineProofsProps {
  detail: AdvisoryDetail;
  unit?: number;
  state?: PatchState;
  onState: (state: PatchState | undefined) => void;
}

/** Each machine with its state and what proves it. */
export function MachineProofs({ detail, unit, state, onState }: MachineProofsProps) {
  const words = useAdvisoryWords();
  const query = useAdvisoryMachines(detail.advisory.id, unit, state);
  const [deciding, setDeciding] = useState<AdvisoryMachine | null>(null);
  const machines = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const total = query.data?.pages[0]?.total ?? 0;
  return (
    <Card flush title={words.machines}>
      <div className={styles.tabs}>
        <StateTabs counts={query.data?.pages[0]?.counts ?? detail.advisory.counts} state={state} onState={onState} />
      </div>
      <AsyncView query={query} isEmpty={() => machines.length === 0} empty={() => <p className={styles.none}>{words.machinesNone}</p>}>
        {() => (
          <div className={classNames(table.wrap, table.inCard)}>
            <MachineTable machines={machines} onDecide={detail.may.includes("decide") ? setDeciding : undefined} />
            <ListFoot shown={machines.length} total={total} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
          </div>
        )}
      </AsyncView>
      {deciding && <DecisionDialog detail={detail} machine={deciding.machine} onClose={() => setDeciding(null)} />}
    </Card>
  );
}

function StateTabs({ counts, state, onState }: { counts: PatchCounts } & Pick<MachineProofsProps, "state" | "onState">) {
  const words = useAdvisoryWords();
  const listed = PATCH_STATES.filter((one) => one !== "not_affected");
  return (
    <Tabs<PatchState | "all">
      label={words.state}
      value={state ?? "all"}
      onChange={(next) => onState(next === "all" ? undefined : next)}
      tabs={[
        { value: "all", label: words.views.all, count: format.number(concerned(counts)) },
        ...listed.map((value) => ({ value, label: words.states[value], count: format.number(counts[value]) })),
      ]}
    />
  );
}

function MachineTable({ machines, onDecide }: { machines: AdvisoryMachine[]; onDecide?: (machine: AdvisoryMachine) => void }) {
  const words = useAdvisoryWords();
  return (
    <table className={classNames(table.table, styles.proofs)} aria-label={words.machinesList}>
      <thead>
        <tr>
          <th scope="col">{words.machine}</th>
          <th scope="col">{words.state}</th>
          <th scope="col">{words.installed}</th>
          <th scope="col">{words.proof}</th>
          {onDecide && (
            <th scope="col">
              <span className="visually-hidden">{words.act}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {machines.map((one) => (
          <MachineRow key={one.machine.id} one={one} onDecide={onDecide} />
        ))}
      </tbody>
    </table>
  );
}

function MachineRow({ one, onDecide }: { one: AdvisoryMachine; onDecide?: (machine: AdvisoryMachine) => void }) {
  const words = useAdvisoryWords();
  const { machine, decision } = one;
  return (
    <tr>
      <th scope="row" className={table.name}>
        <span className={styles.two}>
          <Link to="/may-tinh/$machineId" params={{ machineId: String(machine.id) }} search={(old) => ({ unit: old.unit })} className="link">
            <OutsideText value={machine.name} />
          </Link>
          <small>
            {one.unit.name}
            {(one.device !== null || one.site !== null) && ` · ${one.site === null ? words.deviceWithoutAgent : words.siteWithoutAgent}`}
          </small>
        </span>
      </th>
      <td data-label={words.state}>
        <span className={styles.two}>
          <PatchStateTag state={one.state} bare />
          <small>{decision ? words.until(format.date(decision.until)) : one.since && words.sinceWhen(format.date(one.since))}</small>
        </span>
      </td>
      <td data-label={words.installed}>
        <Installed one={one} />
      </td>
      <td data-label={words.proof}>
        <Proof one={one} />
      </td>
      {onDecide && (
        <td className={table.end}>
          {(one.state === "open" || one.state === "unknown") && (
            <Button size="small" kind="ghost" onClick={() => onDecide(one)}>
              {words.act}
              <span className="visually-hidden"> {machine.name}</span>
            </Button>
          )}
        </td>
      )}
    </tr>
  );
}

function Installed({ one }: { one: AdvisoryMachine }) {
  const words = useAdvisoryWords();
  return (
    <span className={styles.installed}>
      {one.packages.length === 0 && "–"}
      {one.packages.slice(0, 4).map((item) => (
        <span key={item.package} className="mono">
          <OutsideText value={item.name} /> {item.version === "" ? <em>{words.versionUnknown}</em> : <OutsideText value={item.version} />}
          {item.fixed !== "" && one.state !== "patched" && (
            <small>
              {" "}
              → <OutsideText value={item.fixed} />
            </small>
          )}
        </span>
      ))}
      {one.packages.length > 4 && <small>{words.commandMore(one.packages.length - 4)}</small>}
      {one.reboot_needed && (
        <span className={styles.reboot}>
          <RotateCw size={14} aria-hidden />
          <span>
            {words.waitsReboot}, <OutsideText value={words.waitsRebootSub(one.kernel_running)} />
          </span>
        </span>
      )}
    </span>
  );
}

/** The inventory that shows the state, with the hash of the event it came in; the finding holds the whole chain. */
function Proof({ one }: { one: AdvisoryMachine }) {
  const words = useAdvisoryWords();
  if (!one.proof && !one.inventory_at) return <span className={styles.soft}>{words.proofNone}</span>;
  return (
    <span className={styles.two}>
      <span>{words.proofOf(format.dateTime(one.proof?.observed_at ?? one.inventory_at ?? ""))}</span>
      <small>
        {one.finding !== null && (
          <Link to="/phat-hien" search={(old) => ({ unit: old.unit, view: "all" as const, id: one.finding ?? undefined })} className="link">
            {words.proofFinding}
            <span className="visually-hidden"> {one.machine.name}</span>
          </Link>
        )}
        {one.proof && <span title={one.proof.event_sha256}> {words.proofHash(shortHash(one.proof.event_sha256))}</span>}
      </small>
    </span>
  );
}
