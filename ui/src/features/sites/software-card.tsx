import { Flame } from "lucide-react";

import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import { SeverityTag, Tag } from "@/components/tag";
import type { SiteDetail } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./software-card.module.css";
import { useSiteWords } from "./words";

const SHOWN = 8;

/** What is known of the versions that the site tells of itself; nothing to show where nothing is known. */
export function SoftwareCard({ known }: { known: SiteDetail["known_vulnerabilities"] }) {
  const words = useSiteWords();
  if (known.total === 0) return null;
  const shown = known.items.slice(0, SHOWN);
  return (
    <Card title={words.software}>
      <p className={styles.soft}>{words.softwareSub}</p>
      <ul className={styles.list}>
        {shown.map((one) => (
          <li key={one.name}>
            <span className={styles.head}>
              <b className="mono">
                <OutsideText value={one.name} />
              </b>
              <SeverityTag severity={one.severity} />
              {one.exploited && <Tag tone="crit" icon={Flame} word={words.exploited} bare />}
            </span>
            <OutsideText value={one.title} />
            <small>{one.fixed === "" ? words.notFixed : words.fixedIn(one.product, one.fixed)}</small>
          </li>
        ))}
      </ul>
      {known.total > shown.length && <p className={styles.soft}>{words.softwareMore(format.number(known.total - shown.length))}</p>}
    </Card>
  );
}
