import { Download, FileText, Flag, Link2, ListChecks, Lock, LockOpen, NotebookPen, Paperclip, Pencil, Send, ShieldCheck, Siren, Users, type LucideIcon } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import { useEvidenceWords } from "@/components/evidence-words";
import { ListFoot } from "@/components/list-foot";
import { OutsideText } from "@/components/outside-text";
import type { IncidentDetail, IncidentTimelineEntry } from "@/lib/api-types";
import { evidenceAddress, shortHash } from "@/lib/evidence";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { plain } from "@/lib/outside-text";

import { writtenLater } from "./incident-model";
import { NoteForm } from "./note-form";
import styles from "./timeline.module.css";
import { useTimeline } from "./use-incidents";
import { useIncidentWords } from "./words";

const ICONS: Record<IncidentTimelineEntry["what"], LucideIcon> = {
  opened: Flag,
  note: NotebookPen,
  changed: Pencil,
  contained: ShieldCheck,
  reported: Send,
  task: ListChecks,
  member: Users,
  finding: Link2,
  evidence: Paperclip,
  escalated: Siren,
  closed: Lock,
  reopened: LockOpen,
};

/** What happened and what was done, newest first; a line says when it happened and, where it differs, when it was written. */
export function Timeline({ detail }: { detail: IncidentDetail }) {
  const words = useIncidentWords();
  const query = useTimeline(detail.incident.id);
  const entries = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card title={words.timeline} sub={words.timelineSub}>
      {detail.may_edit && <NoteForm incident={detail.incident} />}
      <AsyncView query={query}>
        {() => (
          <>
            <ol className={styles.timeline}>
              {entries.map((entry) => (
                <Entry key={entry.id} entry={entry} />
              ))}
            </ol>
            <ListFoot shown={entries.length} total={query.data?.pages[0]?.total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
          </>
        )}
      </AsyncView>
    </Card>
  );
}

function Entry({ entry }: { entry: IncidentTimelineEntry }) {
  const words = useIncidentWords();
  const hubText = useHubText();
  const Icon = ICONS[entry.what];
  return (
    <li data-what={entry.what}>
      <span className={styles.knot}>
        <Icon size={15} aria-hidden />
      </span>
      <div className={styles.entry}>
        <p className={styles.head}>
          <b>{words.what[entry.what]}</b>
          <time className="num" dateTime={entry.happened_at} title={format.dateTimeSeconds(entry.happened_at)}>
            {format.dateTime(entry.happened_at)}
          </time>
        </p>
        {entry.told && (
          <p className={styles.words}>
            <OutsideText value={hubText(entry.told)} keepLines />
          </p>
        )}
        {entry.words && entry.words !== entry.told?.vi && (
          <p className={styles.words}>
            <OutsideText value={entry.words} keepLines />
          </p>
        )}
        {entry.evidence.length > 0 && <Files files={entry.evidence} />}
        <p className={styles.by}>
          {entry.by?.name ?? words.hub}
          {writtenLater(entry.happened_at, entry.recorded_at) && <span className="num"> · {words.recordedAt(format.dateTime(entry.recorded_at))}</span>}
        </p>
      </div>
    </li>
  );
}

function Files({ files }: { files: IncidentTimelineEntry["evidence"] }) {
  const words = useEvidenceWords();
  return (
    <ul className={styles.files}>
      {files.map(({ id, file_name: name, sha256 }) => (
        <li key={id}>
          <FileText size={16} aria-hidden />
          <span>
            <OutsideText value={name} />
            <code title={sha256}>SHA-256 {shortHash(sha256)}</code>
          </span>
          <a href={evidenceAddress(id)} download aria-label={words.download(plain(name))} title={words.download(plain(name))}>
            <Download size={16} aria-hidden />
          </a>
        </li>
      ))}
    </ul>
  );
}
