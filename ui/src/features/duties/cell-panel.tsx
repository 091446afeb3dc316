import { Link } from "@tanstack/react-router";
import { FileText } from "lucide-react";

import { AskHelp } from "@/components/ask-help";
import { AsyncView } from "@/components/async-view";
import { DutyTag } from "@/components/duty-tag";
import { Panel } from "@/components/panel";
import { Section } from "@/components/section";
import type { ClauseDetail, DutyCell } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";

import styles from "./cell-panel.module.css";
import type { CellName } from "./duty-search";
import { InstanceCard } from "./instance-card";
import { useCell } from "./use-duties";
import { useDutyWords } from "./words";

interface CellPanelProps {
  cell: CellName | null;
  asOf: string | undefined;
  onClose: () => void;
}

/** One agency and one clause: the directive's own words beside what proves that they were kept. */
export function CellPanel({ cell, asOf, onClose }: CellPanelProps) {
  const words = useDutyWords();
  const hubText = useHubText();
  const query = useCell(cell, asOf);
  const data = query.data;
  return (
    <Panel
      open={cell !== null}
      onClose={onClose}
      takesFocus
      label={words.panel}
      eyebrow={
        data ? (
          <>
            <DutyTag state={data.state} />
            <Link to="/co-quan/$unitId" params={{ unitId: String(data.unit.id) }} search={{}} className="link">
              {data.unit.name}
            </Link>
          </>
        ) : (
          <span />
        )
      }
      title={data ? hubText(data.clause.title) : words.panel}
    >
      <AsyncView query={query}>{(found) => <CellBody key={`${found.unit.id}.${found.clause.id}`} cell={found} past={asOf !== undefined} />}</AsyncView>
    </Panel>
  );
}

function CellBody({ cell, past }: { cell: DutyCell; past: boolean }) {
  const words = useDutyWords();
  const place = `${cell.unit.id}.${cell.clause.id}`;
  const newest = new Set<string>();
  const current = cell.instances.filter(({ duty }) => !newest.has(duty) && newest.add(duty));
  const earlier = cell.instances.filter((instance) => !current.includes(instance));
  return (
    <>
      {past && <p className={styles.past}>{words.noRecordPast}</p>}
      <ClauseWords clause={cell.clause} />
      {current.map((instance) => (
        <InstanceCard key={`${instance.duty}.${instance.period_from}`} instance={instance} unit={cell.unit} alone={current.length === 1} />
      ))}
      {earlier.length > 0 && <EarlierPeriods instances={earlier} />}
      <AskHelp about="duty" id={place} page={`/nghia-vu?cell=${encodeURIComponent(place)}`} unit={cell.unit.id} />
      <CellHistory history={cell.history} />
    </>
  );
}

function ClauseWords({ clause }: { clause: ClauseDetail }) {
  const words = useDutyWords();
  const { share } = useWords();
  const hubText = useHubText();
  const { directive } = clause;
  const source = [
    directive.number ? words.number(directive.number) : words.unknownNumber,
    directive.date && words.dated(format.date(directive.date)),
    hubText(directive.issuer),
    clause.place && words.place(clause.place),
  ].filter(Boolean);
  return (
    <Section title={clause.second_hand ? words.secondHand : words.quote}>
      <blockquote className={styles.quote}>
        {clause.second_hand ? <p>{hubText(clause.second_hand)}</p> : <p lang={directive.language ?? "vi"}>{clause.quote}</p>}
        <footer>
          <FileText size={14} aria-hidden />
          <Link to="/van-ban/$directiveId" params={{ directiveId: String(directive.id) }} search={{}}>
            {source.join(", ")}
          </Link>
        </footer>
      </blockquote>
      <dl className={styles.facts}>
        <div>
          <dt>{words.addressees}</dt>
          <dd>{clause.addressees.map(hubText).join(", ")}</dd>
        </div>
        <div>
          <dt>{words.verb}</dt>
          <dd>
            «{clause.verb}» · {words.strength[clause.strength]}
          </dd>
        </div>
        <div>
          <dt>{words.kind}</dt>
          <dd>{clause.kinds.map((kind) => share.kinds[kind]).join(" · ")}</dd>
        </div>
      </dl>
    </Section>
  );
}

function EarlierPeriods({ instances }: { instances: DutyCell["instances"] }) {
  const words = useDutyWords();
  const hubText = useHubText();
  return (
    <details className={styles.earlier}>
      <summary>{words.past}</summary>
      <ul>
        {instances.map((instance) => (
          <li key={`${instance.duty}.${instance.period_from}`}>
            <span className="num">
              {format.date(instance.period_from)} – {format.date(instance.period_to)}
            </span>
            <span>{hubText(instance.reason)}</span>
            <DutyTag state={instance.state} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function CellHistory({ history }: { history: DutyCell["history"] }) {
  const words = useDutyWords();
  const hubText = useHubText();
  if (history.length === 0) return null;
  return (
    <Section title={words.history}>
      <ol className={styles.history}>
        {history.map((entry, index) => (
          <li key={`${entry.at}-${index}`}>
            <time className="num" dateTime={entry.at}>
              {format.dateTime(entry.at)}
            </time>
            <span>
              {hubText(entry.text)} <small>{entry.who ?? words.system}</small>
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
