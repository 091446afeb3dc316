import { useMemo, type KeyboardEvent } from "react";

import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import type { LetterDetail } from "@/lib/api-types";

import styles from "./advisories.module.css";
import { marksOf, type Found } from "./letter-model";
import { useAdvisoryWords } from "./words";

/** A button that breaks over lines as the words around it do. */
function Mark({ index, one, text }: { index: number; one: Found; text: string }) {
  const words = useAdvisoryWords();
  const said = words.mark(words.fields[one.field]);
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    goTo(fieldId(index));
  }
  return (
    <span
      role="button"
      tabIndex={0}
      id={markId(index)}
      className={styles.mark}
      data-confidence={one.confidence}
      title={said}
      onClick={() => goTo(fieldId(index))}
      onKeyDown={onKeyDown}
    >
      <OutsideText value={text} keepLines />
      <span className="visually-hidden"> ({said})</span>
    </span>
  );
}

export const markId = (found: number) => `doc-${found}`;
export const fieldId = (found: number) => `o-${found}`;

/** Brings what belongs to a reading into sight and the keyboard to it. */
export function goTo(id: string) {
  const place = document.getElementById(id);
  place?.scrollIntoView({ block: "center" });
  place?.focus({ preventScroll: true });
}

/** The letter's own words, as text and nothing else; each reading is marked where it stands. */
export function LetterText({ detail: { text, found } }: { detail: LetterDetail }) {
  const words = useAdvisoryWords();
  const marks = useMemo(() => marksOf(text, found), [text, found]);
  return (
    <Card title={words.text} sub={text === "" ? undefined : words.textSub}>
      {text === "" ? (
        <p className={styles.soft}>{words.textNone}</p>
      ) : (
        <div className={styles.paper} tabIndex={0} role="region" aria-label={words.textRegion}>
          {marks.map(({ found: index, from, to }, at) => {
            const one = found[index]!;
            return (
              <span key={from}>
                <OutsideText value={text.slice(marks[at - 1]?.to ?? 0, from)} keepLines />
                <Mark index={index} one={one} text={text.slice(from, to)} />
              </span>
            );
          })}
          <OutsideText value={text.slice(marks.at(-1)?.to ?? 0)} keepLines />
        </div>
      )}
    </Card>
  );
}
