import { useState, type ReactNode } from "react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import page from "@/components/page.module.css";
import { Facts } from "@/components/section";
import type { ContentReleaseDetail, ContentTrial } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import { ActDialog, type Act } from "./act-dialog";
import styles from "./content.module.css";
import { FailedMachines } from "./machine-tables";
import { ReleaseTags } from "./release-tag";
import { RingLadder } from "./ring-ladder";
import { useContentRelease } from "./use-content";
import { useContentWords } from "./words";

interface ReleaseDetailProps {
  version: number;
  /** Signatures that content needs, as the hub believes now. */
  threshold: number | undefined;
  /** What stands below it: comes with it, so that it does not move when that comes. */
  children: ReactNode;
}

/** One release: where it is, who signed it, what its trial said. */
export function ReleaseDetail({ version, threshold, children }: ReleaseDetailProps) {
  const query = useContentRelease(version);
  return (
    <AsyncView query={query}>
      {(detail) => (
        <>
          <Ready detail={detail} threshold={threshold} />
          {children}
        </>
      )}
    </AsyncView>
  );
}

function Ready({ detail, threshold }: { detail: ContentReleaseDetail; threshold: number | undefined }) {
  const words = useContentWords();
  const hubText = useHubText();
  const { release, may } = detail;
  const [asking, setAsking] = useState<Act | null>(null);
  const why = hubText(release.why);
  return (
    <>
      <Card
        title={words.version(release.version)}
        aside={
          may.length > 0 && (
            <div className={styles.acts}>
              {may.map((act) => (
                <Button key={act} kind={act === "take_back" ? "danger" : "plain"} onClick={() => setAsking(act)}>
                  {words.act[act]}
                </Button>
              ))}
            </div>
          )
        }
      >
        <div className={page.column}>
          <ReleaseTags release={release} />
          {why && <p className={release.standing === "halted" ? page.warning : page.note}>{why}</p>}
          <RingLadder detail={detail} />
        </div>
      </Card>
      {detail.failures.length > 0 && <FailedMachines failures={detail.failures} />}
      <Card title={words.about}>
        <About detail={detail} threshold={threshold} />
      </Card>
      {asking && <ActDialog version={release.version} act={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

function About({ detail: { release, trials, gate }, threshold }: { detail: ContentReleaseDetail; threshold: number | undefined }) {
  const words = useContentWords();
  const signers = release.signers.map((key) => words.key(key.slice(0, 12))).join(", ");
  return (
    <div className={page.column}>
      <Facts
        facts={[
          { label: words.carrying, value: format.number(release.carrying) },
          { label: words.size, value: format.size(release.size) },
          { label: words.issued, value: format.dateTime(release.issued_at) },
          { label: words.expires, value: format.date(release.expires_at) },
          { label: words.imported, value: format.dateTime(release.imported_at) },
          { label: words.changed, value: format.dateTime(release.changed_at) },
          {
            label: words.signers,
            wide: true,
            value: (
              <>
                {threshold !== undefined && `${words.signersOf(release.signers.length, threshold)}: `}
                <span className="mono">{signers}</span>
              </>
            ),
          },
          { label: words.hash, wide: true, value: <span className="mono">{release.sha256}</span> },
        ]}
      />
      <h3 className={styles.heading}>{words.trial}</h3>
      {trials.length === 0 && <p className="mono">{gate}</p>}
      {trials.map((trial) => (
        <Trial key={String(trial.previous_worker)} trial={trial} />
      ))}
    </div>
  );
}

function Trial({ trial }: { trial: ContentTrial }) {
  const words = useContentWords();
  const of = words.trialOf;
  const seconds = (ms: number) => words.seconds(format.decimal(ms / 1000));
  const before = trial.before_ms === null ? "" : ` (${of.before(seconds(trial.before_ms))})`;
  return (
    <section aria-label={trial.previous_worker ? words.trialWith.previous : words.trialWith.now} className={styles.trial}>
      <p className={styles.soft}>{trial.previous_worker ? words.trialWith.previous : words.trialWith.now}</p>
      <Facts
        facts={[
          { label: of.holds, value: of.holdsValue(format.number(trial.rules), format.number(trial.hashes)) },
          { label: of.hits, value: of.hitsValue(format.number(trial.hits)) },
          { label: of.misses, value: of.missesValue(format.number(trial.misses)) },
          { label: of.loaded, value: seconds(trial.loaded_ms) },
          { label: of.judged, value: seconds(trial.judged_ms) + before },
        ]}
      />
    </section>
  );
}
