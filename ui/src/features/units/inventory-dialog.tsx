import { Link } from "@tanstack/react-router";
import { FileText } from "lucide-react";
import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { TextField } from "@/components/field";
import { FileDrop } from "@/components/file-drop";
import { Modal, ModalActions } from "@/components/modal";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { Segments } from "@/components/segments";
import type { Device } from "@/lib/api-types";
import { base64Of } from "@/lib/file";
import { typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import styles from "./inventory-dialog.module.css";
import { useDeviceInventory, useHandIn, type InventoryNew, type InventoryRead } from "./use-estate";
import { useEstateWords } from "./words";

// The hub takes 12,582,912 characters of base64.
const MOST_BYTES = 9_437_184;

/** The software of a device without an agent: what was handed in last, and a list or a product that replaces it. */
export function InventoryDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const words = useEstateWords().inventory;
  return (
    <Modal open onClose={onClose} title={words.title} wide>
      <p className={styles.name}>
        <OutsideText value={device.name} />
      </p>
      <Newest device={device} />
      <HandIn device={device} onClose={onClose} />
    </Modal>
  );
}

function Newest({ device }: { device: Device }) {
  const words = useEstateWords().inventory;
  const query = useDeviceInventory(device.id);
  return (
    <AsyncView query={query}>
      {({ handed }) =>
        handed === null ? (
          <p className={styles.soft}>{words.none}</p>
        ) : (
          <p className={styles.soft}>
            {words.handed(format.number(handed.packages), format.dateTime(handed.at))}{" "}
            {handed.file_name !== "" && <OutsideText value={handed.file_name} />}{" "}
            {handed.machine !== null && (
              <Link to="/may-tinh/$machineId" params={{ machineId: String(handed.machine) }} className="link">
                {words.see}
              </Link>
            )}
          </p>
        )
      }
    </AsyncView>
  );
}

function HandIn({ device, onClose }: { device: Device; onClose: () => void }) {
  const words = useEstateWords().inventory;
  const { app } = useWords();
  const send = useHandIn(device.id);
  const [by, setBy] = useState<"file" | "hand">("file");
  const [file, setFile] = useState<File | null>(null);
  const [form, setForm] = useState({ os: "", vendor: "", product: "", version: "" });
  const [read, setRead] = useState<{ body: InventoryNew; result: InventoryRead } | null>(null);
  const set = (name: keyof typeof form) => (value: string) => {
    setForm((old) => ({ ...old, [name]: value }));
    setRead(null);
  };
  const ready = by === "file" ? file !== null : typed(form.product) !== "";

  async function preview() {
    const body: InventoryNew =
      by === "file" && file
        ? { file_name: file.name.normalize("NFC").slice(0, 200), content: await base64Of(file), ...(typed(form.os) ? { os: typed(form.os) } : {}) }
        : { vendor: typed(form.vendor), product: typed(form.product), version: typed(form.version) };
    send.mutate(body, { onSuccess: (result) => setRead({ body, result }) });
  }
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (read) send.mutate({ ...read.body, confirm: true }, { onSuccess: onClose });
    else void preview();
  }
  function turn(next: "file" | "hand") {
    setBy(next);
    setRead(null);
  }

  return (
    <form onSubmit={onSubmit}>
      <Segments label={words.how} value={by} onChange={turn} choices={[{ value: "file", label: words.upload }, { value: "hand", label: words.type }]} />
      {by === "file" ? (
        <>
          {file === null ? (
            <FileDrop label={words.file} accept=".json,.xml,.csv,.txt,.spdx,.lock" most={MOST_BYTES} onFiles={([chosen]) => setFile(chosen ?? null)} />
          ) : (
            <p className={styles.chosen}>
              <FileText size={18} aria-hidden />
              <OutsideText value={file.name} />
              <span className="num">{format.size(file.size)}</span>
              <Button
                size="small"
                kind="ghost"
                onClick={() => {
                  setFile(null);
                  setRead(null);
                }}
              >
                {words.other}
              </Button>
            </p>
          )}
          <p className={styles.soft}>
            {words.formats}{" "}
            <Link to="/nhap-du-lieu" search={{ unit: device.unit.id, kind: "appliances" }} className="link">
              {words.many}
            </Link>
          </p>
          <TextField label={words.os} hint={words.osHint} value={form.os} onChange={set("os")} maxLength={100} optional />
        </>
      ) : (
        <div className={page.pair}>
          <TextField label={words.vendor} value={form.vendor} onChange={set("vendor")} maxLength={100} optional />
          <TextField label={words.product} value={form.product} onChange={set("product")} maxLength={100} required />
          <TextField label={words.version} hint={words.versionHint} value={form.version} onChange={set("version")} maxLength={100} optional />
        </div>
      )}
      {read && <Preview result={read.result} />}
      <ProblemNote error={send.error} />
      <ModalActions>
        <Button onClick={onClose}>{app.cancel}</Button>
        <Button kind="primary" submit busy={send.isPending} disabled={!ready || (read !== null && !read.result.changed)}>
          {read ? words.confirm : words.read}
        </Button>
      </ModalActions>
    </form>
  );
}

function Preview({ result }: { result: InventoryRead }) {
  const words = useEstateWords().inventory;
  return (
    <section className={styles.preview} aria-label={words.preview} role="status">
      <b>{result.changed ? words.found(format.number(result.packages)) : words.same}</b>
      {result.without_version > 0 && <p>{words.withoutVersion(format.number(result.without_version))}</p>}
      <ul className={styles.list}>
        {result.first.map((one) => (
          <li key={`${one.name} ${one.version}`} className="mono">
            <OutsideText value={one.name} /> {one.version === "" ? <em>{words.versionUnknown}</em> : <OutsideText value={one.version} />}
          </li>
        ))}
      </ul>
      {result.packages > result.first.length && <p>{words.more(format.number(result.packages - result.first.length))}</p>}
      {result.passed_over > 0 && (
        <>
          <p>{words.passedOver(format.number(result.passed_over))}</p>
          <ul className={styles.list}>
            {result.named.map((one) => (
              <li key={`${one.where} ${one.why}`}>
                <OutsideText value={`${one.where}: ${one.why}`} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
