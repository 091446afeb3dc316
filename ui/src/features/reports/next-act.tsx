import { useNavigate } from "@tanstack/react-router";
import { BadgeCheck, CircleAlert, Download, Lock, PencilLine, RotateCw, Send, Stamp, Trash2 } from "lucide-react";
import { useState } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { Confirm } from "@/components/confirm";
import { FileDrop } from "@/components/file-drop";
import type { ReportDetail } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./document.module.css";
import { useDocumentWords } from "./document-words";
import { FreezeDialog } from "./freeze-dialog";
import { mayFreeze } from "./report-model";
import { SentDialog } from "./sent-dialog";
import { fileAddress, useDiscardReport, useSignedCopy, useUpdateReport } from "./use-reports";

// As much as the hub keeps of one document.
export const MOST_FILE_BYTES = 10 * 1024 * 1024;

interface NextActProps {
  detail: ReportDetail;
  onEdit: (what: "words" | "issuer") => void;
}

/** At each step the one next act; everything else stands back. */
export function NextAct({ detail, onEdit }: NextActProps) {
  const words = useDocumentWords();
  const { state } = detail.report;
  const missing = detail.missing.length > 0;
  const said = {
    draft: [missing ? words.nextMissing : words.nextDraft, words.nextDraftSub],
    frozen: [words.nextFrozen, words.nextFrozenSub],
    signed: [words.nextSigned, words.nextSignedSub],
    sent: [words.nextSent, words.nextSentSub],
    received: [words.nextReceived, words.nextReceivedSub],
  }[state] as [string, string];
  return (
    <Card title={said[0]} sub={state === "received" ? undefined : words.next}>
      <div className={styles.stack}>
        <p>{said[1]}</p>
        {!detail.may_edit && state !== "received" && <p className={styles.soft}>{words.readOnly}</p>}
        {detail.may_edit && state === "draft" && <DraftActs detail={detail} onEdit={onEdit} />}
        {detail.may_edit && state === "frozen" && <SignActs detail={detail} />}
        {detail.may_edit && state === "signed" && <SentButton detail={detail} primary />}
        {detail.may_edit && state === "sent" && <SentButton detail={detail} primary receipt />}
      </div>
    </Card>
  );
}

function DraftActs({ detail, onEdit }: NextActProps) {
  const words = useDocumentWords();
  const hubText = useHubText();
  const [open, setOpen] = useState(false);
  const update = useUpdateReport(detail.report.id);
  const ready = mayFreeze(detail);
  return (
    <>
      {detail.missing.length > 0 && (
        <div className={styles.missing}>
          <CircleAlert size={18} aria-hidden />
          <div>
            <b>{words.missing}</b>
            <ul>
              {detail.missing.map((one) => (
                <li key={one.vi}>{hubText(one)}</li>
              ))}
            </ul>
          </div>
        </div>
      )}
      <div className={styles.buttons}>
        <Button kind={ready ? "plain" : "primary"} icon={PencilLine} onClick={() => onEdit("words")}>
          {words.editWords}
        </Button>
        <Button icon={Stamp} onClick={() => onEdit("issuer")}>
          {words.editIssuer}
        </Button>
        <Button icon={RotateCw} busy={update.isPending} onClick={() => update.mutate({ count_again: true })}>
          {words.count}
        </Button>
        <Button kind={ready ? "primary" : "plain"} icon={Lock} disabled={!ready} onClick={() => setOpen(true)}>
          {words.freeze}
        </Button>
      </div>
      <p className={styles.soft} role="status">
        {update.isSuccess && words.counted} {words.countHint(format.dateTime(detail.report.cut_off))}
      </p>
      <ProblemNote error={update.error} />
      <DiscardButton id={detail.report.id} />
      {open && <FreezeDialog detail={detail} onClose={() => setOpen(false)} />}
    </>
  );
}

function DiscardButton({ id }: { id: number }) {
  const words = useDocumentWords();
  const navigate = useNavigate();
  const discard = useDiscardReport(id);
  const [asking, setAsking] = useState(false);
  return (
    <div>
      <Button kind="ghost" size="small" icon={Trash2} onClick={() => setAsking(true)}>
        {words.discard}
      </Button>
      <Confirm
        open={asking}
        title={words.discardTitle}
        effect={words.discardEffect}
        action={words.discard}
        busy={discard.isPending}
        error={discard.error}
        onConfirm={() => discard.mutate(undefined, { onSuccess: () => void navigate({ to: "/bao-cao" }) })}
        onClose={() => setAsking(false)}
      />
    </div>
  );
}

function SignActs({ detail }: { detail: ReportDetail }) {
  const words = useDocumentWords();
  const sign = useSignedCopy(detail.report.id);
  return (
    <>
      <a href={fileAddress(detail.report.id, "pdf")} download className={buttonLook("primary")}>
        <Download size={16} aria-hidden />
        {words.downloadToSign}
      </a>
      <FileDrop label={words.upload} accept=".pdf,application/pdf" most={MOST_FILE_BYTES} onFiles={([file]) => file && sign.mutate(file)} />
      <p className={styles.soft} role="status">
        {sign.isPending ? words.uploading : words.uploadHint}
      </p>
      <ProblemNote error={sign.error} />
      <SentButton detail={detail} />
    </>
  );
}

function SentButton({ detail, primary, receipt }: { detail: ReportDetail; primary?: boolean; receipt?: boolean }) {
  const words = useDocumentWords();
  const [open, setOpen] = useState(false);
  return (
    <div>
      <Button kind={primary ? "primary" : "plain"} icon={receipt ? BadgeCheck : Send} onClick={() => setOpen(true)}>
        {receipt ? words.receipt : words.sent}
      </Button>
      {open && <SentDialog detail={detail} receipt={receipt} onClose={() => setOpen(false)} />}
    </div>
  );
}
