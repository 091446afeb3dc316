import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft, Send } from "lucide-react";
import { useState, type FormEvent } from "react";

import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CheckField, RadioField } from "@/components/choice-field";
import { DateField } from "@/components/date-field";
import { EvidenceField, EvidenceProblem } from "@/components/evidence-field";
import { NoteField, SelectField, TextField } from "@/components/field";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import { useEvidenceDraft } from "@/components/use-evidence-draft";
import type { RequestNew, UnitRequest } from "@/lib/api-types";
import { useDraft } from "@/lib/draft";
import { fold, typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { unitsQuery, useSession } from "@/lib/queries";

import { askedUnits, kindsOf, linesOf, type Audience } from "./audience";
import styles from "./requests.module.css";
import { useSendRequest } from "./use-requests";
import { useRequestWords } from "./words";

interface Written extends Audience {
  title: string;
  text: string;
  basis: string;
  due: string;
  answer: UnitRequest["answer"];
  fields: string;
}

const ANSWERS = ["words", "files", "numbers", "read"] as const;
const BLANK: Written = { title: "", text: "", basis: "", due: "", answer: "words", fields: "", by: "kind", kinds: [], below: 0, units: [] };

/** One page, one request, many agencies. */
export function NewRequestPage() {
  const words = useRequestWords();
  const { app } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const units = useQuery(unitsQuery).data?.items ?? [];
  const own = session.scope[0]?.id ?? 0;
  const [draft, setDraft, discard] = useDraft<Written>(`${session.user.id}.request.new`, BLANK);
  const files = useEvidenceDraft();
  const send = useSendRequest();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [checked, setChecked] = useState(false);
  const change = (part: Partial<Written>) => setDraft({ ...draft, ...part });
  const asked = askedUnits(draft, units, own);
  const fields = linesOf(draft.fields);
  const missing = { title: typed(draft.title) === "", text: typed(draft.text) === "", fields: draft.answer === "numbers" && fields.length === 0, units: asked.length === 0 };
  const need = (wrong: boolean) => (checked && wrong ? app.required : null);

  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (missing.title || missing.text || missing.fields || missing.units) return;
    setBusy(true);
    setProblem(null);
    try {
      const attachments = await files.upload(own);
      const body: RequestNew = {
        unit: own,
        title: typed(draft.title),
        text: typed(draft.text),
        answer: draft.answer,
        attachments,
        ...(typed(draft.basis) ? { basis: typed(draft.basis) } : {}),
        ...(draft.due ? { due_on: draft.due } : {}),
        ...(draft.answer === "numbers" ? { fields } : {}),
        ...(draft.by === "kind" ? { kinds: draft.kinds } : draft.by === "below" ? { below: draft.below } : { units: draft.units }),
      };
      const { request } = await send.mutateAsync(body);
      discard();
      void navigate({ to: "/yeu-cau/$requestId", params: { requestId: String(request.id) } });
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className={page.page}>
      <Link to="/yeu-cau" search={(old) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <PageHead title={words.newTitle} sub={words.newSub} />
      <form className={styles.form} onSubmit={(event) => void onSubmit(event)} noValidate>
        <Card title={words.content}>
          <div className={styles.stack}>
            <TextField label={words.name} value={draft.title} onChange={(title) => change({ title })} error={need(missing.title)} required maxLength={200} />
            <NoteField label={words.text} value={draft.text} onChange={(text) => change({ text })} error={need(missing.text)} rows={6} required maxLength={2000} />
            <TextField label={words.basis} hint={words.basisHint} optional value={draft.basis} onChange={(basis) => change({ basis })} maxLength={500} />
            <DateField label={words.dueDay} optional value={draft.due} onChange={(due) => change({ due })} />
            <RadioField
              label={words.answer}
              choices={ANSWERS.map((value) => ({ value, label: words.kinds[value] }))}
              value={draft.answer}
              onChange={(value) => change({ answer: value as Written["answer"] })}
              inline
            />
            {draft.answer === "numbers" && (
              <NoteField label={words.fieldList} hint={words.fieldHint} value={draft.fields} onChange={(text) => change({ fields: text })} error={need(missing.fields)} rows={4} maxLength={2000} />
            )}
          </div>
        </Card>
        <Card title={words.audience}>
          <AudienceFields draft={draft} units={units} own={own} onChange={change} />
          <p className={checked && missing.units ? styles.late : styles.soft} role="status">
            {asked.length === 0 ? words.chooseSome : words.chosen(format.number(asked.length))}
          </p>
        </Card>
        <Card title={words.attachments}>
          <EvidenceField draft={files} />
        </Card>
        <EvidenceProblem error={problem} />
        <div className={styles.acts}>
          <Button kind="primary" icon={Send} submit busy={busy}>
            {words.make}
          </Button>
        </div>
      </form>
    </div>
  );
}

interface AudienceFieldsProps {
  draft: Audience;
  units: { id: number; name: string; kind: NonNullable<RequestNew["kinds"]>[number]; parent: number | null }[];
  own: number;
  onChange: (part: Partial<Audience>) => void;
}

function AudienceFields({ draft, units, own, onChange }: AudienceFieldsProps) {
  const words = useRequestWords();
  const { unitKind } = useWords();
  const [filter, setFilter] = useState("");
  const toggle = <T,>(list: T[], item: T, on: boolean) => (on ? [...list, item] : list.filter((one) => one !== item));
  const parents = units.filter(({ id }) => units.some(({ parent }) => parent === id));
  const shown = units.filter(({ id, name }) => id !== own && fold(name).includes(fold(filter)));
  return (
    <div className={styles.stack}>
      <RadioField
        label={words.audience}
        choices={(["kind", "below", "list"] as const).map((value) => ({ value, label: words.audiences[value] }))}
        value={draft.by}
        onChange={(by) => onChange({ by: by as Audience["by"] })}
        inline
      />
      {draft.by === "kind" && (
        <div className={styles.checks}>
          {kindsOf(units, own).map((kind) => (
            <CheckField key={kind} label={unitKind[kind]} checked={draft.kinds.includes(kind)} onChange={(on) => onChange({ kinds: toggle(draft.kinds, kind, on) })} />
          ))}
        </div>
      )}
      {draft.by === "below" && (
        <SelectField
          label={words.belowOf}
          value={String(draft.below)}
          onChange={(value) => onChange({ below: Number(value) })}
          choices={[{ value: "0", label: "–" }, ...parents.map(({ id, name }) => ({ value: String(id), label: name }))]}
        />
      )}
      {draft.by === "list" && (
        <>
          <SearchBox label={words.filterUnits} value={filter} onChange={setFilter} />
          <div className={styles.unitList} tabIndex={0} role="group" aria-label={words.audiences.list}>
            {shown.map(({ id, name }) => (
              <CheckField key={id} label={name} checked={draft.units.includes(id)} onChange={(on) => onChange({ units: toggle(draft.units, id, on) })} />
            ))}
          </div>
        </>
      )}
    </div>
  );
}
