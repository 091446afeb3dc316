import { useState } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { TextField } from "@/components/field";
import { OutsideText } from "@/components/outside-text";
import type { SiteDetail } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useMay } from "@/lib/queries";

import styles from "./site-page.module.css";
import { useSetRendering } from "./use-sites";
import { useSiteWords } from "./words";

/** Whether the site is opened in a browser at each look, and why somebody wanted that. */
export function Rendering({ detail }: { detail: SiteDetail }) {
  const words = useSiteWords();
  const mayAct = useMay("province_admin", "soc_operator");
  const set = useSetRendering(detail.watched.site.id);
  const { rendering } = detail.watch;
  if (rendering) {
    return (
      <>
        <p className={styles.soft}>
          {words.renderingOn(format.dateTime(rendering.set_at))} <OutsideText value={rendering.reason} />
        </p>
        {mayAct && (
          <Button busy={set.isPending} onClick={() => set.mutate("")}>
            {words.renderingEnd}
          </Button>
        )}
        <ProblemNote error={set.error} />
      </>
    );
  }
  return mayAct ? <Wanted busy={set.isPending} error={set.error} onSet={set.mutate} /> : null;
}

function Wanted({ busy, error, onSet }: { busy: boolean; error: unknown; onSet: (reason: string) => void }) {
  const words = useSiteWords();
  const [reason, setReason] = useState("");
  const said = reason.trim();
  return (
    <details className={styles.looks}>
      <summary>{words.rendering}</summary>
      <p className={styles.soft}>{words.renderingHint}</p>
      <TextField label={words.renderingReason} value={reason} onChange={setReason} maxLength={500} />
      <Button busy={busy} disabled={said === ""} onClick={() => onSet(said)}>
        {words.renderingSet}
      </Button>
      <ProblemNote error={error} />
    </details>
  );
}
