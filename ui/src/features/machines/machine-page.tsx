import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";

import { AskHelp } from "@/components/ask-help";
import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import { PageHead } from "@/components/page-head";
import { HealthTag } from "@/components/tag";
import type { MachineDetail } from "@/lib/api-types";
import { useHubText } from "@/lib/i18n";

import { MachineActions } from "./machine-actions";
import { MachineChecks } from "./machine-checks";
import { MachineFacts } from "./machine-facts";
import { MachineFindings } from "./machine-findings";
import styles from "./machine-page.module.css";
import { MediaList } from "./media-list";
import { OnAccessLine } from "./on-access";
import { ProtectionList } from "./protection-list";
import { ProtectionState } from "./protection-state";
import { ScanProgress } from "./scan-progress";
import { useMachine } from "./use-machines";
import { useMachineWords } from "./words";

interface MachinePageProps {
  id: number;
  /** What another feature shows of the machine. */
  policy?: ReactNode;
  software?: ReactNode;
}

export function MachinePage({ id, policy, software }: MachinePageProps) {
  const words = useMachineWords();
  const query = useMachine(id);
  return (
    <div className={styles.page}>
      <Link to="/may-tinh" className={styles.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <AsyncView query={query}>{(detail) => <MachineReady detail={detail} policy={policy} software={software} />}</AsyncView>
    </div>
  );
}

/** A device without an agent, or a site: its software and what was found in it, and nothing that an agent tells. */
function StandInReady({ detail, software }: { detail: MachineDetail; software: ReactNode }) {
  const words = useMachineWords();
  const { machine } = detail;
  return (
    <>
      <PageHead
        title={
          <span className={styles.name}>
            <OutsideText value={machine.name} />
          </span>
        }
        sub={machine.unit.name}
      />
      <p className={styles.soft} role="status">
        <b>{words.withoutAgent}.</b> {detail.site === null ? words.withoutAgentSub : words.siteWithoutAgentSub}
      </p>
      {software}
      <MachineFindings machine={machine} looked />
    </>
  );
}

function MachineReady({ detail, policy, software }: { detail: MachineDetail; policy: ReactNode; software: ReactNode }) {
  const words = useMachineWords();
  const hubText = useHubText();
  const { machine, health_reasons: reasons } = detail;
  if (detail.device !== null || detail.site !== null) return <StandInReady detail={detail} software={software} />;
  return (
    <>
      <PageHead
        title={
          <span className={styles.name}>
            <OutsideText value={machine.name} />
          </span>
        }
        sub={
          <span className={styles.under}>
            <HealthTag health={machine.health} />
            <span>{machine.unit.name}</span>
            <span>
              <OutsideText value={machine.os} />
            </span>
          </span>
        }
      >
        <MachineActions detail={detail} />
      </PageHead>
      {detail.revoked && (
        <p className={styles.revoked} role="status">
          <b>{words.revoked}.</b> {words.revokedSub}
        </p>
      )}
      <div className={styles.columns}>
        <div className={styles.column}>
          <Card title={words.reasons}>
            {reasons.length > 0 ? (
              <ul className={styles.reasons}>
                {reasons.map((reason) => (
                  <li key={reason.vi}>
                    <OutsideText value={hubText(reason)} />
                  </li>
                ))}
              </ul>
            ) : (
              <p className={styles.soft}>
                {machine.health === "protected" ? words.reasonsNone : words.scanNone}
              </p>
            )}
            {reasons.length > 0 && <AskHelp about="machine" id={machine.id} page={`/may-tinh/${machine.id}`} unit={machine.unit.id} />}
          </Card>
          <Card title={words.protectionState}>
            <ProtectionState machine={machine} products={detail.products} />
          </Card>
          <MachineChecks machine={machine} />
          <Card title={words.protection}>
            <ProtectionList protection={detail.protection} />
            {detail.on_access && <OnAccessLine onAccess={detail.on_access} />}
          </Card>
          {policy}
          <MachineFindings machine={machine} looked={Boolean(machine.last_scan_at)} />
        </div>
        <div className={styles.column}>
          <Card title={words.scan}>
            <ScanProgress scan={detail.scan} />
          </Card>
          <Card title={words.media}>
            <MediaList media={detail.media} />
          </Card>
          <Card title={words.inventory}>
            <MachineFacts detail={detail} />
          </Card>
        </div>
      </div>
      {software}
    </>
  );
}
