import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { CheckField } from "@/components/choice-field";
import { FileDrop } from "@/components/file-drop";
import { Modal, ModalActions } from "@/components/modal";
import { base64Of } from "@/lib/file";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import styles from "./content.module.css";
import { useStartContent } from "./use-content";
import { useContentWords } from "./words";

/** What the hub takes in one request, as base64. */
const MOST_BYTES = 15_000_000;

/** Hands in a file that others signed; its trial goes on behind and shows itself on the page. */
export function StartDialog({ onClose }: { onClose: () => void }) {
  const words = useContentWords();
  const { app } = useWords();
  const start = useStartContent();
  const [file, setFile] = useState<File | null>(null);
  const [emergency, setEmergency] = useState(false);
  const [checked, setChecked] = useState(false);

  async function send(chosen: File) {
    start.mutate({ content: await base64Of(chosen), ...(emergency ? { emergency } : {}) }, { onSuccess: onClose });
  }
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (file) void send(file);
  }

  return (
    <Modal open onClose={onClose} title={words.startTitle}>
      <form onSubmit={onSubmit}>
        <p>{words.startEffect}</p>
        <FileDrop label={words.startFile} accept=".khienpack" most={MOST_BYTES} onFiles={([chosen]) => setFile(chosen ?? null)} />
        {file ? (
          <p className="num">{words.chosen(file.name, format.size(file.size))}</p>
        ) : (
          <p className={checked ? styles.wrong : styles.soft} role={checked ? "alert" : undefined}>
            {checked ? words.fileMissing : words.startLimit}
          </p>
        )}
        <CheckField label={words.emergency} hint={words.emergencyHint} checked={emergency} onChange={setEmergency} />
        <ProblemNote error={start.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={start.isPending}>
            {words.start}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
