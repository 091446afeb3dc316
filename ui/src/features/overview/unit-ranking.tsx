import { Link } from "@tanstack/react-router";

import { Card } from "@/components/card";
import { LevelTag } from "@/components/tag";
import type { Overview } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import styles from "./unit-ranking.module.css";

const SHOWN = 6;

/** The units in the order the hub gives: those that need most attention first. */
export function UnitRanking({ units }: { units: Overview["units"] }) {
  const words = useWords();
  return (
    <Card title={words.overview.units} sub={words.overview.unitsSub}>
      {units.length === 0 ? (
        <p className={styles.none}>{words.overview.unitsNone}</p>
      ) : (
        <ol className={styles.list}>
          {units.slice(0, SHOWN).map(({ unit, total, protected: safe, open_findings: open, level }, index) => (
            <li key={unit.id}>
              <Link to="/phat-hien" search={{ unit: unit.id }} className={styles.row}>
                <b className={styles.rank}>{index + 1}</b>
                <span className={styles.unit}>
                  <b>{unit.name}</b>
                  <small>
                    {words.overview.unitProtected(format.number(safe), format.number(total))} ·{" "}
                    {words.overview.unitFindings(format.number(open))}
                  </small>
                </span>
                <LevelTag level={level} />
              </Link>
            </li>
          ))}
        </ol>
      )}
      {units.length > SHOWN && (
        <p className={styles.all}>
          <Link to="/co-quan" className="link">
            {words.overview.unitsAll(format.number(units.length))}
          </Link>
        </p>
      )}
    </Card>
  );
}
