import { useState } from "react";

import { Button } from "@/components/button";
import { OutsideText } from "@/components/outside-text";
import * as format from "@/lib/format";

import { cutAt } from "./sharing-model";
import styles from "./sharing.module.css";
import { useSharingWords } from "./words";

const STEP = 20_000;

/** A long text from outside, so much at a time as a person reads; XML is words here and never markup. */
export function BoundedText({ label, value }: { label: string; value: string }) {
  const words = useSharingWords();
  const [most, setMost] = useState(STEP);
  const shown = cutAt(value, most);
  return (
    <div className={styles.bounded}>
      <pre tabIndex={0} role="region" aria-label={label}>
        <OutsideText value={shown} keepLines />
      </pre>
      {shown.length < value.length && (
        <p className={styles.more}>
          <Button size="small" onClick={() => setMost(most + STEP)}>
            {words.showMore}
          </Button>
          <span className="num">{words.shownOf(format.number(shown.length), format.number(value.length))}</span>
        </p>
      )}
    </div>
  );
}
