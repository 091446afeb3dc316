import { Button } from "@/components/button";
import { CopyField } from "@/components/copy-field";
import { Modal, ModalActions } from "@/components/modal";
import type { UserCreated } from "@/lib/api-types";

import { useUserWords } from "./words";

/** Shown once: the hub keeps no copy. */
export function OneTimePassword({ created, onClose }: { created: UserCreated; onClose: () => void }) {
  const words = useUserWords();
  return (
    <Modal open onClose={onClose} title={words.oneTime}>
      <p>{words.oneTimeFor(created.user.name)}</p>
      <CopyField label={words.oneTime} value={created.one_time_password} />
      <ModalActions>
        <Button kind="primary" onClick={onClose}>
          {words.done}
        </Button>
      </ModalActions>
    </Modal>
  );
}
