import type { DirectiveFault } from "@/lib/api-types";
import { useHubText } from "@/lib/i18n";

import styles from "./directives.module.css";
import { faultPlace } from "./fault-place";
import { useDirectiveWords } from "./words";

/** Every fault with its field and line; the form shows each beside its field too. */
export function FaultList({ faults, asForm }: { faults: DirectiveFault[]; asForm?: boolean }) {
  const words = useDirectiveWords();
  const hubText = useHubText();
  if (faults.length === 0) return null;
  return (
    <section className={styles.faults} role="alert" aria-label={words.faults(faults.length)}>
      <b>{words.faults(faults.length)}</b>
      <ul>
        {faults.map((fault, index) => (
          <li key={index}>
            <span className={styles.place}>
              {[faultPlace(fault.field, words), !asForm && fault.line > 0 && words.faultLine(fault.line)].filter(Boolean).join(", ")}
            </span>
            {hubText(fault.message)}
          </li>
        ))}
      </ul>
    </section>
  );
}
