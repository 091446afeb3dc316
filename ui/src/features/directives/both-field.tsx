import { NoteField, TextField } from "@/components/field";

import type { Both } from "./directive-draft";
import styles from "./directive-editor.module.css";
import { useDirectiveWords } from "./words";

interface BothFieldProps {
  label: string;
  hint?: string;
  value: Both;
  onChange: (value: Both) => void;
  error?: string | null;
  optional?: boolean;
  /** Several lines. */
  long?: boolean;
}

/** The same words in both languages; English may follow later. */
export function BothField({ label, hint, value, onChange, error, optional, long }: BothFieldProps) {
  const { f } = useDirectiveWords();
  const Field = long ? NoteField : TextField;
  return (
    <div className={styles.grid}>
      <Field label={label} hint={hint} value={value.vi} onChange={(vi) => onChange({ ...value, vi })} error={error} optional={optional} />
      <Field label={f.english(label)} hint={f.englishHint} value={value.en} onChange={(en) => onChange({ ...value, en })} optional />
    </div>
  );
}
