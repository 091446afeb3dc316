import { Check, TriangleAlert } from "lucide-react";

import { OutsideText } from "@/components/outside-text";
import { Tag } from "@/components/tag";
import type { OnAccess } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./on-access.module.css";
import { useMachineWords } from "./words";

// When the machine looks at a file, and why not as it was told to.
export function OnAccessLine({ onAccess }: { onAccess: OnAccess }) {
  const words = useMachineWords();
  const hubText = useHubText();
  const asWanted = onAccess.mode === onAccess.wanted;
  const counts = [
    onAccess.denied > 0 && words.onAccessDenied(format.number(onAccess.denied)),
    onAccess.late > 0 && words.onAccessLate(format.number(onAccess.late)),
  ].filter(Boolean);
  return (
    <div className={styles.line}>
      <div className={styles.words}>
        <b>{words.onAccess}</b>
        <small>{hubText(onAccess.words)}</small>
        {!asWanted && (
          <small>
            {words.onAccessNotWanted(words.onAccessMode[onAccess.wanted])}
            {onAccess.why && (
              <>
                {": "}
                <OutsideText value={onAccess.why} />
              </>
            )}
          </small>
        )}
        {asWanted && onAccess.why && (
          <small>
            <OutsideText value={onAccess.why} />
          </small>
        )}
        {counts.length > 0 && <small className="num">{counts.join(" · ")}</small>}
      </div>
      <Tag
        tone={asWanted ? "ok" : "med"}
        icon={asWanted ? Check : TriangleAlert}
        word={words.onAccessMode[onAccess.mode]}
      />
    </div>
  );
}
