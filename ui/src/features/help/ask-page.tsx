import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft, LifeBuoy } from "lucide-react";
import { useState, type FormEvent } from "react";

import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { EvidenceField, EvidenceProblem } from "@/components/evidence-field";
import { NoteField, SelectField, TextField } from "@/components/field";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { useEvidenceDraft } from "@/components/use-evidence-draft";
import { useDraft } from "@/lib/draft";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";
import { unitsQuery, useSession } from "@/lib/queries";

import type { AskSearch } from "./help-search";
import styles from "./help.module.css";
import { useAsk } from "./use-help";
import { useHelpWords } from "./words";

/** From the page where somebody is stuck: what it is about goes along. */
export function AskPage({ search, unit: scope }: { search: AskSearch; unit?: number }) {
  const words = useHelpWords();
  const { app } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const units = useQuery(unitsQuery).data?.items ?? [];
  const [draft, setDraft, discard] = useDraft(`${session.user.id}.help.new`, { title: "", words: "" });
  const [chosen, setChosen] = useState(0);
  const unit = chosen || search.of || scope || session.scope[0]?.id || 0;
  const files = useEvidenceDraft();
  const ask = useAsk();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [checked, setChecked] = useState(false);
  const need = (text: string) => (checked && typed(text) === "" ? app.required : null);

  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (typed(draft.title) === "" || typed(draft.words) === "") return;
    setBusy(true);
    setProblem(null);
    try {
      const evidence = await files.upload(unit);
      const { help } = await ask.mutateAsync({
        unit,
        title: typed(draft.title),
        words: typed(draft.words),
        about: search.about ?? "page",
        evidence,
        ...(search.about_id ? { about_id: search.about_id } : {}),
        ...(search.page ? { page: search.page } : {}),
      });
      discard();
      void navigate({ to: "/ho-tro/$helpId", params: { helpId: String(help.id) } });
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <div className={page.page}>
      <Link to="/ho-tro" search={(old) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <PageHead title={words.newTitle} sub={words.newSub} />
      <form className={styles.form} onSubmit={(event) => void onSubmit(event)} noValidate>
        <Card title={words.question} sub={search.about ? `${words.aboutLabel}: ${words.about[search.about]}` : undefined}>
          <div className={styles.stack}>
            <TextField label={words.name} value={draft.title} onChange={(title) => setDraft({ ...draft, title })} error={need(draft.title)} maxLength={200} required />
            <NoteField label={words.tell} hint={words.tellHint} value={draft.words} onChange={(text) => setDraft({ ...draft, words: text })} error={need(draft.words)} rows={5} maxLength={2000} required />
            {units.length > 1 && (
              <SelectField label={words.ofUnit} value={String(unit)} onChange={(value) => setChosen(Number(value))} choices={units.map(({ id, name }) => ({ value: String(id), label: name }))} />
            )}
            <EvidenceField draft={files} />
          </div>
        </Card>
        <EvidenceProblem error={problem} />
        <div className={styles.acts}>
          <Button kind="primary" icon={LifeBuoy} submit busy={busy}>
            {words.send}
          </Button>
        </div>
      </form>
    </div>
  );
}
