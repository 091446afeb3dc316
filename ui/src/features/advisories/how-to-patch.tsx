import { RotateCw } from "lucide-react";
import { useState } from "react";

import { AskHelp } from "@/components/ask-help";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CopyField } from "@/components/copy-field";
import { OutsideText } from "@/components/outside-text";
import { Section, Steps } from "@/components/section";
import type { AdvisoryDetail, AdvisoryFix } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { plain } from "@/lib/outside-text";

import styles from "./advisories.module.css";
import { commandsOf, shortName } from "./patch-command";
import { useAdvisoryWords } from "./words";

const FIRST = 6;

/** What mends it: steps, fixed versions with the record that says so, and commands to type. */
export function HowToPatch({ detail }: { detail: AdvisoryDetail }) {
  const words = useAdvisoryWords();
  const hubText = useHubText();
  const { what_to_do: steps, fixes, reboot, advisory } = detail;
  return (
    <Card title={words.how}>
      <div className={styles.stack}>
        {steps.length > 0 ? <Steps steps={steps.map((step) => plain(hubText(step)))} /> : fixes.length === 0 && <p className={styles.soft}>{words.howNone}</p>}
        {reboot && (
          <p className={styles.reboot}>
            <RotateCw size={16} aria-hidden />
            {words.reboot}
          </p>
        )}
        {fixes.length > 0 && <Fixes fixes={fixes} />}
        <Commands fixes={fixes} name={advisory.name} />
      </div>
      <AskHelp about="advisory" id={advisory.id} page={`/canh-bao/${advisory.id}`} />
    </Card>
  );
}

function Fixes({ fixes }: { fixes: AdvisoryFix[] }) {
  const words = useAdvisoryWords();
  const [all, setAll] = useState(false);
  const shown = all ? fixes : fixes.slice(0, FIRST);
  return (
    <Section title={words.fixes}>
      <ul className={styles.fixes}>
        {shown.map((fix) => (
          <li key={`${fix.package} ${fix.rule}`}>
            <span className={styles.names}>
              <b className="mono" title={plain(fix.package)}>
                <OutsideText value={shortName(fix.package)} />
              </b>
              {fix.fixed === "" ? <span className={styles.late}>{words.fixNone}</span> : <span className="mono">{<OutsideText value={words.fixOf(fix.fixed)} />}</span>}
            </span>
            <small>
              {fix.machines > 0 ? words.fixMachines(format.number(fix.machines)) : words.fixAll} · {words.fixRecord} <OutsideText value={[fix.record, fix.rule].filter(Boolean).join(": ")} />
            </small>
          </li>
        ))}
      </ul>
      {!all && fixes.length > FIRST && (
        <Button size="small" kind="ghost" onClick={() => setAll(true)}>
          {words.commandMore(fixes.length - FIRST)}
        </Button>
      )}
    </Section>
  );
}

function Commands({ fixes, name }: { fixes: AdvisoryFix[]; name: string }) {
  const words = useAdvisoryWords();
  const commands = commandsOf(fixes, name);
  if (commands.length === 0) return fixes.some(({ fixed }) => fixed !== "") ? <p className={styles.soft}>{words.vendor}</p> : null;
  return (
    <>
      {commands.slice(0, FIRST).map(({ key, fix, command }) => (
        <Section key={key} title={words.commandOn[command.tool]}>
          <CopyField label={words.command(shortName(fix.package))} value={command.command} />
        </Section>
      ))}
    </>
  );
}
