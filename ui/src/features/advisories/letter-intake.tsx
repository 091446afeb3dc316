import { useNavigate } from "@tanstack/react-router";
import { FileText } from "lucide-react";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { NoteField } from "@/components/field";
import { FileDrop } from "@/components/file-drop";
import { OutsideText } from "@/components/outside-text";
import { SecretQuestion } from "@/components/secret-question";
import type { LetterNew } from "@/lib/api-types";
import { base64Of } from "@/lib/file";
import * as format from "@/lib/format";

import styles from "./advisories.module.css";
import { useCreateLetter } from "./use-advisories";
import { useAdvisoryWords } from "./words";

// The hub takes 12,582,912 characters of base64.
const MOST_BYTES = 9_437_184;
const MOST_TEXT = 200_000;

/** The question about state secrets first: what is declared classified is not sent at all. */
export function LetterIntake() {
  const words = useAdvisoryWords();
  return (
    <Card title={words.intake}>
      <SecretQuestion>
        <IntakeForm />
      </SecretQuestion>
    </Card>
  );
}

function IntakeForm() {
  const words = useAdvisoryWords();
  const navigate = useNavigate();
  const create = useCreateLetter();
  const [text, setText] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [checked, setChecked] = useState(false);
  const nothing = text.trim() === "" && file === null;

  async function read() {
    const body: LetterNew = file ? { file_name: file.name.normalize("NFC").slice(0, 200), content: await base64Of(file) } : { text };
    create.mutate(body, { onSuccess: ({ letter }) => void navigate({ to: "/canh-bao/cong-van/$letterId", params: { letterId: String(letter.id) } }) });
  }
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!nothing) void read();
  }

  return (
    <form className={styles.stack} onSubmit={onSubmit} noValidate>
      {file === null && (
        <NoteField label={words.intakeText} hint={words.intakeTextHint} value={text} onChange={setText} maxLength={MOST_TEXT} rows={6} />
      )}
      {text.trim() === "" && (
        <>
          {file === null ? (
            <>
              <p className={styles.or}>{words.intakeOr}</p>
              <FileDrop label={words.intakeFile} accept=".pdf,.docx,.txt" most={MOST_BYTES} onFiles={([chosen]) => setFile(chosen ?? null)} />
            </>
          ) : (
            <p className={styles.chosen}>
              <FileText size={18} aria-hidden />
              <OutsideText value={file.name} />
              <span className="num">{format.size(file.size)}</span>
              <Button size="small" kind="ghost" onClick={() => setFile(null)}>
                {words.chooseOther}
              </Button>
            </p>
          )}
        </>
      )}
      {checked && nothing && (
        <p className={styles.wrong} role="alert">
          {words.intakeNothing}
        </p>
      )}
      <ProblemNote error={create.error} />
      <div>
        <Button kind="primary" submit busy={create.isPending}>
          {create.isPending ? words.intakeReading : words.intakeRead}
        </Button>
      </div>
    </form>
  );
}
