import { ShieldAlert, ShieldCheck } from "lucide-react";

import { AsyncView, Waiting } from "@/components/async-view";
import { OutsideText } from "@/components/outside-text";
import * as format from "@/lib/format";

import styles from "./raw-event.module.css";
import { useObservation } from "./use-finding";
import { useFindingWords } from "./words";

/** The bytes as they were acknowledged, as text and nothing else, with the hash recomputed by the hub. */
export function RawEvent({ id }: { id: number }) {
  const words = useFindingWords();
  const query = useObservation(id, true);
  return (
    <AsyncView query={query} waiting={<Waiting rows={2} />}>
      {({ raw, hash_ok: hashOk, stream, epoch, seq }) => (
        <div className={styles.raw}>
          <p className={hashOk ? styles.ok : styles.bad} role="status">
            {hashOk ? <ShieldCheck size={16} aria-hidden /> : <ShieldAlert size={16} aria-hidden />}
            {hashOk ? words.hashOk : words.hashBad}
          </p>
          <pre tabIndex={0} role="region" aria-label={words.rawLabel}>
            <OutsideText value={raw} keepLines />
          </pre>
          <p className={styles.origin}>
            {words.sequence(format.number(epoch), format.number(seq))} · {words.stream}: <code>{stream}</code>
          </p>
        </div>
      )}
    </AsyncView>
  );
}
