import { CheckField } from "@/components/choice-field";
import type { IncidentClockList } from "@/lib/api-types";
import { useHubText } from "@/lib/i18n";

import styles from "./incidents.module.css";
import { useIncidentWords } from "./words";

type Trait = NonNullable<IncidentClockList["traits"]>[number];

/** What a person says is true of the incident; what its severity says already stands beside it. */
export function TraitsField({ traits, said, onChange }: { traits: Trait[]; said: string[]; onChange: (said: string[]) => void }) {
  const words = useIncidentWords();
  const hubText = useHubText();
  return (
    <fieldset className={styles.traits}>
      <legend>{words.traits}</legend>
      {traits.length === 0 ? <p>{words.traitsNone}</p> : <p>{words.traitsHint}</p>}
      {traits.map(({ id, title, by_severity: given }) => (
        <CheckField
          key={id}
          label={hubText(title)}
          hint={given ? words.bySeverity : undefined}
          checked={said.includes(id)}
          onChange={(checked) => onChange(checked ? [...said, id] : said.filter((one) => one !== id))}
        />
      ))}
    </fieldset>
  );
}
