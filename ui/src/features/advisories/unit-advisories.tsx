import { Link } from "@tanstack/react-router";

import { OutsideText } from "@/components/outside-text";
import type { Advisory } from "@/lib/api-types";
import * as format from "@/lib/format";

import { AttackTags, DueDay } from "./advisory-tags";
import styles from "./unit-advisories.module.css";
import { useAdvisories } from "./use-advisories";
import { useAdvisoryWords } from "./words";

const SHOWN = 4;

/** What concerns my unit, and by when: the most urgent few, beside the day's tasks. Nothing to do shows nothing. */
export function UnitAdvisories({ unit }: { unit?: number }) {
  const words = useAdvisoryWords();
  const first = useAdvisories({ unit, view: "open" }).data?.pages[0];
  if (!first || first.items.length === 0) return null;
  return (
    <section className={styles.card} aria-labelledby="unit-advisories">
      <h2 id="unit-advisories">{words.title}</h2>
      <ul>
        {first.items.slice(0, SHOWN).map((advisory) => (
          <Item key={advisory.id} advisory={advisory} />
        ))}
      </ul>
      <Link to="/canh-bao" search={(old) => ({ unit: old.unit })} className="link">
        {words.seeAll(format.number(first.total))}
      </Link>
    </section>
  );
}

function Item({ advisory }: { advisory: Advisory }) {
  const words = useAdvisoryWords();
  const { counts } = advisory;
  const left = [
    counts.open > 0 && words.openMachines(format.number(counts.open)),
    counts.unknown > 0 && words.unknownToo(format.number(counts.unknown)),
  ];
  return (
    <li>
      <Link to="/canh-bao/$advisoryId" params={{ advisoryId: String(advisory.id) }} search={(old) => ({ unit: old.unit })} className="link">
        <OutsideText value={advisory.kind === "letter" ? words.letterOf(advisory.name) : advisory.name} />
      </Link>
      <span className={styles.tags}>
        <AttackTags advisory={advisory} />
      </span>
      <span className={styles.left}>{left.filter(Boolean).join(", ")}</span>
      <DueDay advisory={advisory} />
    </li>
  );
}
