import { Link } from "@tanstack/react-router";
import { Check, CircleDashed, FileText, X } from "lucide-react";

import { Card } from "@/components/card";
import { Facts } from "@/components/section";
import { Tag, type Tone } from "@/components/tag";
import type { Site, SiteLook } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useNow } from "@/lib/now";

import { encryptionOf } from "./fact-model";
import styles from "./label-card.module.css";
import { TrustLabel } from "./site-tags";
import { useSiteWords } from "./words";

type CriterionState = "met" | "failed" | "paper" | "unknown";

const FACES: Record<CriterionState, [Tone, typeof Check]> = {
  met: ["ok", Check],
  failed: ["high", X],
  paper: ["mute", FileText],
  unknown: ["mute", CircleDashed],
};

/** The trust label, and its four conditions as far as a machine can see them. */
export function LabelCard({ site, look }: { site: Site; look: SiteLook | null }) {
  const words = useSiteWords();
  const now = useNow();
  const states: CriterionState[] = ["paper", "paper", encryptionOf(look?.facts ?? [], now), "unknown"];
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
          {words.criterion.map((criterion, index) => {
            const state = states[index] ?? "unknown";
            const [tone, icon] = FACES[state];
            return (
              <li key={criterion}>
                <span>{criterion}</span>
                <Tag tone={tone} icon={icon} word={words.criterionState[state]} bare />
              </li>
            );
          })}
        </ol>
        <Link to="/he-thong" className="link">
          {words.toLevels}
        </Link>
      </div>
    </Card>
  );
}
