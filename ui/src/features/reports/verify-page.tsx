import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleDashed, OctagonAlert } from "lucide-react";

import { ProblemNote } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { FileDrop } from "@/components/file-drop";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Facts } from "@/components/section";
import { SecretQuestion } from "@/components/secret-question";
import type { Verification } from "@/lib/api-types";
import { shortHash } from "@/lib/evidence";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import { MOST_FILE_BYTES } from "./next-act";
import { ReportsTabs } from "./reports-tabs";
import { SignatureCard } from "./signature-card";
import { useVerify } from "./use-reports";
import styles from "./verify.module.css";
import { useVerifyWords } from "./verify-words";

/** Whether the signatures of a file hold, said in words; the file is read and not kept. */
export function VerifyPage() {
  const words = useVerifyWords();
  const verify = useVerify();
  return (
    <div className={page.page}>
      <PageHead title={words.title} sub={words.sub} />
      <ReportsTabs />
      {verify.data ? (
        <Result verification={verify.data} name={verify.variables.name} onAgain={() => verify.reset()} />
      ) : (
        <Card title={words.choose}>
          <SecretQuestion>
            <FileDrop label={words.drop} accept=".pdf,.xml,.json" most={MOST_FILE_BYTES} onFiles={([file]) => file && verify.mutate(file)} />
            <p role="status">{verify.isPending && words.checking}</p>
            <ProblemNote error={verify.error} />
          </SecretQuestion>
        </Card>
      )}
    </div>
  );
}

interface ResultProps {
  verification: Verification;
  name: string;
  onAgain: () => void;
}

function Result({ verification, name, onAgain }: ResultProps) {
  const words = useVerifyWords();
  const { signatures } = verification;
  return (
    <>
      <Verdict verification={verification} name={name} onAgain={onAgain} />
      <Card title={words.signatures}>
        {signatures.length === 0 ? (
          <p className={styles.soft}>{words.none}</p>
        ) : (
          <ol className={styles.signatures}>
            {signatures.map((signature, index) => (
              <SignatureCard key={index} signature={signature} place={words.signature(format.number(index + 1), format.number(signatures.length))} />
            ))}
          </ol>
        )}
      </Card>
    </>
  );
}

/** The one sentence first; then of which file it is said. */
function Verdict({ verification, name, onAgain }: ResultProps) {
  const words = useVerifyWords();
  const hubText = useHubText();
  const unsigned = verification.signatures.length === 0;
  const standing = verification.valid ? "good" : unsigned ? "none" : "bad";
  const Icon = { good: CircleCheck, none: CircleDashed, bad: OctagonAlert }[standing];
  return (
    <section className={styles.verdict} data-standing={standing} aria-label={words.result} role="status">
      <Icon size={28} aria-hidden />
      <div className={styles.said}>
        <h2>
          <OutsideText value={hubText(verification.words)} />
        </h2>
        <Facts
          facts={[
            { label: words.file, value: <OutsideText value={name} /> },
            { label: words.kind, value: words.kinds[verification.kind] },
            { label: words.hash, value: <code title={verification.sha256}>{shortHash(verification.sha256)}</code> },
          ]}
        />
        {verification.report !== null && <p>{words.ours}</p>}
        <div className={page.actions}>
          {verification.report !== null && (
            <Link to="/bao-cao/$reportId" params={{ reportId: String(verification.report) }} className={buttonLook()}>
              {words.openReport}
            </Link>
          )}
          <Button onClick={onAgain}>{words.again}</Button>
        </div>
      </div>
    </section>
  );
}
