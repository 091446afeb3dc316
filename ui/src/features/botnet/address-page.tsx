import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Facts } from "@/components/section";
import type { BotnetAddress, BotnetAddressDetail } from "@/lib/api-types";
import * as format from "@/lib/format";

import { AddressActs } from "./address-acts";
import { AddressConnections, AddressSightings } from "./address-evidence";
import { AddressHistory } from "./address-history";
import { AddressIncidents } from "./address-incidents";
import { AddressSteps } from "./address-steps";
import { BotnetStateTag, cameBackBefore } from "./botnet-tags";
import styles from "./botnet.module.css";
import { useBotnetAddress } from "./use-botnet";
import { useBotnetWords } from "./words";

export function AddressPage({ id }: { id: number }) {
  const words = useBotnetWords();
  const query = useBotnetAddress(id);
  return (
    <div className={page.page}>
      <Link to="/botnet" search={(old: { unit?: number }) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.back}
      </Link>
      <AsyncView query={query}>{(detail) => <Ready detail={detail} />}</AsyncView>
    </div>
  );
}

function Ready({ detail }: { detail: BotnetAddressDetail }) {
  const { address: one } = detail;
  const words = useBotnetWords();
  return (
    <>
      <PageHead
        title={one.address}
        sub={
          <span className={page.under}>
            <BotnetStateTag state={one.state} />
            <span>{one.unit ? one.unit.name : words.unknownUnit}</span>
            {cameBackBefore(one) && <span className={styles.bad}>{words.recurrences(format.number(one.recurrences))}</span>}
          </span>
        }
      >
        <AddressActs detail={detail} />
      </PageHead>
      <div className={page.columns}>
        <div className={page.column}>
          <AddressSteps detail={detail} />
          <AddressConnections detail={detail} />
        </div>
        <div className={page.column}>
          <Standing one={one} />
          <AddressIncidents detail={detail} />
          <AddressSightings detail={detail} />
          <AddressHistory detail={detail} />
        </div>
      </div>
    </>
  );
}

function Standing({ one }: { one: BotnetAddress }) {
  const words = useBotnetWords();
  return (
    <Card title={words.standing} sub={one.state === "delisted" ? undefined : words.absences(one.absences)}>
      <Facts
        facts={[
          { label: words.age, value: words.days(format.number(one.age_days)) },
          { label: words.firstListed, value: format.date(one.open_since) },
          { label: words.lastListed, value: format.date(one.last_listed) },
          { label: words.lastSeen, value: one.last_seen_at && format.dateTime(one.last_seen_at) },
          { label: words.malware, value: one.malware && <OutsideText value={one.malware} /> },
          { label: words.controller, value: one.controller && <span className="mono">{one.controller}</span> },
          { label: words.machine, value: <Machine one={one} /> },
          { label: words.source, value: <OutsideText value={one.source} /> },
          { label: words.range, value: one.range && <Range one={one} />, wide: true },
        ]}
      />
    </Card>
  );
}

function Machine({ one }: { one: BotnetAddress }) {
  const words = useBotnetWords();
  if (!one.machine) return words.machineUnknown;
  return (
    <Link to="/may-tinh/$machineId" params={{ machineId: String(one.machine.id) }} search={(old: { unit?: number }) => ({ unit: old.unit })} className="link">
      {one.machine.name}
    </Link>
  );
}

function Range({ one }: { one: BotnetAddress }) {
  return (
    <>
      <span className="mono">{one.range}</span>
      {one.purpose && (
        <>
          {" · "}
          <OutsideText value={one.purpose} />
        </>
      )}
    </>
  );
}
