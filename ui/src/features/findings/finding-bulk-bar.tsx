import { Check, UserCheck } from "lucide-react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import type { FindingUpdate } from "@/lib/api-types";

import styles from "./finding-bulk-bar.module.css";
import { useUpdateFinding } from "./use-finding";
import { useFindingWords } from "./words";

/** What can be done to several findings at once. «Báo nhầm» is not here: it wants a reason each time. */
export function FindingBulkBar({ ids, onDone }: { ids: ReadonlySet<number>; onDone: () => void }) {
  const words = useFindingWords();
  const update = useUpdateFinding();

  async function updateAll(change: FindingUpdate) {
    try {
      for (const id of ids) await update.mutateAsync({ id, ...change });
      onDone();
    } catch {
      // The bar stays with what is left and shows the hub's words.
    }
  }

  return (
    <div className={styles.bar}>
      <b className="num">{words.selected(ids.size)}</b>
      <Button size="small" icon={UserCheck} busy={update.isPending} onClick={() => void updateAll({ state: "in_progress", take: true })}>
        {words.take}
      </Button>
      <Button size="small" icon={Check} busy={update.isPending} onClick={() => void updateAll({ state: "resolved" })}>
        {words.resolve}
      </Button>
      <Button size="small" kind="ghost" onClick={onDone}>
        {words.unselect}
      </Button>
      <ProblemNote error={update.error} />
    </div>
  );
}
