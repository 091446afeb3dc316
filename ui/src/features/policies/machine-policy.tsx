import { Link } from "@tanstack/react-router";
import { CircleCheck, Hourglass, TriangleAlert } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import page from "@/components/page.module.css";
import { Tag } from "@/components/tag";
import type { MachinePolicy } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./policies.module.css";
import { LockMark } from "./policy-page";
import { SettingValue } from "./setting-value";
import { useMachinePolicy } from "./use-policies";
import { usePolicyWords } from "./words";

/** What a machine is to do, whose word it is, and where it does otherwise. */
export function MachinePolicyCard({ id }: { id: number }) {
  const words = usePolicyWords().ofMachine;
  const query = useMachinePolicy(id);
  return (
    <Card title={words.title}>
      <AsyncView query={query}>{(policy) => <Ready policy={policy} />}</AsyncView>
    </Card>
  );
}

function Ready({ policy }: { policy: MachinePolicy }) {
  const words = usePolicyWords().ofMachine;
  const hubText = useHubText();
  const { desired, seen, drift } = policy;
  if (!desired) return <p className={styles.soft}>{words.none}</p>;
  const has = seen?.version ?? 0;
  return (
    <div className={page.column}>
      {drift.length > 0 ? (
        <div className={page.warning} role="status">
          <TriangleAlert size={16} aria-hidden />
          <ul aria-label={words.drift}>
            {drift.map((one) => (
              <li key={one.vi}>{hubText(one)}</li>
            ))}
          </ul>
        </div>
      ) : has < desired.version ? (
        <Tag tone="med" icon={Hourglass} word={words.waiting} bare />
      ) : (
        <Tag tone="ok" icon={CircleCheck} word={words.inLine} bare />
      )}
      <dl className={styles.settings}>
        <div>
          <dt>{words.asked}</dt>
          <dd className="num">
            {desired.version}, {format.dateTime(desired.since)}
          </dd>
        </div>
        <div>
          <dt>{words.has}</dt>
          <dd className="num">{seen ? `${has}, ${format.dateTime(seen.received_at)}` : words.never}</dd>
        </div>
        {seen?.expires_at && (
          <div>
            <dt>{words.expires}</dt>
            <dd className="num">{seen.state === "expired" ? words.expired : format.dateTime(seen.expires_at)}</dd>
          </div>
        )}
      </dl>
      <Settings settings={policy.settings} />
    </div>
  );
}

function Settings({ settings }: { settings: MachinePolicy["settings"] }) {
  const words = usePolicyWords();
  return (
    <details>
      <summary>{words.ofMachine.settings}</summary>
      <dl className={styles.settings}>
        {settings.map(({ setting, value, origin }) => (
          <div key={setting}>
            <dt>{words.setting[setting]}</dt>
            <dd>
              <SettingValue setting={setting} value={value} />
              {origin && (
                <small>
                  {origin.unit && origin.policy !== null ? (
                    <Link to="/chinh-sach/$policyId" params={{ policyId: String(origin.policy) }} className="link">
                      {origin.unit.name}, {words.roles[origin.role]}
                    </Link>
                  ) : (
                    words.fromAbove
                  )}
                </small>
              )}
              {origin?.locked && <LockMark />}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
