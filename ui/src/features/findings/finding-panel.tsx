import { Link } from "@tanstack/react-router";

import { AskHelp } from "@/components/ask-help";
import { AsyncView } from "@/components/async-view";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import { Panel } from "@/components/panel";
import { SeverityTag, StateDot } from "@/components/tag";
import type { Finding, FindingDetail } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import { EvidenceChain } from "./evidence-chain";
import { FindingActions } from "./finding-actions";
import styles from "./finding-panel.module.css";
import { useFinding } from "./use-finding";
import { useFindingWords } from "./words";

interface FindingPanelProps {
  id: number | undefined;
  /** The row that was clicked, so the head is there before the answer. */
  known: Finding | undefined;
  onClose: () => void;
}

export function FindingPanel({ id, known, onClose }: FindingPanelProps) {
  const words = useFindingWords();
  const hubText = useHubText();
  const query = useFinding(id);
  const finding = query.data?.finding ?? known;
  return (
    <Panel
      open={id !== undefined}
      onClose={onClose}
      label={words.title}
      eyebrow={
        finding && (
          <>
            <SeverityTag severity={finding.severity} />
            <StateDot state={finding.state} />
            <span>{finding.unit.name}</span>
          </>
        )
      }
      title={finding ? <OutsideText value={hubText(finding.title)} /> : words.title}
      foot={query.data && <FindingActions key={query.data.finding.id} finding={query.data.finding} />}
    >
      <AsyncView query={query}>{(detail) => <FindingBody key={detail.finding.id} detail={detail} />}</AsyncView>
    </Panel>
  );
}

function FindingBody({ detail }: { detail: FindingDetail }) {
  const words = useFindingWords();
  const hubText = useHubText();
  const { finding } = detail;
  return (
    <>
      <section className={styles.section}>
        <h3>{finding.judge === "law" ? words.whyItMatters : words.whatHappened}</h3>
        <p className={styles.story}>
          <OutsideText value={hubText(detail.what_happened)} />
        </p>
      </section>
      <section className={styles.section}>
        <h3>{words.whatToDo}</h3>
        <ol className={styles.steps}>
          {detail.what_to_do.map((step, index) => (
            <li key={step.vi}>
              <b className="num">{index + 1}</b>
              <span>
                <OutsideText value={hubText(step)} />
              </span>
            </li>
          ))}
        </ol>
      </section>
      <AskHelp about="finding" id={finding.id} page={`/phat-hien?id=${finding.id}`} unit={finding.unit.id} />
      {detail.clause && (
        <section className={styles.section}>
          <h3>{words.clause}</h3>
          <p>{hubText(detail.clause)}</p>
        </section>
      )}
      <section className={styles.section}>
        <h3>{words.facts}</h3>
        <FactList detail={detail} />
        {finding.asset.kind === "site" && (
          <p>
            {detail.page?.evidence ? (
              <Link
                to="/website/$siteId/bang-chung/$evidenceId"
                params={{ siteId: String(finding.asset.id), evidenceId: String(detail.page.evidence) }}
                className="link"
              >
                {words.toEvidence}
              </Link>
            ) : (
              <Link to="/website/$siteId" params={{ siteId: String(finding.asset.id) }} className="link">
                {words.toSite}
              </Link>
            )}
          </p>
        )}
        {finding.asset.kind === "machine" && (
          <p>
            <Link to="/may-tinh/$machineId" params={{ machineId: String(finding.asset.id) }} className="link">
              {words.toMachine}
            </Link>
          </p>
        )}
      </section>
      <EvidenceChain detail={detail} />
      <History history={detail.history} />
    </>
  );
}

function FactList({ detail }: { detail: FindingDetail }) {
  const words = useFindingWords();
  const hubText = useHubText();
  const { finding, facts } = detail;
  return (
    <dl className={styles.facts}>
      <Fact label={words.subject} value={finding.subject} wide />
      <Fact label={finding.asset.kind === "site" ? words.site : words.machine} value={finding.asset.name} mono />
      <Fact label={words.owner} value={finding.owner?.name ?? words.noOwner} />
      <Fact label={words.firstSeen} value={format.dateTime(finding.first_seen)} />
      <Fact label={words.lastSeen} value={format.dateTime(finding.last_seen)} />
      <Fact label={words.judge} value={words.judges[finding.judge]} />
      <Fact label={words.sightings} value={format.number(finding.sightings)} />
      {facts.map((fact, index) => (
        <Fact
          key={`${fact.label.vi}-${index}`}
          label={hubText(fact.label)}
          value={fact.value}
          mono={fact.monospace}
          wide={fact.value.length > LONG_VALUE}
        />
      ))}
    </dl>
  );
}

const LONG_VALUE = 34;

function Fact({ label, value, mono, wide }: { label: string; value: string; mono?: boolean; wide?: boolean }) {
  return (
    <div data-wide={wide || undefined}>
      <dt>{label}</dt>
      <dd className={mono ? "mono" : "num"}>
        <OutsideText value={value} />
      </dd>
    </div>
  );
}

/** The hub's own notes are words of a short list. */
function noteOfRoad(note: string, known: Record<string, string>): string {
  return Object.hasOwn(known, note) ? (known[note] ?? note) : note;
}

function History({ history }: { history: FindingDetail["history"] }) {
  const words = useFindingWords();
  return (
    <section className={styles.section}>
      <h3>{words.history}</h3>
      <ol className={styles.history}>
        {history.map((entry, index) => (
          <li key={`${entry.at}-${index}`}>
            <StateDot state={entry.state} />
            <span className={styles.by}>
              {entry.who?.name ?? words.system} · <Moment at={entry.at} />
            </span>
            {entry.note && (
              <p>
                <OutsideText value={entry.who ? entry.note : noteOfRoad(entry.note, words.roadNotes)} />
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
