import { Plus } from "lucide-react";
import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { SelectField, TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { OutsideText } from "@/components/outside-text";
import type { Receiver } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import styles from "./outside.module.css";
import { useAddReceiver, useReceivers, useSetReceiver } from "./use-outside";
import { useOutsideWords } from "./words";

const KINDS = ["police", "telecom", "authority", "other"] as const;

/** Who may be given evidence: data of the standing body. */
export function Receivers() {
  const words = useOutsideWords();
  const query = useReceivers();
  const mayAct = useMay("province_admin", "soc_operator");
  const [adding, setAdding] = useState(false);
  return (
    <Card
      flush
      title={words.receivers}
      sub={words.receiversSub}
      aside={
        mayAct && (
          <Button size="small" icon={Plus} onClick={() => setAdding(true)}>
            {words.addReceiver}
          </Button>
        )
      }
    >
      <AsyncView query={query} isEmpty={({ items }) => items.length === 0} empty={() => <p className={styles.none}>{words.noReceiver}</p>}>
        {({ items }) => (
          <div className={classNames(table.wrap, table.inCard)}>
            <table className={table.table} aria-label={words.receivers}>
              <thead>
                <tr>
                  <th scope="col">{words.name}</th>
                  <th scope="col">{words.kind}</th>
                  <th scope="col">{words.contact}</th>
                  <th scope="col">{words.stateLabel}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((receiver) => (
                  <Row key={receiver.id} receiver={receiver} mayAct={mayAct} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </AsyncView>
      {adding && <AddDialog onClose={() => setAdding(false)} />}
    </Card>
  );
}

function Row({ receiver, mayAct }: { receiver: Receiver; mayAct: boolean }) {
  const words = useOutsideWords();
  const set = useSetReceiver(receiver.id);
  return (
    <tr>
      <th scope="row" className={table.name}>
        <span className={styles.two}>
          <OutsideText value={receiver.name} />
          {receiver.address !== "" && (
            <small>
              <OutsideText value={receiver.address} />
            </small>
          )}
        </span>
      </th>
      <td data-label={words.kind}>{words.kinds[receiver.kind]}</td>
      <td data-label={words.contact}>{receiver.contact === "" ? "–" : <OutsideText value={receiver.contact} />}</td>
      <td data-label={words.stateLabel}>
        <span className={styles.acts}>
          {receiver.active ? words.active : words.inactive}
          {mayAct && (
            <Button size="small" kind="ghost" busy={set.isPending} onClick={() => set.mutate({ active: !receiver.active })}>
              {receiver.active ? words.stop : words.use}
            </Button>
          )}
        </span>
      </td>
    </tr>
  );
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const words = useOutsideWords();
  const { app } = useWords();
  const add = useAddReceiver();
  const [form, setForm] = useState({ name: "", kind: "police" as Receiver["kind"], address: "", contact: "" });
  const [checked, setChecked] = useState(false);
  const missing = typed(form.name) === "";
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!missing) add.mutate({ ...form, name: typed(form.name) }, { onSuccess: onClose });
  }
  return (
    <Modal open onClose={onClose} title={words.addReceiver}>
      <form onSubmit={onSubmit} noValidate>
        <TextField label={words.name} value={form.name} onChange={(name) => setForm({ ...form, name })} error={checked && missing ? app.required : null} maxLength={200} required autoFocus />
        <SelectField label={words.kind} value={form.kind} onChange={(kind) => setForm({ ...form, kind: kind as Receiver["kind"] })} choices={KINDS.map((value) => ({ value, label: words.kinds[value] }))} />
        <TextField label={words.address} optional value={form.address} onChange={(address) => setForm({ ...form, address })} maxLength={500} />
        <TextField label={words.contact} optional value={form.contact} onChange={(contact) => setForm({ ...form, contact })} maxLength={500} />
        <ProblemNote error={add.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={add.isPending}>
            {words.addReceiver}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
