import { useMemo, useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import type { PageDifference, Visitor } from "@/lib/api-types";
import * as format from "@/lib/format";

import { rowsOf, type DiffRow } from "./diff-rows";
import styles from "./source-diff.module.css";
import { usePageDifference } from "./use-sites";
import { useSiteWords } from "./words";

const STEP = 200;
const MOST_LINE = 1_200;

interface SourceDiffProps {
  evidence: number;
  left: Visitor;
  right: Visitor;
}

/** How two sources differ, line by line; equal stretches are counted, not shown. */
export function SourceDiff({ evidence, left, right }: SourceDiffProps) {
  const words = useSiteWords();
  const query = usePageDifference(evidence, left, right, true);
  return (
    <Card title={words.difference} sub={words.differenceSub(words.visitors[left], words.visitors[right])} flush>
      <div className={styles.box}>
        <AsyncView query={query}>{(difference) => <DiffRows difference={difference} />}</AsyncView>
      </div>
    </Card>
  );
}

function DiffRows({ difference }: { difference: PageDifference }) {
  const words = useSiteWords();
  const rows = useMemo(() => rowsOf(difference.runs), [difference.runs]);
  const [most, setMost] = useState(STEP);
  if (difference.gave_up) return <p className={styles.note}>{words.differenceMany}</p>;
  if (!difference.runs.some(({ kind }) => kind !== "same")) return <p className={styles.note}>{words.differenceNone}</p>;
  return (
    <>
      <table className={styles.diff} aria-label={words.difference} tabIndex={0}>
        <tbody>
          {rows.slice(0, most).map((row, index) => (
            <DiffLine key={index} row={row} />
          ))}
        </tbody>
      </table>
      {rows.length > most && (
        <div className={styles.more}>
          <Button size="small" onClick={() => setMost(most + STEP)}>
            {words.differenceMore(format.number(Math.min(STEP, rows.length - most)))}
          </Button>
        </div>
      )}
    </>
  );
}

const SIGN = { same: "", removed: "−", added: "+", fold: "" };

function DiffLine({ row }: { row: DiffRow }) {
  const words = useSiteWords();
  if (row.kind === "fold") {
    return (
      <tr className={styles.fold}>
        <td colSpan={4}>{words.sameLines(format.number(row.count))}</td>
      </tr>
    );
  }
  const text = row.text.length > MOST_LINE ? `${row.text.slice(0, MOST_LINE)}…` : row.text;
  return (
    <tr className={styles[row.kind]}>
      <td className={styles.line}>{row.left}</td>
      <td className={styles.line}>{row.right}</td>
      <td className={styles.sign}>
        <span aria-hidden>{SIGN[row.kind]}</span>
        {row.kind !== "same" && <span className="visually-hidden">{row.kind === "added" ? words.lineAdded : words.lineRemoved}</span>}
      </td>
      <td className={styles.text}>
        <OutsideText value={text} />
      </td>
    </tr>
  );
}
