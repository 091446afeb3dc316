import styles from "./segments.module.css";

interface SegmentsProps<T extends string> {
  label: string;
  choices: { value: T; label: string; count?: string }[];
  value: T;
  onChange: (value: T) => void;
}

/** A few choices, one of which is pressed; all of them in sight. */
export function Segments<T extends string>({ label, choices, value, onChange }: SegmentsProps<T>) {
  return (
    <div className={styles.segments} role="group" aria-label={label}>
      {choices.map((choice) => (
        <button type="button" key={choice.value} aria-pressed={choice.value === value} onClick={() => onChange(choice.value)}>
          {choice.label} {choice.count !== undefined && <b className="num">{choice.count}</b>}
        </button>
      ))}
    </div>
  );
}
