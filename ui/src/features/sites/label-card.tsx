import { Link } from "@tanstack/react-router";
import { Check, CircleDashed, FileText, X } from "lucide-react";

import { Card } from "@/components/card";
import { Facts } from "@/components/section";
import { Tag, type Tone } from "@/components/tag";
import { buttonLook } from "@/components/button";
import type { Site, SiteDetail } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useMay } from "@/lib/queries";

import styles from "./label-card.module.css";
import { TrustLabel } from "./site-tags";
import { useSiteWords } from "./words";

type LabelCheck = SiteDetail["label_check"];
type CriterionState = LabelCheck["criteria"][number]["state"];

const FACES: Record<CriterionState, [Tone, typeof Check]> = {
  met: ["ok", Check],
  failed: ["high", X],
  paper: ["mute", FileText],
  unknown: ["mute", CircleDashed],
};

/** The trust label, and its four conditions as far as the hub can see them. */
export function LabelCard({ site, check }: { site: Site; check: LabelCheck }) {
  const words = useSiteWords();
  const mayApply = useMay("province_admin", "soc_operator", "unit_officer");
  return (
    <Card title={words.labelCard} aside={<TrustLabel site={site} />}>
      <div className={styles.body}>
        {site.label !== "" && (
          <Facts
            facts={[
              { label: words.labelNumber, value: site.label },
              { label: words.labelTo, value: site.label_valid_to && format.date(site.label_valid_to) },
            ]}
          />
        )}
        <h3 className={styles.title}>{words.criteria}</h3>
        <ol className={styles.criteria}>
          {check.criteria.map(({ criterion, state }) => {
            const [tone, icon] = FACES[state];
            return (
              <li key={criterion}>
                <span>
                  {words.criterion[criterion]}
                  {criterion === "level" && check.systems > 0 && <small>{words.systemsApproved(format.number(check.approved), format.number(check.systems))}</small>}
                </span>
                <Tag tone={tone} icon={icon} word={words.criterionState[state]} bare />
              </li>
            );
          })}
        </ol>
        <div className={styles.links}>
          <Link to="/he-thong" className="link">
            {words.toLevels}
          </Link>
          {mayApply && (
            <Link to="/bao-cao" search={{ make: "label-application", of: site.unit.id }} className={buttonLook()}>
              <FileText size={16} aria-hidden />
              {words.apply}
            </Link>
          )}
        </div>
      </div>
    </Card>
  );
}
