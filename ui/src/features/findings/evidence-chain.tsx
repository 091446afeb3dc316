import { ChevronDown, FileText, Gavel, Radio, type LucideIcon } from "lucide-react";
import { useId, useState, type ReactNode } from "react";

import { OutsideText } from "@/components/outside-text";
import type { FindingDetail, ObservationRef } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./evidence-chain.module.css";
import { RawEvent } from "./raw-event";
import { useFindingWords } from "./words";

/** From the conclusion down to the very bytes: every link can be checked by hand. */
export function EvidenceChain({ detail }: { detail: FindingDetail }) {
  const words = useFindingWords();
  const hubText = useHubText();
  const { finding, evidence } = detail;
  return (
    <section className={styles.chain} aria-labelledby="evidence">
      <div>
        <h3 id="evidence">{words.evidence}</h3>
        <p className={styles.sub}>{words.evidenceSub}</p>
      </div>
      <ol>
        <Link icon={Gavel} title={words.conclusion}>
          <p>
            <OutsideText value={hubText(finding.title)} />
          </p>
          <p className={styles.soft}>
            {words.judges[finding.judge]} · {words.rule}:{" "}
            <code>
              <OutsideText value={finding.rule} />
            </code>
          </p>
        </Link>
        {evidence.length === 0 && <li className={styles.none}>{words.evidenceNone}</li>}
        {evidence.map((observation, index) => (
          <Observation
            key={observation.id}
            observation={observation}
            position={evidence.length > 1 ? words.observationOf(index + 1, evidence.length) : words.observation}
            startOpen={index === 0}
          />
        ))}
      </ol>
    </section>
  );
}

interface ObservationProps {
  observation: ObservationRef;
  position: string;
  startOpen: boolean;
}

function Observation({ observation, position, startOpen }: ObservationProps) {
  const words = useFindingWords();
  const [open, setOpen] = useState(startOpen);
  const [raw, setRaw] = useState(false);
  const bodyId = useId();
  return (
    <>
      <Link
        icon={Radio}
        title={
          <button type="button" aria-expanded={open} aria-controls={bodyId} onClick={() => setOpen(!open)}>
            {position}
            <span className={styles.soft}> · {format.dateTimeSeconds(observation.observed_at)}</span>
            <ChevronDown size={16} aria-hidden />
          </button>
        }
      >
        <div id={bodyId} hidden={!open}>
          <dl className={styles.facts}>
            <div>
              <dt>{words.observedAt}</dt>
              <dd className="num">{format.dateTimeSeconds(observation.observed_at)}</dd>
            </div>
            <div>
              <dt>{words.receivedAt}</dt>
              <dd className="num">{format.dateTimeSeconds(observation.received_at)}</dd>
            </div>
            {observation.file_sha256 && (
              <div data-wide>
                <dt>{words.fileHash}</dt>
                <dd className="mono">{observation.file_sha256}</dd>
              </div>
            )}
            <div data-wide>
              <dt>{words.eventHash}</dt>
              <dd className="mono">{observation.event_sha256}</dd>
            </div>
          </dl>
        </div>
      </Link>
      {open && (
        <Link icon={FileText} title={words.raw}>
          <button type="button" className={styles.toggle} aria-expanded={raw} onClick={() => setRaw(!raw)}>
            {raw ? words.hideRaw : words.showRaw}
          </button>
          {raw && <RawEvent id={observation.id} />}
        </Link>
      )}
    </>
  );
}

function Link({ icon: Icon, title, children }: { icon: LucideIcon; title: ReactNode; children: ReactNode }) {
  return (
    <li className={styles.link}>
      <span className={styles.knot}>
        <Icon size={15} aria-hidden />
      </span>
      <div className={styles.content}>
        <div className={styles.title}>{title}</div>
        {children}
      </div>
    </li>
  );
}
