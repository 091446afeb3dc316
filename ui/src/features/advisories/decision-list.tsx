import { useState } from "react";

import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Confirm } from "@/components/confirm";
import { OutsideText } from "@/components/outside-text";
import type { AdvisoryDecision, AdvisoryDetail } from "@/lib/api-types";
import { today } from "@/lib/days";
import * as format from "@/lib/format";

import styles from "./advisories.module.css";
import { holds } from "./advisory-state";
import { PatchStateTag } from "./advisory-tags";
import { shortName } from "./patch-command";
import { useEndDecision } from "./use-advisories";
import { useAdvisoryWords } from "./words";

/** What persons decided, why and until when; what is over stays to be read. */
export function DecisionList({ detail }: { detail: AdvisoryDetail }) {
  const words = useAdvisoryWords();
  return (
    <Card title={words.decisions}>
      {detail.decisions.length === 0 ? (
        <p className={styles.soft}>{words.decisionsNone}</p>
      ) : (
        <ul className={styles.decisions}>
          {detail.decisions.map((decision) => (
            <DecisionItem key={decision.id} decision={decision} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function DecisionItem({ decision }: { decision: AdvisoryDecision }) {
  const words = useAdvisoryWords();
  const held = holds(decision, today());
  return (
    <li data-over={!held || undefined}>
      <div className={styles.names}>
        <PatchStateTag state={decision.kind} bare={!held} />
        <b>
          <Target decision={decision} />
        </b>
        {held && decision.may_end && <EndButton decision={decision} />}
      </div>
      <p className={styles.description}>
        <OutsideText value={decision.reason} keepLines />
      </p>
      <small>
        {[
          words.until(format.date(decision.until)),
          decision.ended_at ? words.decisionEnded(format.dateTime(decision.ended_at)) : held ? words.decisionCovers(format.number(decision.covers)) : words.decisionOver,
          words.decisionBy(decision.decided_by.name, format.dateTime(decision.decided_at)),
        ].join(" · ")}
      </small>
    </li>
  );
}

function Target({ decision: { machine, unit, package: name } }: { decision: AdvisoryDecision }) {
  const words = useAdvisoryWords();
  const where = machine ? words.decisionMachine(machine.name) : unit ? words.decisionUnit(unit.name) : null;
  const what = name ? (where ? shortName(name) : words.decisionPackage(shortName(name))) : null;
  return <OutsideText value={[where, what].filter(Boolean).join(" · ")} />;
}

function EndButton({ decision }: { decision: AdvisoryDecision }) {
  const words = useAdvisoryWords();
  const end = useEndDecision(decision.id);
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button size="small" kind="ghost" onClick={() => setAsking(true)}>
        {words.endDecision}
      </Button>
      <Confirm
        open={asking}
        title={words.endTitle}
        effect={words.endEffect}
        action={words.endDecision}
        busy={end.isPending}
        error={end.error}
        onConfirm={() => end.mutate(undefined, { onSuccess: () => setAsking(false) })}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
