import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import type { PageEvidence } from "@/lib/api-types";
import { shortHash } from "@/lib/evidence";
import * as format from "@/lib/format";

import { defang } from "./defang";
import styles from "./views.module.css";
import { known, useSiteWords } from "./words";

type View = PageEvidence["views"][number];

/** Status, end of the way, size and hash of what each visitor got. */
export function Views({ views, asked }: { views: View[]; asked: string }) {
  const words = useSiteWords();
  return (
    <Card title={words.views}>
      <ul className={styles.views}>
        {views.map((view) => (
          <li key={view.visitor}>
            <ViewLine view={view} asked={asked} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function ViewLine({ view, asked }: { view: View; asked: string }) {
  const words = useSiteWords();
  const moved = view.final_url !== asked;
  return (
    <>
      <b>{words.visitors[view.visitor]}</b>
      <p className={styles.facts}>
        <span className="num">{view.status === 0 ? words.viewNone : `${words.viewStatus} ${view.status}`}</span>
        <span className="num">{format.size(view.size)}</span>
        {view.sha256 && (
          <span className="mono" title={`${words.viewHash} ${view.sha256}`}>
            {shortHash(view.sha256)}
          </span>
        )}
        {view.limit !== "" && <span className={styles.limit}>{known(words.limits, view.limit)}</span>}
      </p>
      <p className={moved ? styles.moved : styles.soft}>
        {words.viewTo}: {moved ? <OutsideText value={defang(view.final_url)} /> : words.viewSame}
      </p>
      {view.steps.length > 0 && (
        <ol className={styles.steps} aria-label={words.viewSteps}>
          {view.steps.map((step, index) => (
            <li key={index}>
              <OutsideText value={defang(step.url)} /> <small>({step.status}, {words.how[step.how]})</small>
            </li>
          ))}
        </ol>
      )}
      {view.headers.length > 0 && (
        <details className={styles.headers}>
          <summary>{words.viewHeaders}</summary>
          <dl>
            {view.headers.map(({ name, value }, index) => (
              <div key={index}>
                <dt>
                  <OutsideText value={name} />
                </dt>
                <dd>
                  <OutsideText value={value} />
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}
