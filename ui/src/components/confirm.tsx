import { ProblemNote } from "./async-view";
import { Button } from "./button";
import styles from "./confirm.module.css";
import { Modal, ModalActions } from "./modal";
import { useWords } from "@/lib/i18n";

interface ConfirmProps {
  open: boolean;
  title: string;
  /** What will happen, in words, before it happens. */
  effect: string;
  action: string;
  busy: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asked before a dangerous act. */
export function Confirm({ open, title, effect, action, busy, error, onConfirm, onClose }: ConfirmProps) {
  const words = useWords();
  return (
    <Modal open={open} onClose={onClose} title={title}>
      <p className={styles.effect}>{effect}</p>
      <ProblemNote error={error} />
      <ModalActions>
        <Button onClick={onClose}>{words.app.cancel}</Button>
        <Button kind="danger" busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </ModalActions>
    </Modal>
  );
}
