import { useId } from "react";

import { classNames } from "./class-names";
import styles from "./choice-field.module.css";
import type { Choice } from "./field";

interface RadioFieldProps {
  label: string;
  hint?: string;
  error?: string | null;
  choices: Choice[];
  value: string;
  onChange: (value: string) => void;
  /** Beside each other where there is room. */
  inline?: boolean;
  /** The question on the left, two or three short answers on the right. */
  row?: boolean;
}

/** One of a few, all of them in sight. */
export function RadioField({ label, hint, error, choices, value, onChange, inline, row }: RadioFieldProps) {
  const name = useId();
  const note = error ?? hint;
  return (
    <div
      role="radiogroup"
      className={classNames(styles.field, row && styles.row)}
      aria-labelledby={`${name}-label`}
      aria-describedby={note ? `${name}-note` : undefined}
    >
      <span id={`${name}-label`} className={styles.label}>
        {label}
      </span>
      <div className={classNames(styles.choices, inline && styles.inline)}>
        {choices.map((choice) => (
          <label key={choice.value} data-chosen={choice.value === value || undefined}>
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            {choice.label}
          </label>
        ))}
      </div>
      {note && (
        <p id={`${name}-note`} className={error ? styles.error : styles.hint} role={error ? "alert" : undefined}>
          {note}
        </p>
      )}
    </div>
  );
}

interface CheckFieldProps {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function CheckField({ label, hint, checked, onChange }: CheckFieldProps) {
  const id = useId();
  return (
    <div className={styles.check}>
      <input
        id={id}
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        aria-describedby={hint ? `${id}-note` : undefined}
      />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={`${id}-note`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
