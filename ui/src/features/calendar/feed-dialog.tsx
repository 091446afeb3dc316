import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { CopyField } from "@/components/copy-field";
import { SelectField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { api, unwrap } from "@/lib/http";
import { useWords } from "@/lib/i18n";
import { unitsQuery, useSession } from "@/lib/queries";
import { unitChoices } from "@/lib/unit-tree";

import { useCalendarWords } from "./words";

/** A secret address for calendar programs; shown this once. */
export function FeedDialog({ unit, onClose }: { unit?: number; onClose: () => void }) {
  const words = useCalendarWords();
  const { app } = useWords();
  const { scope } = useSession();
  const units = useQuery(unitsQuery).data?.items ?? [];
  const create = useMutation({ mutationFn: (chosen: number) => unwrap(api.POST("/calendar-feeds", { body: { unit: chosen } })) });
  const [owner, setOwner] = useState(String(unit ?? scope[0]?.id ?? ""));

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    create.mutate(Number(owner));
  }

  return (
    <Modal open onClose={onClose} title={words.feedTitle}>
      <p>{words.feedSub}</p>
      {create.data ? (
        <>
          <CopyField label={words.feedTitle} value={create.data.url} />
          <ModalActions>
            <Button kind="primary" onClick={onClose}>
              {app.close}
            </Button>
          </ModalActions>
        </>
      ) : (
        <form onSubmit={onSubmit}>
          <SelectField label={words.feedUnit} value={owner} choices={unitChoices(units)} onChange={setOwner} />
          <ProblemNote error={create.error} />
          <ModalActions>
            <Button onClick={onClose}>{app.cancel}</Button>
            <Button kind="primary" submit busy={create.isPending} disabled={owner === ""}>
              {words.feedCreate}
            </Button>
          </ModalActions>
        </form>
      )}
    </Modal>
  );
}
