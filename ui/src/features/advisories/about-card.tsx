import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import { Facts, Section } from "@/components/section";
import { SeverityTag } from "@/components/tag";
import type { AdvisoryDetail, Letter } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./advisories.module.css";
import { useAdvisoryWords } from "./words";

/** What it is, in the sources' words and in ours: each figure with a sentence on what it says. */
export function AboutCard({ detail }: { detail: AdvisoryDetail }) {
  const words = useAdvisoryWords();
  const { advisory, letter } = detail;
  return (
    <Card title={advisory.kind === "letter" ? words.whatLetter : words.what}>
      <div className={styles.stack}>
        <p className={styles.description}>{detail.description === "" ? words.noDescription : <OutsideText value={detail.description} keepLines />}</p>
        {letter && <LetterFacts letter={letter} />}
        {advisory.kind === "vulnerability" && <Meanings detail={detail} />}
        {detail.vulnerabilities.length > 0 && <Named vulnerabilities={detail.vulnerabilities} />}
        <Facts
          facts={[
            { label: words.since, value: format.date(advisory.followed_since) },
            { label: words.published, value: detail.published_at && format.date(detail.published_at) },
            { label: words.why, value: advisory.reasons.map((reason) => words.reasons[reason]).join("; "), wide: true },
            ...(detail.records.length > 0 ? [{ label: words.records, value: <OutsideText value={detail.records.join(", ")} />, wide: true }] : []),
          ]}
        />
        {advisory.letters.length > 0 && <InLetters letters={advisory.letters} />}
        {detail.references.length > 0 && <References references={detail.references} />}
      </div>
    </Card>
  );
}

function Meanings({ detail }: { detail: AdvisoryDetail }) {
  const words = useAdvisoryWords();
  const { advisory, exploited } = detail;
  const { cvss_score: score, likelihood } = advisory;
  return (
    <dl className={styles.meanings}>
      <Meaning label={words.kev} value={exploited ? words.kevAdded(format.date(exploited.added_on)) : "–"} alarm={exploited !== null}>
        {exploited ? `${words.kevMeans}${exploited.ransomware ? ` ${words.kevRansomware}` : ""}` : words.kevNo}
      </Meaning>
      <Meaning label={words.epss} value={likelihood === null ? "–" : format.percent(likelihood, 1)}>
        {likelihood === null ? words.epssNone : words.epssMeans}
      </Meaning>
      <Meaning label={words.cvss} value={score === null ? "–" : format.decimal(score)}>
        {words.cvssMeans}
        {detail.cvss_vector !== "" && (
          <code className="mono">
            <OutsideText value={detail.cvss_vector} />
          </code>
        )}
      </Meaning>
    </dl>
  );
}

function Meaning({ label, value, alarm, children }: { label: string; value: string; alarm?: boolean; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className="num" data-alarm={alarm || undefined}>
        {value}
      </dd>
      <dd>{children}</dd>
    </div>
  );
}

function LetterFacts({ letter }: { letter: Letter }) {
  const words = useAdvisoryWords();
  return (
    <Facts
      facts={[
        { label: words.letterNumber, value: <OutsideText value={letter.number} /> },
        { label: words.letterSender, value: <OutsideText value={letter.sender} /> },
        { label: words.letterIssued, value: letter.issued_on && format.date(letter.issued_on) },
        { label: words.letterDue, value: letter.due_on && format.date(letter.due_on) },
      ]}
    />
  );
}

function Named({ vulnerabilities }: { vulnerabilities: AdvisoryDetail["vulnerabilities"] }) {
  const words = useAdvisoryWords();
  return (
    <Section title={words.named}>
      <ul className={styles.named}>
        {vulnerabilities.map(({ name, advisory, severity }) => (
          <li key={name}>
            {advisory === null ? (
              <span>
                <OutsideText value={name} /> <small>{words.notFollowed}</small>
              </span>
            ) : (
              <Link to="/canh-bao/$advisoryId" params={{ advisoryId: String(advisory) }} search={(old) => ({ unit: old.unit })} className="link">
                <OutsideText value={name} />
              </Link>
            )}
            <SeverityTag severity={severity} bare />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function InLetters({ letters }: { letters: AdvisoryDetail["advisory"]["letters"] }) {
  const words = useAdvisoryWords();
  return (
    <Section title={words.inLetters}>
      <ul className={styles.plainList}>
        {letters.map((letter) => (
          <li key={letter.id}>
            <OutsideText value={words.letterFrom(letter)} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Addresses from outside are words, never links. */
function References({ references }: { references: string[] }) {
  const words = useAdvisoryWords();
  return (
    <details className={styles.references}>
      <summary>
        {words.references} · <span className="num">{format.number(references.length)}</span>
      </summary>
      <p className={styles.soft}>{words.referencesSub}</p>
      <ul>
        {references.map((reference) => (
          <li key={reference}>
            <code className="mono">
              <OutsideText value={reference.replace(/^http/i, "hxxp")} />
            </code>
          </li>
        ))}
      </ul>
    </details>
  );
}
