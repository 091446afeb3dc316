import { DateField } from "./date-field";
import { useDateWords } from "./date-words";
import { TextField } from "./field";
import styles from "./moment-field.module.css";
import { isTime, momentOf, type DayTime } from "@/lib/moments";

interface MomentFieldProps {
  label: string;
  /** Where two moments stand in one form, each says what its time of day is. */
  timeLabel?: string;
  value: DayTime;
  onChange: (value: DayTime) => void;
  hint?: string;
  error?: string | null;
}

/** A day and a time of day as people write them, at UTC+7. */
export function MomentField({ label, timeLabel, value, onChange, hint, error }: MomentFieldProps) {
  const words = useDateWords();
  const wrong = value.time.trim() !== "" && !isTime(value.time);
  return (
    <div className={styles.pair}>
      <DateField label={label} value={value.day} onChange={(day) => onChange({ ...value, day })} hint={hint} error={momentOf(value) === null && error ? error : null} required />
      <TextField label={timeLabel ?? words.time} value={value.time} onChange={(time) => onChange({ ...value, time })} hint={words.timeHint} error={wrong ? words.timeWrong : momentOf(value) !== null && error ? error : null} maxLength={5} required />
    </div>
  );
}
