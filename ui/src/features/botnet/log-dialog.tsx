import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { SelectField } from "@/components/field";
import { FileDrop } from "@/components/file-drop";
import { Modal, ModalActions } from "@/components/modal";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { unitsQuery, useSession } from "@/lib/queries";
import { unitChoices } from "@/lib/unit-tree";

import styles from "./botnet.module.css";
import { MOST_LIST_BYTES, useUploadLog } from "./use-botnet";
import { useBotnetWords } from "./words";

/** A firewall's log says which machine stands behind a public address. */
export function LogDialog({ unit, onClose }: { unit?: number; onClose: () => void }) {
  const words = useBotnetWords();
  const { app } = useWords();
  const { scope } = useSession();
  const units = useQuery(unitsQuery).data?.items ?? [];
  const upload = useUploadLog();
  const [owner, setOwner] = useState(String(unit ?? scope[0]?.id ?? ""));
  return (
    <Modal open onClose={onClose} title={words.logTitle}>
      <div className={styles.form}>
        <p className={styles.soft}>{words.logHint}</p>
        <SelectField label={words.logUnit} value={owner} choices={unitChoices(units)} onChange={setOwner} />
        <FileDrop label={words.logFile} accept=".csv,.txt,.xlsx" most={MOST_LIST_BYTES} onFiles={([file]) => file && upload.mutate({ unit: Number(owner), file })} />
        <div role="status" className={styles.said}>
          {upload.isPending && words.reading}
          {upload.data && (
            <>
              <p>{words.logDone(format.number(upload.data.rows), format.number(upload.data.matched))}</p>
              <p>{upload.data.matched > 0 ? words.logMachines(format.number(upload.data.machines), format.number(upload.data.cases)) : words.logNothing}</p>
              {upload.data.unread > 0 && <p>{words.logUnread(format.number(upload.data.unread))}</p>}
            </>
          )}
        </div>
        <ProblemNote error={upload.error} />
        <ModalActions>
          <Button kind={upload.data ? "primary" : "plain"} onClick={onClose}>
            {app.close}
          </Button>
        </ModalActions>
      </div>
    </Modal>
  );
}
