import { classNames } from "./class-names";
import styles from "./meter.module.css";

interface MeterProps {
  value: number;
  max: number;
  tone?: "ok" | "warn" | "crit" | "accent";
  /** Leave out where the words beside it say the same. */
  label?: string;
}

export function Meter({ value, max, tone = "accent", label }: MeterProps) {
  const share = max > 0 ? Math.min(100, (100 * value) / max) : 0;
  return (
    <span className={styles.meter} role={label ? "img" : undefined} aria-label={label} aria-hidden={label ? undefined : true}>
      <svg width="100%" height="6" preserveAspectRatio="none" viewBox="0 0 100 6">
        <rect width={share} height="6" className={classNames(styles[tone])} />
      </svg>
    </span>
  );
}
