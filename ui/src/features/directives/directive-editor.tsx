import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft, CircleCheck, Send } from "lucide-react";
import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { NoteField } from "@/components/field";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Segments } from "@/components/segments";
import type { DirectiveDetail, DirectiveFault } from "@/lib/api-types";
import { useDraft } from "@/lib/draft";
import { useSession } from "@/lib/queries";

import { DirectiveForm } from "./directive-form";
import { draftFrom, emptyDirective, textOf, type DirectiveDraft } from "./directive-draft";
import styles from "./directive-editor.module.css";
import { FaultList } from "./fault-list";
import { directiveQuery, useCheckDirective, useSaveDirective } from "./use-directives";
import { useDirectiveWords } from "./words";

/** Opens a stored draft for editing. */
export function DirectiveEditorPage({ id }: { id: number }) {
  const query = useQuery(directiveQuery(id));
  return <AsyncView query={query}>{(detail) => <DirectiveEditor key={detail.directive.id} stored={detail} />}</AsyncView>;
}

interface Written {
  /** Null while it is edited as source only. */
  draft: DirectiveDraft | null;
  text: string;
}

/** A new document as a form or as source; it is checked like the shipped ones. */
export function DirectiveEditor({ stored }: { stored?: DirectiveDetail }) {
  const words = useDirectiveWords();
  const navigate = useNavigate();
  const me = useSession().user.id;
  const id = stored?.directive.id;
  const save = useSaveDirective(id);
  const check = useCheckDirective();
  const [written, write, forget] = useDraft<Written>(
    `${me}.directive.${id ?? "new"}`,
    stored ? { draft: draftFrom(stored.text), text: stored.text } : { draft: emptyDirective(), text: "" },
  );
  const [asSource, setAsSource] = useState(written.draft === null);
  const [faults, setFaults] = useState<DirectiveFault[]>(stored?.faults ?? []);
  const [clean, setClean] = useState(false);
  const text = asSource || !written.draft ? written.text : textOf(written.draft);

  function view(next: "form" | "source") {
    if (next === "source") write({ ...written, text });
    else {
      const draft = draftFrom(written.text);
      if (!draft) return;
      write({ draft, text: written.text });
    }
    setAsSource(next === "source");
  }
  function onCheck() {
    check.mutate(text, {
      onSuccess: (found) => {
        setFaults(found.faults);
        setClean(found.faults.length === 0);
      },
    });
  }
  function onSave(submit: boolean) {
    save.mutate(
      { text, submit },
      {
        onSuccess: (detail) => {
          forget();
          if (detail.faults.length > 0 && id !== undefined) setFaults(detail.faults);
          else {
            const params = { directiveId: String(detail.directive.id) };
            void navigate(detail.faults.length > 0 ? { to: "/van-ban/$directiveId/sua", params } : { to: "/van-ban/$directiveId", params });
          }
        },
      },
    );
  }

  return (
    <form
      className={page.page}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        onSave(false);
      }}
    >
      <Link to="/van-ban" className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <PageHead title={stored?.directive.number ?? words.editor} sub={words.editorSub}>
        <Segments
          label={words.views}
          value={asSource ? "source" : "form"}
          onChange={view}
          choices={[
            { value: "form", label: words.form },
            { value: "source", label: words.sourceText },
          ]}
        />
      </PageHead>
      <FaultList faults={faults} asForm={!asSource} />
      {asSource || !written.draft ? (
        <>
          {draftFrom(written.text) === null && written.text !== "" && <p className={page.note}>{words.notForm}</p>}
          <NoteField
            label={words.sourceText}
            hint={words.sourceHint}
            value={written.text}
            onChange={(next) => write({ ...written, text: next })}
            maxLength={200_000}
            rows={28}
            mono
            required
          />
        </>
      ) : (
        <DirectiveForm draft={written.draft} faults={faults} onChange={(draft) => write({ ...written, draft })} />
      )}
      <div className={styles.foot}>
        <ProblemNote error={save.error ?? check.error} />
        {clean && faults.length === 0 && (
          <p className={styles.clean} role="status">
            <CircleCheck size={16} aria-hidden />
            {words.noFaults}
          </p>
        )}
        <Button onClick={onCheck} busy={check.isPending}>
          {words.check}
        </Button>
        <Button submit busy={save.isPending}>
          {words.saveDraft}
        </Button>
        <Button kind="primary" icon={Send} busy={save.isPending} onClick={() => onSave(true)}>
          {words.submit}
        </Button>
      </div>
    </form>
  );
}
