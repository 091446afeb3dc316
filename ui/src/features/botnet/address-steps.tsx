import { CircleCheck } from "lucide-react";

import { AskHelp } from "@/components/ask-help";
import { ProblemNote } from "@/components/async-view";
import { Card } from "@/components/card";
import type { BotnetAddressDetail, BotnetStep } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./botnet.module.css";
import { useMoveAddress } from "./use-botnet";
import { useBotnetWords } from "./words";

/** What a unit does, one after the other; what is ticked off stays in the history. */
export function AddressSteps({ detail }: { detail: BotnetAddressDetail }) {
  const words = useBotnetWords();
  const move = useMoveAddress(detail.address.id);
  const mayDo = detail.may.includes("step");
  if (detail.steps.length === 0) return <Card title={words.steps} sub={words.stepsNone}>{null}</Card>;
  return (
    <Card title={words.steps} sub={mayDo ? words.stepsSub : undefined}>
      <ol className={styles.steps}>
        {detail.steps.map((step) => (
          <Step key={step.id} step={step} busy={move.isPending} onDo={mayDo ? () => move.mutate({ event: "step", step: step.id }) : undefined} />
        ))}
      </ol>
      <ProblemNote error={move.error} />
      {detail.address.state !== "delisted" && <AskHelp about="page" page={`/botnet/${detail.address.id}`} unit={detail.address.unit?.id} />}
    </Card>
  );
}

function Step({ step, busy, onDo }: { step: BotnetStep; busy: boolean; onDo?: () => void }) {
  const words = useBotnetWords();
  const hubText = useHubText();
  const title = hubText(step.title);
  const done = step.done_at !== null;
  return (
    <li data-done={done || undefined}>
      {done ? (
        <CircleCheck size={20} aria-label={words.stepDone} />
      ) : (
        <input type="checkbox" checked={false} disabled={!onDo || busy} onChange={() => onDo?.()} aria-label={words.stepDo(title)} />
      )}
      <div>
        <b>
          {title}
          {!step.required && <small>{words.optional}</small>}
        </b>
        {!done && <p>{hubText(step.how)}</p>}
        {step.done_at && <p>{words.doneBy(step.done_by?.name ?? words.byCommand, format.dateTime(step.done_at))}</p>}
      </div>
    </li>
  );
}
