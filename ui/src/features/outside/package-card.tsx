import { CircleCheck, CircleX, Download, MailCheck } from "lucide-react";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { DateField } from "@/components/date-field";
import { EvidenceList } from "@/components/evidence-list";
import { NoteField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { OutsideText } from "@/components/outside-text";
import type { EvidencePackage } from "@/lib/api-types";
import { today } from "@/lib/days";
import { shortHash } from "@/lib/evidence";
import { typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { PackageTag } from "./outside-tags";
import styles from "./outside.module.css";
import { packageAddress, useDecidePackage, useReceipt } from "./use-outside";
import { useOutsideWords } from "./words";

/** What is handed over: the files, who chose, who approved, and the receipt. */
export function PackageCard({ one, open }: { one: EvidencePackage; open: boolean }) {
  const words = useOutsideWords();
  return (
    <Card title={words.packageOf(format.number(one.id))} aside={<PackageTag state={one.state} />}>
      <div className={styles.stack}>
        <p className={styles.text}>
          <OutsideText value={one.words} keepLines />
        </p>
        <p className={styles.soft}>
          {words.madeBy(one.made_by?.name ?? "–", format.dateTime(one.made_at))}
          {one.decided_at && `. ${words.decidedBy(one.decided_by?.name ?? "–", format.dateTime(one.decided_at))}`}
        </p>
        <EvidenceList evidence={one.files} />
        {one.manifest_sha256 && (
          <p className={styles.soft}>
            {words.manifest}: <code title={one.manifest_sha256}>{shortHash(one.manifest_sha256)}</code>
          </p>
        )}
        {one.received_on && <p>{words.receivedWith(one.receipt, format.date(one.received_on))}</p>}
        {open && <Acts one={one} />}
      </div>
    </Card>
  );
}

function Acts({ one }: { one: EvidencePackage }) {
  const words = useOutsideWords();
  const mayDecide = useMay("province_admin", "soc_operator", "leader");
  const mayHandOver = useMay("province_admin", "soc_operator");
  const decide = useDecidePackage(one.id);
  const [asking, setAsking] = useState<"refuse" | "receipt" | null>(null);
  const hasLeft = one.state === "approved" || one.state === "received";
  return (
    <div className={styles.acts}>
      {one.state === "waiting" && mayDecide && one.may_decide && (
        <>
          <Button kind="primary" icon={CircleCheck} busy={decide.isPending} onClick={() => decide.mutate({ approve: true })}>
            {words.approve}
          </Button>
          <Button icon={CircleX} onClick={() => setAsking("refuse")}>
            {words.refuse}
          </Button>
        </>
      )}
      {one.state === "waiting" && mayDecide && !one.may_decide && <span className={styles.soft}>{words.ownPackage}</span>}
      {hasLeft && mayHandOver && (
        <a href={packageAddress(one.id)} download className={buttonLook("primary")} title={words.downloadHint}>
          <Download size={17} aria-hidden />
          {words.download}
        </a>
      )}
      {one.state === "approved" && mayHandOver && (
        <Button icon={MailCheck} onClick={() => setAsking("receipt")}>
          {words.receipt}
        </Button>
      )}
      <ProblemNote error={asking ? null : decide.error} />
      {asking === "refuse" && <RefuseDialog one={one} onClose={() => setAsking(null)} />}
      {asking === "receipt" && <ReceiptDialog one={one} onClose={() => setAsking(null)} />}
    </div>
  );
}

function RefuseDialog({ one, onClose }: { one: EvidencePackage; onClose: () => void }) {
  const words = useOutsideWords();
  const { app } = useWords();
  const decide = useDecidePackage(one.id);
  const [text, setText] = useState("");
  const [checked, setChecked] = useState(false);
  const missing = typed(text) === "";
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!missing) decide.mutate({ approve: false, words: typed(text) }, { onSuccess: onClose });
  }
  return (
    <Modal open onClose={onClose} title={words.refuse}>
      <form onSubmit={onSubmit} noValidate>
        <NoteField label={words.refuseWhy} value={text} onChange={setText} error={checked && missing ? app.required : null} maxLength={1000} autoFocus />
        <ProblemNote error={decide.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={decide.isPending}>
            {words.refuse}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

function ReceiptDialog({ one, onClose }: { one: EvidencePackage; onClose: () => void }) {
  const words = useOutsideWords();
  const { app } = useWords();
  const record = useReceipt(one.id);
  const [receipt, setReceipt] = useState("");
  const [day, setDay] = useState(today());
  const [checked, setChecked] = useState(false);
  const missing = typed(receipt) === "";
  const ahead = day > today();
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!missing && day && !ahead) record.mutate({ receipt: typed(receipt), received_on: day }, { onSuccess: onClose });
  }
  return (
    <Modal open onClose={onClose} title={words.receipt}>
      <form onSubmit={onSubmit} noValidate>
        <TextField label={words.receiptWords} value={receipt} onChange={setReceipt} error={checked && missing ? app.required : null} maxLength={500} autoFocus required />
        <DateField label={words.receivedOn} value={day} onChange={setDay} error={checked && !day ? app.required : ahead ? words.dateAhead : null} required />
        <ProblemNote error={record.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={record.isPending}>
            {words.receipt}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
