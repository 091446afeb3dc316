import { useState, type FormEvent } from "react";

import { Button } from "@/components/button";
import { EvidenceField, EvidenceProblem } from "@/components/evidence-field";
import { SelectField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { MomentField } from "@/components/moment-field";
import { useEvidenceDraft } from "@/components/use-evidence-draft";
import type { IncidentDetail, IncidentReportNew } from "@/lib/api-types";
import { useDraft } from "@/lib/draft";
import { typed } from "@/lib/fold";
import { useHubText, useWords } from "@/lib/i18n";
import { dayTimeOf, momentOf, type DayTime } from "@/lib/moments";
import { useMay } from "@/lib/queries";

import styles from "./incidents.module.css";
import { useIncidentDocuments, useRecordReport } from "./use-incidents";
import { useIncidentWords } from "./words";

const STEPS = ["unit", "standing_body", "province", "ministry", "other"] as const satisfies readonly IncidentReportNew["step"][];
const CHANNELS = ["phone", "document_axis", "official_email", "paper", "portal", "other"] as const satisfies readonly IncidentReportNew["channel"][];
const MOST_TEXT = 300;
const MOST_CAUSE = 2000;
/** Its report names the cause; the hub refuses one that does not. */
const CLOCK_OF_CAUSE = "report";

interface Draft {
  clock: string;
  step: string;
  sent: DayTime;
  recipient: string;
  channel: string;
  receipt: string;
  document: string;
  cause: string;
}

/** What was done outside: whom was told, when, how, and what came back. */
export function ReportDialog({ detail, clock, onClose }: { detail: IncidentDetail; clock: string; onClose: () => void }) {
  const words = useIncidentWords();
  const { app } = useWords();
  const hubText = useHubText();
  const { incident, clocks } = detail;
  const ofUnit = useMay("unit_officer");
  const record = useRecordReport(incident.id);
  const documents = useIncidentDocuments(incident.unit.id, true).data ?? [];
  const files = useEvidenceDraft();
  const [failed, setFailed] = useState<unknown>(null);
  const [sending, setSending] = useState(false);
  const [checked, setChecked] = useState(false);
  const [draft, setDraft, discard] = useDraft<Draft>(`incident-report.${incident.id}.${clock}`, {
    clock,
    step: ofUnit ? "unit" : "standing_body",
    sent: dayTimeOf(Date.now()),
    recipient: "",
    channel: "phone",
    receipt: "",
    document: "",
    cause: detail.cause,
  });
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const sentAt = momentOf(draft.sent);
  const wrong = sentAt === null || sentAt < incident.detected_at || Date.parse(sentAt) > Date.now();
  const recipient = typed(draft.recipient);
  const asksCause = draft.clock === CLOCK_OF_CAUSE;
  const cause = typed(draft.cause);
  const receiver = clocks.find(({ id }) => id === draft.clock)?.receiver;

  async function send() {
    setSending(true);
    setFailed(null);
    try {
      const evidence = await files.upload(incident.unit.id);
      const receipt = typed(draft.receipt);
      await record.mutateAsync({
        clock: draft.clock,
        step: draft.step as IncidentReportNew["step"],
        sent_at: sentAt!,
        recipient,
        channel: draft.channel as IncidentReportNew["channel"],
        ...(receipt ? { receipt } : {}),
        ...(asksCause && cause !== detail.cause ? { cause } : {}),
        ...(draft.document ? { document: Number(draft.document) } : {}),
        ...(evidence.length > 0 ? { evidence } : {}),
      });
      discard();
      onClose();
    } catch (error) {
      setFailed(error);
    } finally {
      setSending(false);
    }
  }
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!wrong && recipient !== "" && !(asksCause && cause === "") && !files.refused) void send();
  }
  return (
    <Modal open onClose={onClose} title={words.reportTitle} wide>
      <form onSubmit={onSubmit} noValidate>
        <p>{words.reportSub}</p>
        <SelectField label={words.reportClock} value={draft.clock} onChange={(next) => change({ clock: next })} choices={clocks.map(({ id, name }) => ({ value: id, label: hubText(name) }))} hint={receiver && `${words.receiver}: ${hubText(receiver)}`} required />
        <MomentField label={words.sentAt} value={draft.sent} onChange={(sent) => change({ sent })} error={checked && wrong ? words.momentBefore : null} />
        <div className={styles.pair}>
          <SelectField label={words.reportStep} value={draft.step} onChange={(step) => change({ step })} choices={STEPS.map((value) => ({ value, label: words.steps[value] }))} required />
          <SelectField label={words.channel} value={draft.channel} onChange={(channel) => change({ channel })} choices={CHANNELS.map((value) => ({ value, label: words.channels[value] }))} required />
        </div>
        <TextField label={words.recipient} hint={words.recipientHint} value={draft.recipient} onChange={(next) => change({ recipient: next })} error={checked && recipient === "" ? words.recipientMissing : null} maxLength={MOST_TEXT} required />
        {asksCause && <TextField label={words.causeKnown} hint={words.causeKnownHint} value={draft.cause} onChange={(next) => change({ cause: next })} error={checked && cause === "" ? words.causeKnownMissing : null} maxLength={MOST_CAUSE} required />}
        <TextField label={words.receipt} hint={words.receiptHint} value={draft.receipt} onChange={(receipt) => change({ receipt })} maxLength={MOST_TEXT} optional />
        {documents.length > 0 && (
          <SelectField
            label={words.document}
            value={draft.document}
            onChange={(document) => change({ document })}
            choices={[{ value: "", label: words.documentNone }, ...documents.map(({ id, number, name }) => ({ value: String(id), label: `${number} · ${hubText(name)}` }))]}
            optional
          />
        )}
        <details className={styles.more}>
          <summary>{words.receiptFile}</summary>
          <EvidenceField draft={files} />
        </details>
        <EvidenceProblem error={failed} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={sending}>
            {words.reportSave}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
