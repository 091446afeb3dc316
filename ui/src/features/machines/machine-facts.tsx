import { TriangleAlert } from "lucide-react";

import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import type { MachineDetail } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./machine-facts.module.css";
import { useMachineWords } from "./words";

export function MachineFacts({ detail }: { detail: MachineDetail }) {
  const words = useMachineWords();
  const { machine, kernel_running: running, kernel_installed: installed } = detail;
  return (
    <dl className={styles.facts}>
      <div>
        <dt>{words.lastSeen}</dt>
        <dd>
          <Moment at={machine.last_seen} />
        </dd>
      </div>
      <div>
        <dt>{words.agent}</dt>
        <dd className="mono">
          <OutsideText value={machine.agent_version} />
        </dd>
      </div>
      <div>
        <dt>{words.kernelRunning}</dt>
        <dd className="mono">
          <OutsideText value={running} />
        </dd>
      </div>
      <div>
        <dt>{words.kernelInstalled}</dt>
        <dd className="mono">
          <OutsideText value={installed} />
        </dd>
        {running !== installed && installed !== "" && (
          <dd className={styles.differs}>
            <TriangleAlert size={15} aria-hidden />
            {words.kernelDiffers}
          </dd>
        )}
      </div>
      <div data-wide>
        <dt>{words.addresses}</dt>
        <dd className={styles.addresses}>
          {machine.addresses.map((address) => (
            <code key={address} className="mono">
              <OutsideText value={address} />
            </code>
          ))}
        </dd>
      </div>
      <div>
        <dt>{words.enrolled}</dt>
        <dd className="num">{format.dateTime(detail.enrolled_at)}</dd>
      </div>
      <div>
        <dt>{words.certificate}</dt>
        <dd className="num">{format.dateTime(detail.certificate_expires_at)}</dd>
      </div>
    </dl>
  );
}
