import { type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { NoteField } from "@/components/field";
import { Panel } from "@/components/panel";
import type { ReportDetail, ReportKind } from "@/lib/api-types";
import { useDraft } from "@/lib/draft";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";

import styles from "./document.module.css";
import { useDocumentWords } from "./document-words";
import { useReportKinds, useUpdateReport } from "./use-reports";

interface WordsPanelProps {
  detail: ReportDetail;
  onClose: () => void;
}

/** What a person writes into the document. What is typed stays in this tab until it is saved. */
export function WordsPanel({ detail, onClose }: WordsPanelProps) {
  const words = useDocumentWords();
  const query = useReportKinds();
  return (
    <Panel open onClose={onClose} eyebrow={words.wordsSub} title={words.wordsTitle} label={words.wordsTitle} takesFocus>
      <AsyncView query={query}>{({ items }) => <WordsForm detail={detail} fields={items.find(({ id }) => id === detail.report.kind)?.fields ?? []} onClose={onClose} />}</AsyncView>
    </Panel>
  );
}

function WordsForm({ detail, fields, onClose }: WordsPanelProps & { fields: ReportKind["fields"] }) {
  const words = useDocumentWords();
  const { app } = useWords();
  const hubText = useHubText();
  const update = useUpdateReport(detail.report.id);
  const kept = Object.fromEntries(detail.words.map(({ field, text }) => [field, text]));
  const [texts, setTexts, discard] = useDraft<Record<string, string>>(`report.${detail.report.id}.words`, kept);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    update.mutate({ words: fields.map(({ id }) => ({ field: id, text: (texts[id] ?? "").normalize("NFC").trim() })) }, { onSuccess: leave });
  }
  function leave() {
    discard();
    onClose();
  }
  if (fields.length === 0) return <p className={styles.soft}>{words.wordsNone}</p>;
  return (
    <form className={styles.stack} onSubmit={onSubmit} noValidate>
      {fields.map((field) => {
        const text = texts[field.id] ?? "";
        return (
          <NoteField
            key={field.id}
            label={hubText(field.label)}
            hint={words.charactersLeft(format.number(field.most_characters - text.length))}
            value={text}
            onChange={(next) => setTexts({ ...texts, [field.id]: next })}
            maxLength={field.most_characters}
            rows={6}
            optional={!field.required}
            required={field.required}
          />
        );
      })}
      <ProblemNote error={update.error} />
      <div className={styles.row}>
        <Button kind="primary" submit busy={update.isPending}>
          {app.save}
        </Button>
        <Button onClick={leave}>{app.cancel}</Button>
      </div>
    </form>
  );
}
