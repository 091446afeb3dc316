import { Check, Copy } from "lucide-react";
import { useState } from "react";

import { useWords } from "@/lib/i18n";

import styles from "./copy-field.module.css";

const SHOWN_MS = 2000;

/** One line to take elsewhere: a command, a hash, a one-time password. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const words = useWords();
  const [copied, setCopied] = useState(false);

  async function copy() {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  }

  const Icon = copied ? Check : Copy;
  return (
    <div className={styles.field} role="group" aria-label={label}>
      <code tabIndex={0}>{value}</code>
      <button type="button" onClick={() => void copy()}>
        <Icon size={15} aria-hidden />
        <span aria-live="polite">{copied ? words.app.copied : words.app.copy}</span>
      </button>
    </div>
  );
}
