import { useWords } from "@/lib/i18n";

import styles from "./overview-waiting.module.css";

/** Boxes where the cards will be, so that nothing moves when they come. */
export function OverviewWaiting() {
  const words = useWords();
  return (
    <div className={styles.waiting} role="status">
      <span className="visually-hidden">{words.app.loading}</span>
      <i className={styles.head} />
      <i className={styles.verdict} />
      <i className={styles.figures} />
      <i className={styles.charts} />
    </div>
  );
}
