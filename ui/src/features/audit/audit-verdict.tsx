import type { UseMutationResult } from "@tanstack/react-query";
import { LoaderCircle, ShieldAlert, ShieldCheck } from "lucide-react";

import { ProblemNote } from "@/components/async-view";
import type { AuditVerification } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./audit-verdict.module.css";
import { useAuditWords } from "./words";

interface AuditVerdictProps {
  verify: UseMutationResult<AuditVerification, Error, void>;
  rootHash: string | undefined;
}

/** The root hash, and whether the whole log still stands under it. */
export function AuditVerdict({ verify, rootHash }: AuditVerdictProps) {
  const words = useAuditWords();
  return (
    <section className={styles.box}>
      <div className={styles.root}>
        <span>{words.root}</span>
        <code>{verify.data?.root_hash ?? rootHash ?? "–"}</code>
      </div>
      <div role="status" className={styles.answer}>
        {verify.isPending && (
          <p className={styles.waiting}>
            <LoaderCircle size={18} aria-hidden />
            {words.verifying}
          </p>
        )}
        {verify.data && <Answer found={verify.data} />}
      </div>
      <ProblemNote error={verify.error} />
    </section>
  );
}

function Answer({ found }: { found: AuditVerification }) {
  const words = useAuditWords();
  if (found.ok) {
    return (
      <p className={styles.ok}>
        <ShieldCheck size={18} aria-hidden />
        {words.ok(format.number(found.entries), format.number(found.checkpoints))}
      </p>
    );
  }
  return (
    <p className={styles.bad}>
      <ShieldAlert size={18} aria-hidden />
      {found.first_bad_index === null ? words.badUnknown : words.bad(format.number(found.first_bad_index))}
    </p>
  );
}
