import { classNames } from "@/components/class-names";

import styles from "./level-badge.module.css";
import { useSystemWords } from "./words";

/** Level 1 to 5 as a scale and a number; what was never set says so. */
export function LevelBadge({ level, large }: { level: number | null; large?: boolean }) {
  const words = useSystemWords();
  return (
    <span className={classNames(styles.badge, large && styles.large, level === null && styles.unset)}>
      {level !== null && (
        <svg viewBox="0 0 25 12" width="25" height="12" aria-hidden>
          {[1, 2, 3, 4, 5].map((step) => (
            <rect key={step} x={(step - 1) * 5} y={10 - step * 2} width="4" height={2 + step * 2} rx="1" data-on={step <= level || undefined} />
          ))}
        </svg>
      )}
      {level === null ? words.unset : words.level(level)}
    </span>
  );
}
