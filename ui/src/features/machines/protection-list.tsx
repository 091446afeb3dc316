import { Check, Minus, TriangleAlert } from "lucide-react";

import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import { Tag } from "@/components/tag";
import type { Protection } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./protection-list.module.css";
import { useMachineWords } from "./words";

const LOOK = {
  running: { tone: "ok", icon: Check },
  degraded: { tone: "med", icon: TriangleAlert },
  absent: { tone: "mute", icon: Minus },
} as const;

export function ProtectionList({ protection }: { protection: Protection[] }) {
  const words = useMachineWords();
  const hubText = useHubText();
  if (protection.length === 0) return <p className={styles.none}>{words.protectionNone}</p>;
  return (
    <ul className={styles.engines}>
      {protection.map(({ engine, state, signatures, updated_at: updatedAt, detail }) => (
        <li key={engine}>
          <div className={styles.words}>
            <b>{words.engine[engine]}</b>
            <small>
              {signatures > 0 && words.signatures(format.number(signatures))}
              {updatedAt && (
                <>
                  {" · "}
                  {words.updated("")}
                  <Moment at={updatedAt} />
                </>
              )}
            </small>
            {hubText(detail) && (
              <small>
                <OutsideText value={hubText(detail)} />
              </small>
            )}
          </div>
          <Tag {...LOOK[state]} word={words.engineState[state]} />
        </li>
      ))}
    </ul>
  );
}
