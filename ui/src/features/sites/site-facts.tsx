import { Clock, TriangleAlert } from "lucide-react";

import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import { Section } from "@/components/section";
import { Tag } from "@/components/tag";
import type { Site, SiteLook } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useNow } from "@/lib/now";

import { FACT_GROUPS, daysLeft, factsWith, groupOf, isTime, toneOf, type Fact } from "./fact-model";
import styles from "./site-facts.module.css";
import { known, useSiteWords } from "./words";

/** What the site shows of itself: certificate, headers, software, mail, names. */
export function SiteFacts({ site, look }: { site: Pick<Site, "domain_valid_to">; look: SiteLook | null }) {
  const words = useSiteWords();
  const facts = factsWith(look?.facts ?? [], site.domain_valid_to);
  return (
    <Card title={words.facts}>
      {facts.length === 0 ? (
        <p className={styles.soft}>{words.factsNone}</p>
      ) : (
        <div className={styles.groups}>
          {FACT_GROUPS.map((group) => {
            const own = facts.filter(({ name }) => groupOf(name) === group);
            return (
              own.length > 0 && (
                <Section key={group} title={words.factGroups[group]}>
                  <dl className={styles.facts}>
                    {own.map((fact, index) => (
                      <FactLine key={`${fact.name}-${index}`} fact={fact} />
                    ))}
                  </dl>
                </Section>
              )
            );
          })}
        </div>
      )}
    </Card>
  );
}

function FactLine({ fact }: { fact: Fact }) {
  const words = useSiteWords();
  const tone = toneOf(fact, useNow());
  return (
    <div>
      <dt>
        <OutsideText value={known(words.factNames, fact.name)} />
      </dt>
      <dd>
        <FactValue fact={fact} />
        {tone === "bad" && <Tag tone="high" icon={TriangleAlert} word={words.factBad} bare />}
        {tone === "soon" && <Tag tone="med" icon={Clock} word={words.factSoon} bare />}
      </dd>
    </div>
  );
}

function FactValue({ fact: { name, value } }: { fact: Fact }) {
  const words = useSiteWords();
  const now = useNow();
  if (value === "true") return words.yes;
  if (value === "false" || value === "") return words.no;
  if (!isTime(value)) return <OutsideText value={value} />;
  return (
    <span className="num">
      {format.date(value)}
      {name.endsWith(".expires_at") && ` (${words.days(daysLeft(value, now))})`}
    </span>
  );
}
