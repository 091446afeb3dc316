import { Undo2 } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/button";
import { Confirm } from "@/components/confirm";
import { DecisionBar } from "@/components/decision-bar";
import { useDecisionWords } from "@/components/decision-words";
import { EvidenceList } from "@/components/evidence-list";
import { OutsideText } from "@/components/outside-text";
import { RecordStateTag } from "@/components/record-state-tag";
import type { DutyRecord } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useSession } from "@/lib/queries";

import styles from "./record-item.module.css";
import { useDecideRecord, useWithdrawRecord } from "./use-duties";
import { useDutyWords } from "./words";

/** What one person recorded, what another decided, and the files between them. */
export function RecordItem({ record }: { record: DutyRecord }) {
  const words = useDutyWords();
  const decision = useDecisionWords();
  const me = useSession().user.id;
  const decide = useDecideRecord();
  const [asking, setAsking] = useState(false);
  const own = record.recorded_by.id === me;
  return (
    <li className={styles.record}>
      <div className={styles.head}>
        <b>{record.not_applicable ? words.saidNotApplicable : words.done(format.date(record.done_on))}</b>
        <RecordStateTag state={record.state} />
      </div>
      {record.statement && (
        <p className={styles.statement}>
          <OutsideText value={record.statement} keepLines />
        </p>
      )}
      <EvidenceList evidence={record.evidence} />
      <p className={styles.who}>{words.recordedBy(record.recorded_by.name, format.dateTime(record.recorded_at))}</p>
      {record.decided_by && record.decided_at && (
        <p className={styles.who}>{decision.decided(record.decided_by.name, format.dateTime(record.decided_at))}</p>
      )}
      {record.decision_note && (
        <p className={styles.note} data-state={record.state}>
          <OutsideText value={record.decision_note} keepLines />
        </p>
      )}
      {record.state === "waiting" && own && <p className={styles.who}>{decision.byAnother}</p>}
      {(record.may_decide || record.may_withdraw) && (
        <div className={styles.acts}>
          {record.may_decide && (
            <DecisionBar
              busy={decide.isPending}
              error={decide.error}
              onDecide={(made, done) => decide.mutate({ id: record.id, ...made }, { onSuccess: done })}
            />
          )}
          {record.may_withdraw && (
            <Button kind="ghost" icon={Undo2} onClick={() => setAsking(true)}>
              {words.withdraw}
            </Button>
          )}
        </div>
      )}
      {asking && <WithdrawDialog id={record.id} onClose={() => setAsking(false)} />}
    </li>
  );
}

function WithdrawDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const words = useDutyWords();
  const withdraw = useWithdrawRecord();
  return (
    <Confirm
      open
      title={words.withdrawTitle}
      effect={words.withdrawEffect}
      action={words.withdraw}
      busy={withdraw.isPending}
      error={withdraw.error}
      onConfirm={() => withdraw.mutate(id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
