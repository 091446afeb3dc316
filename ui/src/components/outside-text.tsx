import { Fragment } from "react";

import { useWords } from "@/lib/i18n";
import { pieces } from "@/lib/outside-text";

import styles from "./outside-text.module.css";

interface OutsideTextProps {
  value: string;
  /** Raw events keep their line breaks. */
  keepLines?: boolean;
}

/** Text written by somebody outside: never markup, never a link, hidden characters made visible. */
export function OutsideText({ value, keepLines }: OutsideTextProps) {
  const words = useWords();
  return (
    <bdi>
      {pieces(value, keepLines).map((piece, index) =>
        piece.hidden ? (
          <mark key={index} className={styles.hidden} title={words.app.hiddenCharacter}>
            {piece.text}
          </mark>
        ) : (
          <Fragment key={index}>{piece.text}</Fragment>
        ),
      )}
    </bdi>
  );
}
