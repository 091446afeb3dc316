import { ListPlus, Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Confirm } from "@/components/confirm";
import { NoteField } from "@/components/field";
import { FileDrop } from "@/components/file-drop";
import { Modal, ModalActions } from "@/components/modal";
import { Moment } from "@/components/moment";
import page from "@/components/page.module.css";
import { Facts } from "@/components/section";
import type { SiteDetail } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import styles from "./site-page.module.css";
import { useAddListed, useForgetListed } from "./use-sites";
import { useSiteWords } from "./words";

const MOST_BYTES = 4 << 20;

/** What search engines list of the site: pages that nothing links to are found by it alone. */
export function ListedCard({ detail }: { detail: SiteDetail }) {
  const words = useSiteWords();
  const mayAct = useMay("province_admin", "soc_operator", "unit_officer");
  const [task, setTask] = useState<"add" | "forget" | null>(null);
  const { listed, watched } = detail;
  const { site } = watched;
  const forget = useForgetListed(site.id);
  return (
    <Card title={words.listed}>
      <div className={styles.list}>
        {listed.newest === null ? (
          <p className={styles.soft}>{words.listedNone}</p>
        ) : (
          <Facts
            facts={[
              { label: words.listedPages, value: format.number(listed.pages) },
              { label: words.listedLooked, value: format.number(listed.looked_at) },
              { label: words.listedNewest, value: <Moment at={listed.newest} /> },
            ]}
          />
        )}
        {mayAct && (
          <div className={page.actions}>
            <Button icon={ListPlus} onClick={() => setTask("add")}>
              {words.listedAdd}
            </Button>
            {listed.pages > 0 && (
              <Button icon={Trash2} onClick={() => setTask("forget")}>
                {words.listedForget}
              </Button>
            )}
          </div>
        )}
      </div>
      {task === "add" && <ListDialog site={site} onClose={() => setTask(null)} />}
      <Confirm
        open={task === "forget"}
        title={words.listedForget}
        effect={words.listedForgetEffect(format.number(listed.pages))}
        action={words.listedForget}
        busy={forget.isPending}
        error={forget.error}
        onConfirm={() => forget.mutate(undefined, { onSuccess: () => setTask(null) })}
        onClose={() => setTask(null)}
      />
    </Card>
  );
}

function ListDialog({ site, onClose }: { site: SiteDetail["watched"]["site"]; onClose: () => void }) {
  const words = useSiteWords();
  const { app } = useWords();
  const [text, setText] = useState("");
  const add = useAddListed(site.id);
  const { data: added } = add;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    add.mutate(text);
  }

  if (added) {
    return (
      <Modal open onClose={onClose} title={words.listedAdd}>
        <Facts
          facts={[
            { label: words.listedAdded, value: format.number(added.added) },
            { label: words.listedKnown, value: format.number(added.known) },
            { label: words.listedElsewhere, value: format.number(added.elsewhere) },
            ...(added.left_out > 0 ? [{ label: words.listedLeftOut, value: format.number(added.left_out) }] : []),
          ]}
        />
        <ModalActions>
          <Button kind="primary" onClick={onClose}>
            {app.close}
          </Button>
        </ModalActions>
      </Modal>
    );
  }
  return (
    <Modal open onClose={onClose} title={words.listedAdd}>
      <form onSubmit={onSubmit}>
        <p className={page.note}>{words.listedHint(site.address.replace(/^https?:\/\//, ""))}</p>
        <NoteField label={words.listedText} value={text} onChange={setText} rows={8} mono required autoFocus />
        <FileDrop label={words.listedFile} accept=".csv,.tsv,.txt,.html" most={MOST_BYTES} onFiles={([file]) => void file?.text().then(setText)} />
        <ProblemNote error={add.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={add.isPending} disabled={text.trim() === ""}>
            {app.add}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
