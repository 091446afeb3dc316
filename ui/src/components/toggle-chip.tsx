import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import styles from "./toggle-chip.module.css";

/** One filter that is on or off. */
export function ToggleChip({ icon: Icon, pressed, onChange, children }: { icon: LucideIcon; pressed: boolean; onChange: (pressed: boolean) => void; children: ReactNode }) {
  return (
    <button type="button" className={styles.chip} aria-pressed={pressed} onClick={() => onChange(!pressed)}>
      <Icon size={15} aria-hidden />
      {children}
    </button>
  );
}
