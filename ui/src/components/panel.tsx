import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";

import { useWords } from "@/lib/i18n";
import { PHONE, useMedia } from "@/lib/media";

import styles from "./panel.module.css";

interface PanelProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  eyebrow?: ReactNode;
  label: string;
  foot?: ReactNode;
  /** Opening brings the keyboard into the panel, closing brings it back; else it stays in the list. */
  takesFocus?: boolean;
  children: ReactNode;
}

/** The side panel of a list. The list beside it stays usable; on a phone it covers the page and is modal. */
export function Panel({ open, onClose, title, eyebrow, label, foot, takesFocus, children }: PanelProps) {
  const words = useWords();
  const phone = useMedia(PHONE);
  const focus = phone || takesFocus ? undefined : false;
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()} modal={phone} disablePointerDismissal>
      <Dialog.Portal>
        <Dialog.Popup className={styles.panel} initialFocus={focus} finalFocus={focus}>
          <div className={styles.head}>
            <div className={styles.heading}>
              {eyebrow && <div className={styles.eyebrow}>{eyebrow}</div>}
              <Dialog.Title className={styles.title}>{title}</Dialog.Title>
            </div>
            <Dialog.Close className={styles.close} aria-label={words.app.close}>
              <X size={18} aria-hidden />
            </Dialog.Close>
          </div>
          <div className={styles.body} tabIndex={0} role="region" aria-label={label}>
            {children}
          </div>
          {foot && <div className={styles.foot}>{foot}</div>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
