import { PhoneIncoming } from "lucide-react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import type { DutyPing } from "@/lib/api-types";
import * as format from "@/lib/format";
import { wordsOf } from "@/lib/i18n";

import styles from "./ping-bar.module.css";
import { useAnswerPing } from "./use-roster";

const usePingWords = wordsOf(
  {
    label: "Gọi thử trực",
    asks: (who: string, unit: string, when: string) => `${who} gọi thử người trực ${unit} lúc ${when}.`,
    here: "Tôi đang trực",
  },
  {
    label: "Test call",
    asks: (who, unit, when) => `${who} asks who is on duty at ${unit}, ${when}.`,
    here: "I am on duty",
  },
);

/** A call that waits for this person's answer, on every page. */
export function PingBar({ pings }: { pings: DutyPing[] }) {
  const words = usePingWords();
  const answer = useAnswerPing();
  return (
    <aside className={styles.bar} aria-label={words.label}>
      {pings.map((ping) => (
        <div key={ping.id}>
          <PhoneIncoming size={18} aria-hidden />
          <p role="status">
            <b>{words.label}:</b> {words.asks(ping.asked_by.name, ping.unit.name, format.time(ping.asked_at))}
          </p>
          <Button size="small" kind="primary" busy={answer.isPending} onClick={() => answer.mutate(ping.id)}>
            {words.here}
          </Button>
        </div>
      ))}
      <ProblemNote error={answer.error} />
    </aside>
  );
}
