import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import * as format from "@/lib/format";

import styles from "./open-tokens.module.css";
import { useEnrolmentTokens, useRevokeToken } from "./use-machines";
import { useMachineWords } from "./words";

/** Tokens somebody could still use; each can be taken back. */
export function OpenTokens() {
  const words = useMachineWords();
  const tokens = useEnrolmentTokens(false);
  const revoke = useRevokeToken();
  const open = tokens.data?.items.filter(({ state }) => state === "open") ?? [];
  if (!tokens.data) return null;
  return (
    <section className={styles.tokens}>
      <h3>{words.tokens}</h3>
      {open.length === 0 && <p>{words.tokensNone}</p>}
      <ul>
        {open.map((token) => (
          <li key={token.id}>
            <span>
              <b>{token.unit.name}</b>
              <small>{words.tokenBy(token.created_by?.name ?? null, format.dateTime(token.expires_at))}</small>
            </span>
            <Button size="small" kind="danger" busy={revoke.isPending} onClick={() => revoke.mutate(token.id)}>
              {words.tokenRevoke}
            </Button>
          </li>
        ))}
      </ul>
      <ProblemNote error={revoke.error} />
    </section>
  );
}
