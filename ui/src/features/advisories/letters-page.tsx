import { Link } from "@tanstack/react-router";
import { FileCheck, Hourglass, MailOpen } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Tag } from "@/components/tag";
import type { Letter } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useMay } from "@/lib/queries";

import styles from "./advisories.module.css";
import { AdvisoryTabs } from "./advisory-tabs";
import { LetterIntake } from "./letter-intake";
import { useLetters } from "./use-advisories";
import { useAdvisoryWords } from "./words";

/** Warning letters: taking one in, and those that came. */
export function LettersPage() {
  const words = useAdvisoryWords();
  const takesIn = useMay("province_admin", "soc_operator");
  const query = useLetters();
  return (
    <div className={page.page}>
      <PageHead title={words.title} sub={words.lettersSub} />
      <AdvisoryTabs />
      {takesIn ? <LetterIntake /> : <p className={page.note}>{words.intakeReaders}</p>}
      <AsyncView
        query={query}
        isEmpty={({ items }) => items.length === 0}
        empty={() => (
          <div className={page.box}>
            <EmptyState icon={MailOpen} title={words.lettersNone} sub={words.lettersNoneSub} />
          </div>
        )}
      >
        {({ items }) => <LetterTable letters={items} />}
      </AsyncView>
    </div>
  );
}

export function LetterStateTag({ state }: { state: Letter["state"] }) {
  const words = useAdvisoryWords();
  return state === "read" ? <Tag tone="med" icon={Hourglass} word={words.letterStates.read} /> : <Tag tone="ok" icon={FileCheck} word={words.letterStates.confirmed} />;
}

function LetterTable({ letters }: { letters: Letter[] }) {
  const words = useAdvisoryWords();
  return (
    <div className={table.wrap}>
      <table className={table.table} aria-label={words.lettersList}>
        <thead>
          <tr>
            <th scope="col">{words.letter}</th>
            <th scope="col">{words.letterState}</th>
            <th scope="col">{words.letterIssued}</th>
            <th scope="col">{words.due}</th>
            <th scope="col" className={table.number}>
              {words.letterCves}
            </th>
            <th scope="col">{words.letterReceived}</th>
          </tr>
        </thead>
        <tbody>
          {letters.map((letter) => (
            <LetterRow key={letter.id} letter={letter} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LetterRow({ letter }: { letter: Letter }) {
  const words = useAdvisoryWords();
  return (
    <tr>
      <th scope="row" className={table.name}>
        <span className={styles.two}>
          <Link to="/canh-bao/cong-van/$letterId" params={{ letterId: String(letter.id) }} className="link">
            <OutsideText value={letter.number || letter.file_name || words.letterUnread} />
          </Link>
          <small>
            <OutsideText value={[letter.sender, letter.title].filter(Boolean).join(" · ")} />
          </small>
        </span>
      </th>
      <td data-label={words.letterState}>
        <LetterStateTag state={letter.state} />
      </td>
      <td data-label={words.letterIssued} className="num">
        {letter.issued_on ? format.date(letter.issued_on) : "–"}
      </td>
      <td data-label={words.due} className="num">
        {letter.due_on ? format.date(letter.due_on) : "–"}
      </td>
      <td data-label={words.letterCves} className={table.number}>
        {format.number(letter.cves.length)}
      </td>
      <td data-label={words.letterReceived}>
        <span className={styles.two}>
          <Moment at={letter.received_at} />
          <small>{letter.received_by.name}</small>
        </span>
      </td>
    </tr>
  );
}
