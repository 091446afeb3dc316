import { CircleCheck, Eye, Send } from "lucide-react";
import { useState, type FormEvent } from "react";

import { AskHelp } from "@/components/ask-help";
import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { EvidenceField, EvidenceProblem } from "@/components/evidence-field";
import { NoteField, TextField } from "@/components/field";
import { useEvidenceDraft } from "@/components/use-evidence-draft";
import type { RequestDetail, RequestUnit } from "@/lib/api-types";
import { useDraft } from "@/lib/draft";
import { typed } from "@/lib/fold";
import { useSession } from "@/lib/queries";

import { LineHistory } from "./line-history";
import { RequestStateTag } from "./request-tags";
import styles from "./requests.module.css";
import { useAnswer, useConfirmRead, useRequestUnit } from "./use-requests";
import { useRequestWords } from "./words";

/** For the unit that is asked: read it, answer it, see what came of it. */
export function OwnAnswer({ detail, line }: { detail: RequestDetail; line: number }) {
  const words = useRequestWords();
  const query = useRequestUnit(line);
  return (
    <AsyncView query={query}>
      {({ unit, history }) => (
        <>
          <Card title={words.yourAnswer} aside={<RequestStateTag state={unit.state} />}>
            <Turn detail={detail} unit={unit} />
          </Card>
          <Card title={words.history} sub={words.historySub}>
            <LineHistory history={history} fields={detail.fields} />
          </Card>
        </>
      )}
    </AsyncView>
  );
}

function Turn({ detail, unit }: { detail: RequestDetail; unit: RequestUnit }) {
  const words = useRequestWords();
  const { answer, closed_at: closedAt } = detail.request;
  if (unit.state === "accepted") return <Said text={answer === "read" ? words.readDone : words.allDone} />;
  if (unit.state === "answered") return <Said text={words.waitForDecision} />;
  if (closedAt !== null) return <Said text={words.closed} />;
  return (
    <div className={styles.stack}>
      {unit.state === "sent" && <Reading unit={unit} />}
      {answer !== "read" && <AnswerForm key={unit.entered_at} detail={detail} unit={unit} />}
    </div>
  );
}

function Said({ text }: { text: string }) {
  return (
    <p className={styles.said}>
      <CircleCheck size={18} aria-hidden />
      {text}
    </p>
  );
}

function Reading({ unit }: { unit: RequestUnit }) {
  const words = useRequestWords();
  const confirm = useConfirmRead(unit.id);
  return (
    <div className={styles.reading}>
      <Button kind="primary" icon={Eye} busy={confirm.isPending} onClick={() => confirm.mutate(undefined)}>
        {words.confirmRead}
      </Button>
      <span className={styles.soft}>{words.confirmReadSub}</span>
      <ProblemNote error={confirm.error} />
    </div>
  );
}

interface Written {
  words: string;
  numbers: string[];
}

const asNumber = (text: string) => (/^\d{1,15}$/.test(text.replaceAll(".", "").trim()) ? Number(text.replaceAll(".", "").trim()) : null);

function AnswerForm({ detail, unit }: { detail: RequestDetail; unit: RequestUnit }) {
  const words = useRequestWords();
  const person = useSession().user.id;
  const { answer } = detail.request;
  const [draft, setDraft, discard] = useDraft<Written>(`${person}.request.${unit.id}`, { words: "", numbers: detail.fields.map(() => "") });
  const files = useEvidenceDraft();
  const send = useAnswer(unit.id);
  const [uploading, setUploading] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [checked, setChecked] = useState(false);
  const numbers = draft.numbers.map(asNumber);
  const wordsMissing = answer === "words" && typed(draft.words) === "";
  const filesMissing = answer === "files" && files.files.length === 0;

  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (wordsMissing || filesMissing || numbers.includes(null)) return;
    setUploading(true);
    setProblem(null);
    try {
      const evidence = await files.upload(unit.unit.id);
      await send.mutateAsync({ words: typed(draft.words), numbers: answer === "numbers" ? (numbers as number[]) : [], evidence });
      discard();
    } catch (error) {
      setProblem(error);
    } finally {
      setUploading(false);
    }
  }
  return (
    <form className={styles.stack} onSubmit={(event) => void onSubmit(event)} noValidate>
      {detail.fields.map((field, index) => (
        <TextField
          key={field}
          label={field}
          value={draft.numbers[index] ?? ""}
          onChange={(next) => setDraft({ ...draft, numbers: draft.numbers.map((old, at) => (at === index ? next : old)) })}
          error={checked && numbers[index] === null ? words.needNumber : null}
          required
          maxLength={20}
        />
      ))}
      <NoteField
        label={answer === "words" ? words.words : words.note}
        optional={answer !== "words"}
        value={draft.words}
        onChange={(next) => setDraft({ ...draft, words: next })}
        error={checked && wordsMissing ? words.words : null}
        rows={5}
        maxLength={2000}
      />
      <EvidenceField draft={files} />
      {checked && filesMissing && (
        <p className={styles.late} role="alert">
          {words.needFile}
        </p>
      )}
      <EvidenceProblem error={problem} />
      <div className={styles.reading}>
        <Button kind={unit.state === "sent" ? "plain" : "primary"} icon={Send} submit busy={uploading}>
          {words.send}
        </Button>
        <span className={styles.soft}>{words.sendHint}</span>
      </div>
      <AskHelp about="request" id={unit.request} page={`/yeu-cau/${unit.request}`} unit={unit.unit.id} />
    </form>
  );
}
