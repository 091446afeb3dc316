import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { NoteField, SelectField, TextField } from "@/components/field";
import { Panel } from "@/components/panel";
import type { ReportDetail, ReportIssuer } from "@/lib/api-types";
import { useDraft } from "@/lib/draft";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";

import styles from "./document.module.css";
import { useDocumentWords } from "./document-words";
import { useUpdateReport } from "./use-reports";

const MODES = ["", "KT.", "TM.", "TL.", "TUQ."] as const;
const MOST_RECIPIENTS = 30;
const MOST = { parent_agency: 200, agency: 200, place: 100, symbol: 40, signer_mode_title: 100, signer_title: 100, signer_name: 100 } as const;

type Draft = Omit<ReportIssuer, "recipients"> & { recipients: string };

const linesOf = (text: string) => text.split("\n").map(typed).filter(Boolean);

/** Who issues the letter, who signs it and who gets it, as the decree lays it out. */
export function IssuerPanel({ detail, onClose }: { detail: ReportDetail; onClose: () => void }) {
  const words = useDocumentWords();
  const { app } = useWords();
  const update = useUpdateReport(detail.report.id);
  const [draft, setDraft, discard] = useDraft<Draft>(`report.${detail.report.id}.issuer`, { ...detail.issuer, recipients: detail.issuer.recipients.join("\n") });
  const [checked, setChecked] = useState(false);
  const recipients = linesOf(draft.recipients);
  const agencyMissing = typed(draft.agency) === "";
  const tooMany = recipients.length > MOST_RECIPIENTS;
  const text = (name: keyof typeof MOST, more: { hint?: string; error?: string | null; optional?: boolean } = {}) => (
    <TextField label={words.issuer[name]} value={draft[name]} onChange={(next) => setDraft({ ...draft, [name]: next })} maxLength={MOST[name]} {...more} />
  );

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!agencyMissing && !tooMany) update.mutate({ issuer: { ...draft, recipients: recipients.map((one) => one.slice(0, 200)) } }, { onSuccess: leave });
  }
  function leave() {
    discard();
    onClose();
  }
  return (
    <Panel open onClose={onClose} title={words.issuerTitle} label={words.issuerTitle} takesFocus>
      <form className={styles.stack} onSubmit={onSubmit} noValidate>
        {text("parent_agency", { optional: true })}
        {text("agency", { error: checked && agencyMissing ? words.agencyMissing : null })}
        <div className={styles.pair}>
          {text("symbol", { hint: words.symbolHint })}
          {text("place")}
        </div>
        <SelectField
          label={words.issuer.signer_mode}
          value={draft.signer_mode}
          onChange={(next) => setDraft({ ...draft, signer_mode: next as ReportIssuer["signer_mode"] })}
          choices={MODES.map((value) => ({ value, label: words.modes[value] ?? value }))}
        />
        {draft.signer_mode !== "" && text("signer_mode_title", { optional: true })}
        {text("signer_title")}
        {text("signer_name")}
        <NoteField
          label={words.issuer.recipients}
          hint={words.recipientsHint}
          error={checked && tooMany ? words.tooMany : null}
          value={draft.recipients}
          onChange={(next) => setDraft({ ...draft, recipients: next })}
          maxLength={6000}
          rows={5}
        />
        <ProblemNote error={update.error} />
        <div className={styles.row}>
          <Button kind="primary" submit busy={update.isPending}>
            {app.save}
          </Button>
          <Button onClick={leave}>{app.cancel}</Button>
        </div>
      </form>
    </Panel>
  );
}
