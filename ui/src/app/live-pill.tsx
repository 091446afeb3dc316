import { classNames } from "@/components/class-names";
import { useWords } from "@/lib/i18n";
import { useLiveState } from "@/lib/live";

import styles from "./live-pill.module.css";

/** The state of the connection is always on screen; losing it is said in words. */
export function LivePill() {
  const words = useWords().live;
  const state = useLiveState();
  return (
    <span
      className={classNames(styles.pill, styles[state])}
      role="status"
      title={state === "polling" ? words.pollingHint : words.liveHint}
    >
      <i aria-hidden />
      {words[state]}
    </span>
  );
}
