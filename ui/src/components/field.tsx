import { Eye, EyeOff } from "lucide-react";
import { useId, useState, type ReactNode } from "react";

import { useWords } from "@/lib/i18n";

import styles from "./field.module.css";

interface FieldShellProps {
  label: string;
  hint?: string;
  error?: string | null;
  optional?: boolean;
  children: (ids: { id: string; describedBy: string | undefined }) => ReactNode;
}

export function FieldShell({ label, hint, error, optional, children }: FieldShellProps) {
  const words = useWords().app;
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>
        {label}
        {optional && <small> ({words.optional})</small>}
      </label>
      {children({ id, describedBy: note ? noteId : undefined })}
      {note && (
        <p id={noteId} className={error ? styles.error : styles.hint} role={error ? "alert" : undefined}>
          {note}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string | null;
  optional?: boolean;
  type?: "text" | "email" | "tel";
  autoComplete?: string;
  autoFocus?: boolean;
  required?: boolean;
  maxLength?: number;
}

export function TextField({ label, value, onChange, hint, error, optional, type, autoComplete, autoFocus, required, maxLength }: TextFieldProps) {
  return (
    <FieldShell label={label} hint={hint} error={error} optional={optional}>
      {({ id, describedBy }) => (
        <input
          id={id}
          className={styles.input}
          type={type}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-describedby={describedBy}
          aria-invalid={error ? true : undefined}
          autoComplete={autoComplete ?? "off"}
          autoFocus={autoFocus}
          required={required}
          maxLength={maxLength}
          spellCheck={false}
        />
      )}
    </FieldShell>
  );
}

export function PasswordField({ label, value, onChange, hint, error, autoComplete, autoFocus }: TextFieldProps) {
  const words = useWords();
  const [shown, setShown] = useState(false);
  const toggleLabel = shown ? words.session.hidePassword : words.session.showPassword;
  const Icon = shown ? EyeOff : Eye;
  return (
    <FieldShell label={label} hint={hint} error={error}>
      {({ id, describedBy }) => (
        <div className={styles.withButton}>
          <input
            id={id}
            className={styles.input}
            type={shown ? "text" : "password"}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            aria-describedby={describedBy}
            aria-invalid={error ? true : undefined}
            autoComplete={autoComplete}
            autoFocus={autoFocus}
            required
            maxLength={256}
          />
          <button type="button" onClick={() => setShown(!shown)} aria-label={toggleLabel} title={toggleLabel}>
            <Icon size={17} aria-hidden />
          </button>
        </div>
      )}
    </FieldShell>
  );
}

/** Six digits from the authenticator. */
export function CodeField({ label, value, onChange, hint, error, autoFocus }: TextFieldProps) {
  return (
    <FieldShell label={label} hint={hint} error={error}>
      {({ id, describedBy }) => (
        <input
          id={id}
          className={`${styles.input} ${styles.code}`}
          value={value}
          onChange={(event) => onChange(event.target.value.replace(/\D/g, "").slice(0, 6))}
          aria-describedby={describedBy}
          aria-invalid={error ? true : undefined}
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9]{6}"
          autoFocus={autoFocus}
          required
        />
      )}
    </FieldShell>
  );
}

interface NoteFieldProps extends TextFieldProps {
  rows?: number;
  mono?: boolean;
}

export function NoteField({ label, value, onChange, hint, error, optional, autoFocus, required, maxLength, rows = 3, mono }: NoteFieldProps) {
  return (
    <FieldShell label={label} hint={hint} error={error} optional={optional}>
      {({ id, describedBy }) => (
        <textarea
          id={id}
          className={mono ? `${styles.input} mono` : styles.input}
          rows={rows}
          required={required}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-describedby={describedBy}
          aria-invalid={error ? true : undefined}
          autoFocus={autoFocus}
          maxLength={maxLength}
        />
      )}
    </FieldShell>
  );
}

export interface Choice {
  value: string;
  label: string;
}

interface SelectFieldProps {
  label: string;
  value: string;
  choices: Choice[];
  onChange: (value: string) => void;
  hint?: string;
  error?: string | null;
  optional?: boolean;
  required?: boolean;
}

export function SelectField({ label, value, choices, onChange, hint, error, optional, required }: SelectFieldProps) {
  return (
    <FieldShell label={label} hint={hint} error={error} optional={optional}>
      {({ id, describedBy }) => (
        <select
          id={id}
          className={styles.input}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-describedby={describedBy}
          aria-invalid={error ? true : undefined}
          required={required}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </FieldShell>
  );
}
