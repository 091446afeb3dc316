import { Pause, Play, Send } from "lucide-react";
import { useState } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Confirm } from "@/components/confirm";
import { OutsideText } from "@/components/outside-text";
import { Facts } from "@/components/section";
import type { SharePartner } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { PartnerTag } from "./sharing-tags";
import styles from "./sharing.module.css";
import { usePause, useSendNow } from "./use-sharing";
import { useSharingWords } from "./words";

const ROWS = ["unshared", "queued", "shared", "failed"] as const;

/** One recipient: what waits for it, what it accepted, and what it said last. */
export function PartnerCard({ partner }: { partner: SharePartner }) {
  const words = useSharingWords();
  const hubText = useHubText();
  const mayAct = useMay("province_admin", "soc_operator");
  const name = hubText(partner.name);
  const why = hubText(partner.why);
  return (
    <Card title={name} sub={words.schemes[partner.scheme]} aside={<PartnerTag partner={partner} />}>
      <div className={styles.stack}>
        {why !== "" && <p className={styles.why}>{why}</p>}
        <ul className={styles.figures} aria-label={words.figures(name)}>
          {ROWS.map((row) => (
            <li key={row} data-row={row} data-none={partner.rows[row] === 0 || undefined}>
              <span>{words.rows[row]}</span>
              <b className="num">{format.number(partner.rows[row])}</b>
              <small>{words.rowsMean[row]}</small>
            </li>
          ))}
        </ul>
        <PartnerFacts partner={partner} />
        {mayAct && partner.ready && <PartnerActs partner={partner} name={name} />}
      </div>
    </Card>
  );
}

function PartnerFacts({ partner }: { partner: SharePartner }) {
  const words = useSharingWords();
  const when = (at: string | null) => (at === null ? words.neverYet : format.dateTime(at));
  return (
    <Facts
      facts={[
        { label: words.lastSuccess, value: when(partner.last_success_at) },
        { label: words.lastAttempt, value: when(partner.last_attempt_at) },
        { label: words.messagesWaiting, value: format.number(partner.messages_waiting) },
        { label: words.address, value: <code className={styles.code}>{partner.address === "" ? "–" : <OutsideText value={partner.address} />}</code>, wide: true },
        ...(partner.last_error === ""
          ? []
          : [
              {
                label: words.lastError,
                value: (
                  <span className={styles.error}>
                    <OutsideText value={partner.last_error} />
                  </span>
                ),
                wide: true,
              },
            ]),
      ]}
    />
  );
}

function PartnerActs({ partner, name }: { partner: SharePartner; name: string }) {
  const words = useSharingWords();
  const pause = usePause(partner.id);
  const send = useSendNow(partner.id);
  const [asking, setAsking] = useState(false);
  return (
    <div className={styles.acts}>
      {partner.paused ? (
        <Button kind="primary" icon={Play} busy={pause.isPending} onClick={() => pause.mutate(false)}>
          {words.goOn}
        </Button>
      ) : (
        <>
          <Button icon={Send} busy={send.isPending} onClick={() => send.mutate(undefined)}>
            {words.sendNow}
          </Button>
          <Button kind="ghost" icon={Pause} onClick={() => setAsking(true)}>
            {words.pause}
          </Button>
        </>
      )}
      {send.isSuccess && (
        <p className={styles.soft} role="status">
          {words.asked}
        </p>
      )}
      <ProblemNote error={send.error ?? (asking ? null : pause.error)} />
      <Confirm
        open={asking}
        title={words.pauseTitle(name)}
        effect={words.pauseEffect}
        action={words.pause}
        busy={pause.isPending}
        error={pause.error}
        onConfirm={() => pause.mutate(true, { onSuccess: () => setAsking(false) })}
        onClose={() => setAsking(false)}
      />
    </div>
  );
}
