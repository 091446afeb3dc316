import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft, ScanSearch } from "lucide-react";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { RadioField } from "@/components/choice-field";
import { DateField } from "@/components/date-field";
import { NoteField, TextField } from "@/components/field";
import { FileDrop } from "@/components/file-drop";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { today } from "@/lib/days";
import { typed } from "@/lib/fold";

import styles from "./botnet.module.css";
import { MOST_LIST_BYTES, useBotnetLists, usePastedList, usePreviewList } from "./use-botnet";
import { useBotnetWords } from "./words";

const MOST_TEXT = 1_000_000;

/** A list becomes a preview; only the preview can be confirmed. */
export function BringPage() {
  const words = useBotnetWords();
  const navigate = useNavigate();
  const known = useBotnetLists().data?.pages[0]?.sources ?? [];
  const preview = usePreviewList();
  const [source, setSource] = useState<string | null>(null);
  const [listedOn, setListedOn] = useState(today());
  const [complete, setComplete] = useState("yes");
  // What was pasted is there again when a line of it was wrong.
  const [text, setText] = usePastedList();
  const [how, setHow] = useState(text === "" ? "file" : "text");
  const [checked, setChecked] = useState(false);
  // The one that was used last, until somebody writes another.
  const from = source ?? known[0] ?? "";
  const named = typed(from) !== "" && listedOn !== "";

  function read(what: File | string) {
    setChecked(true);
    if (!named) return;
    preview.mutate(
      { source: typed(from), listed_on: listedOn, complete: complete === "yes", from: what },
      { onSuccess: ({ list }) => void navigate({ to: "/botnet/danh-sach/$listId", params: { listId: String(list.id) }, search: (old: { unit?: number }) => ({ unit: old.unit }) }) },
    );
  }
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (typed(text) !== "") read(text);
  }

  return (
    <div className={page.page}>
      <Link to="/botnet" search={(old: { unit?: number }) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.back}
      </Link>
      <PageHead title={words.bringTitle} sub={words.bringSub} />
      <form className={styles.bring} onSubmit={onSubmit} noValidate>
        <div className={page.pair}>
          <TextField label={words.source} hint={words.sourceHint} error={checked && typed(from) === "" ? words.wanted : null} value={from} onChange={setSource} maxLength={100} required />
          <DateField label={words.listedOn} hint={words.listedOnHint} error={checked && listedOn === "" ? words.wanted : null} value={listedOn} onChange={setListedOn} required />
        </div>
        <RadioField
          label={words.complete}
          hint={words.completeHint}
          value={complete}
          onChange={setComplete}
          choices={[
            { value: "yes", label: words.completes.yes },
            { value: "no", label: words.completes.no },
          ]}
        />
        <RadioField
          label={words.how}
          value={how}
          onChange={setHow}
          inline
          choices={[
            { value: "file", label: words.hows.file },
            { value: "text", label: words.hows.text },
          ]}
        />
        {how === "file" ? (
          <div className={styles.file}>
            <FileDrop label={words.file} accept=".csv,.txt,.xlsx" most={MOST_LIST_BYTES} onFiles={([file]) => file && read(file)} />
            <p>{words.fileHint}</p>
          </div>
        ) : (
          <>
            <NoteField label={words.text} hint={words.textHint} error={checked && typed(text) === "" ? words.wanted : null} value={text} onChange={setText} maxLength={MOST_TEXT} rows={10} mono />
            <div>
              <Button kind="primary" submit icon={ScanSearch} busy={preview.isPending}>
                {words.preview}
              </Button>
            </div>
          </>
        )}
        <p role="status" className={styles.soft}>
          {preview.isPending && words.reading}
        </p>
        <ProblemNote error={preview.error} />
      </form>
    </div>
  );
}
