import { Link } from "@tanstack/react-router";

import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import type { ContentFailure, ContentReleaseList, UnitRef } from "@/lib/api-types";
import * as format from "@/lib/format";

import { useContentWords } from "./words";

/** Where the release failed, newest first, in the machines' own words. */
export function FailedMachines({ failures }: { failures: ContentFailure[] }) {
  const words = useContentWords();
  return (
    <Card title={words.failures} flush>
      <div className={classNames(table.wrap, table.inCard)}>
        <table className={table.table} aria-label={words.failures}>
          <thead>
            <tr>
              <th scope="col">{words.machine}</th>
              <th scope="col">{words.unit}</th>
              <th scope="col">{words.why}</th>
              <th scope="col" className={table.number}>
                {words.failureCount}
              </th>
              <th scope="col">{words.at}</th>
            </tr>
          </thead>
          <tbody>
            {failures.map((failure) => (
              <tr key={failure.machine.id}>
                <MachineCell machine={failure.machine} />
                <td data-label={words.unit}>{failure.unit.name}</td>
                <td className={table.soft} data-label={words.why}>
                  <span>
                    {words.failureReason[failure.reason]}
                    {failure.detail && (
                      <>
                        : <OutsideText value={failure.detail} />
                      </>
                    )}
                  </span>
                </td>
                <td className={table.number} data-label={words.failureCount}>
                  {format.number(failure.failures)}
                </td>
                <td className={table.soft} data-label={words.at}>
                  <Moment at={failure.at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

export function SafeMachines({ machines }: { machines: ContentReleaseList["safe_machines"] }) {
  const words = useContentWords();
  return (
    <Card title={words.safe} sub={words.safeNote} flush>
      <div className={classNames(table.wrap, table.inCard)}>
        <table className={table.table} aria-label={words.safe}>
          <thead>
            <tr>
              <th scope="col">{words.machine}</th>
              <th scope="col">{words.unit}</th>
              <th scope="col">{words.at}</th>
            </tr>
          </thead>
          <tbody>
            {machines.map(({ machine, unit, at }) => (
              <tr key={machine.id}>
                <MachineCell machine={machine} />
                <td data-label={words.unit}>{unit.name}</td>
                <td className={table.soft} data-label={words.at}>
                  <Moment at={at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function MachineCell({ machine }: { machine: UnitRef }) {
  return (
    <th scope="row" className={table.name}>
      <Link to="/may-tinh/$machineId" params={{ machineId: String(machine.id) }} className="link">
        <OutsideText value={machine.name} />
      </Link>
    </th>
  );
}
