import { Link } from "@tanstack/react-router";
import { MonitorCheck } from "lucide-react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { OutsideText } from "@/components/outside-text";
import type { BotnetAddressDetail, BotnetConnection, BotnetSighting } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./botnet.module.css";
import { useMoveAddress } from "./use-botnet";
import { useBotnetWords } from "./words";

/** Who inside spoke to whom, as uploaded logs say. */
export function AddressConnections({ detail }: { detail: BotnetAddressDetail }) {
  const words = useBotnetWords();
  const move = useMoveAddress(detail.address.id);
  const mayName = detail.may.includes("host");
  return (
    <Card flush title={words.connections} sub={detail.connections.length > 0 ? words.connectionsSub : undefined}>
      {detail.connections.length === 0 ? (
        <p className={styles.none}>{words.connectionsNone}</p>
      ) : (
        <div className={classNames(table.wrap, table.inCard)}>
          <table className={table.table} aria-label={words.connections}>
            <thead>
              <tr>
                <th scope="col">{words.inside}</th>
                <th scope="col">{words.outside}</th>
                <th scope="col">{words.when}</th>
                <th scope="col" className={table.number}>
                  {words.times}
                </th>
              </tr>
            </thead>
            <tbody>
              {detail.connections.map((one, index) => (
                <ConnectionRow
                  key={index}
                  one={one}
                  busy={move.isPending}
                  onName={mayName && one.machine && one.machine.id !== detail.address.machine?.id ? () => move.mutate({ event: "host", machine: one.machine?.id }) : undefined}
                />
              ))}
            </tbody>
          </table>
          <ProblemNote error={move.error} />
        </div>
      )}
    </Card>
  );
}

function ConnectionRow({ one, busy, onName }: { one: BotnetConnection; busy: boolean; onName?: () => void }) {
  const words = useBotnetWords();
  return (
    <tr>
      <th scope="row" className={table.name}>
        <span className={styles.two}>
          <span className="mono">{one.inside}</span>
          <small>
            {one.machine ? (
              <Link to="/may-tinh/$machineId" params={{ machineId: String(one.machine.id) }} search={(old: { unit?: number }) => ({ unit: old.unit })} className="link">
                {one.machine.name}
              </Link>
            ) : one.machines > 1 ? (
              words.machinesMany(format.number(one.machines))
            ) : (
              words.machineNone
            )}
          </small>
          {onName && (
            <span>
              <Button size="small" icon={MonitorCheck} busy={busy} onClick={onName}>
                {words.thisMachine}
              </Button>
            </span>
          )}
        </span>
      </th>
      <td data-label={words.outside}>
        <span className={styles.two}>
          <span>
            <span className="mono">{one.outside}</span>
            {one.port !== null && `, ${words.port} ${one.port}`}
          </span>
          <small>{words.matched[one.matched]}</small>
        </span>
      </td>
      <td data-label={words.when} className="num">
        {one.first_at === one.last_at ? format.dateTime(one.first_at) : `${format.dateTime(one.first_at)} – ${format.dateTime(one.last_at)}`}
      </td>
      <td data-label={words.times} className={table.number}>
        {format.number(one.times)}
      </td>
    </tr>
  );
}

/** Row by row what lists say of the address. */
export function AddressSightings({ detail }: { detail: BotnetAddressDetail }) {
  const words = useBotnetWords();
  return (
    <Card title={words.sightings}>
      {detail.sightings.length === 0 ? (
        <p className={styles.soft}>{words.sightingsNone}</p>
      ) : (
        <ul className={styles.rows}>
          {detail.sightings.map((one, index) => (
            <Sighting key={index} one={one} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Sighting({ one }: { one: BotnetSighting }) {
  const words = useBotnetWords();
  return (
    <li>
      <b className="num">{one.seen_at ? format.dateTime(one.seen_at) : format.date(one.listed_on)}</b>
      <span>
        <OutsideText value={[one.malware, one.port === null ? "" : `${words.port} ${one.port}`, one.origin].filter(Boolean).join(" · ") || "–"} />
        {one.controller && (
          <>
            {" → "}
            <span className="mono">{one.controller}</span>
            {one.controller_port !== null && `, ${words.port} ${one.controller_port}`}
          </>
        )}
      </span>
      <small className="num">
        {words.listedOn} {format.date(one.listed_on)}
      </small>
    </li>
  );
}
