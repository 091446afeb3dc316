import { BellRing, Download, Lock } from "lucide-react";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { NoteField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import page from "@/components/page.module.css";
import type { RequestDetail } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { useLanguage, useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import styles from "./requests.module.css";
import { tableAddress, useCloseRequest, useRemind } from "./use-requests";
import { useRequestWords } from "./words";

/** What who asked may do with the whole: remind, close, take the table along. */
export function RequestActs({ detail: { request } }: { detail: RequestDetail }) {
  const words = useRequestWords();
  const language = useLanguage();
  const mayAct = useMay("province_admin", "soc_operator") && request.closed_at === null;
  const unanswered = request.counts.sent + request.counts.read + request.counts.returned;
  const remind = useRemind(request.id);
  const close = useCloseRequest(request.id);
  const [asking, setAsking] = useState<"remind" | "close" | null>(null);
  const act = asking === "close" ? close : remind;
  return (
    <div className={page.bar}>
      {mayAct && unanswered > 0 && (
        <Button icon={BellRing} onClick={() => setAsking("remind")}>
          {words.remind}
        </Button>
      )}
      <a href={tableAddress(request.id, language)} download className={buttonLook()}>
        <Download size={17} aria-hidden />
        {words.table}
      </a>
      {mayAct && (
        <Button kind="ghost" icon={Lock} onClick={() => setAsking("close")}>
          {words.close}
        </Button>
      )}
      {remind.data && (
        <span className={styles.soft} role="status">
          {words.reminded(format.number(remind.data.units))}
        </span>
      )}
      {asking && (
        <WordsDialog
          title={asking === "close" ? words.close : words.remind}
          label={asking === "close" ? words.closeWords : words.remindWords}
          hint={asking === "close" ? words.closeHint : words.remindHint(format.number(unanswered))}
          busy={act.isPending}
          error={act.error}
          onSend={(text) => act.mutate(text, { onSuccess: () => setAsking(null) })}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}

interface WordsDialogProps {
  title: string;
  label: string;
  hint: string;
  busy: boolean;
  error: unknown;
  onSend: (text: string) => void;
  onClose: () => void;
}

export function WordsDialog({ title, label, hint, busy, error, onSend, onClose }: WordsDialogProps) {
  const { app } = useWords();
  const [text, setText] = useState("");
  const [checked, setChecked] = useState(false);
  const missing = typed(text) === "";
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!missing) onSend(typed(text));
  }
  return (
    <Modal open onClose={onClose} title={title}>
      <form onSubmit={onSubmit}>
        <NoteField label={label} hint={hint} error={checked && missing ? app.required : null} value={text} onChange={setText} maxLength={2000} autoFocus />
        <ProblemNote error={error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={busy}>
            {title}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
