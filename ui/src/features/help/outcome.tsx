import { CircleCheck, TriangleAlert } from "lucide-react";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { NoteField } from "@/components/field";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import styles from "./help.module.css";
import { useOutcome } from "./use-help";
import { useHelpWords } from "./words";

/** Only who asked says whether it helped. */
export function Outcome({ id }: { id: number }) {
  const words = useHelpWords();
  const { app } = useWords();
  const outcome = useOutcome(id);
  const [not, setNot] = useState(false);
  const [text, setText] = useState("");
  const [checked, setChecked] = useState(false);
  const missing = typed(text) === "";
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!missing) outcome.mutate({ solved: false, words: typed(text) });
  }
  return (
    <Card title={words.outcome} sub={words.outcomeSub}>
      <form className={styles.stack} onSubmit={onSubmit} noValidate>
        {not && <NoteField label={words.stillWrong} value={text} onChange={setText} error={checked && missing ? app.required : null} maxLength={2000} autoFocus />}
        <ProblemNote error={outcome.error} />
        <div className={styles.acts}>
          <Button kind="primary" icon={CircleCheck} busy={outcome.isPending} onClick={() => outcome.mutate({ solved: true })}>
            {words.solved}
          </Button>
          {not ? (
            <Button icon={TriangleAlert} submit busy={outcome.isPending}>
              {words.unsolved}
            </Button>
          ) : (
            <Button icon={TriangleAlert} onClick={() => setNot(true)}>
              {words.unsolved}
            </Button>
          )}
        </div>
      </form>
    </Card>
  );
}
