import { Link } from "@tanstack/react-router";
import { Lightbulb } from "lucide-react";

import { buttonLook } from "@/components/button";
import { OutsideText } from "@/components/outside-text";
import { SeverityTag } from "@/components/tag";
import type { IncidentProposal } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import styles from "./incidents.module.css";
import { useIncidentWords } from "./words";

/** What a rule holds to be an incident; nothing is there where it proposes none. */
export function Proposals({ proposals }: { proposals: IncidentProposal[] }) {
  const words = useIncidentWords();
  const hubText = useHubText();
  const mayOpen = useMay("province_admin", "soc_operator", "unit_officer");
  if (proposals.length === 0) return null;
  return (
    <section className={styles.proposals} aria-labelledby="proposals">
      <div className={styles.proposalHead}>
        <Lightbulb size={18} aria-hidden />
        <div>
          <h2 id="proposals">{words.proposals}</h2>
          <p>{words.proposalsSub}</p>
        </div>
      </div>
      <ul>
        {proposals.map(({ rule, title, rule_title: why, unit: of, severity, findings, assets }) => (
          <li key={`${rule}|${of.id}`}>
            <div>
              <b>
                <OutsideText value={hubText(title)} />
              </b>
              <small>
                {of.name} · {words.proposalFindings(format.number(findings.length))}, {words.proposalAssets(format.number(assets))} · <OutsideText value={hubText(why)} />
              </small>
            </div>
            <SeverityTag severity={severity} bare />
            {mayOpen && (
              <Link to="/su-co/moi" search={(old) => ({ unit: old.unit, rule, of: of.id })} className={buttonLook("plain", "small")}>
                {words.review}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
