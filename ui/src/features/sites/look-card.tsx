import { Card } from "@/components/card";
import { ProblemNote } from "@/components/async-view";
import { SelectField } from "@/components/field";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import { Facts } from "@/components/section";
import type { SiteDetail } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useMay } from "@/lib/queries";

import styles from "./site-page.module.css";
import { Rendering } from "./rendering";
import { useSetInterval } from "./use-sites";
import { useSiteWords } from "./words";

const HOURS = [1, 6, 12, 24, 72, 168];

/** When the site was looked at and how much of it, and how often it will be. */
export function LookCard({ detail }: { detail: SiteDetail }) {
  const words = useSiteWords();
  const { last_look: look, watch } = detail;
  return (
    <Card title={words.lookCard}>
      <div className={styles.list}>
        {look ? (
          <Facts
            facts={[
              { label: words.pageSeen, value: <Moment at={look.finished_at} /> },
              { label: words.lookNext, value: watch.due_at && <span className="num">{format.dateTime(watch.due_at)}</span> },
              { label: words.lookPages, value: format.number(look.pages) },
              { label: words.lookViews, value: format.number(look.views) },
              ...(detail.watched.uptime === null ? [] : [{ label: words.uptime, value: <span className="num">{`${format.number(detail.watched.uptime)}\u00a0%`}</span> }]),
              ...(look.limited > 0 ? [{ label: words.lookLimited, value: format.number(look.limited) }] : []),
              ...(look.unread.length > 0 ? [{ label: words.lookUnread, value: <OutsideText value={look.unread.join(", ")} /> }] : []),
            ]}
          />
        ) : (
          <p className={styles.soft}>{words.lookNone}</p>
        )}
        {watch.failures > 0 && (
          <p className={styles.late}>
            {words.lookFailed(format.number(watch.failures))} <OutsideText value={watch.failure} />
          </p>
        )}
        <Looks looks={detail.looks.slice(1)} />
        <Interval detail={detail} />
        <Rendering detail={detail} />
      </div>
    </Card>
  );
}

/** The looks before the last, folded away. */
function Looks({ looks }: { looks: SiteDetail["looks"] }) {
  const words = useSiteWords();
  if (looks.length === 0) return null;
  return (
    <details className={styles.looks}>
      <summary>{words.looksBefore(format.number(looks.length))}</summary>
      <ol>
        {looks.map((one) => (
          <li key={one.look}>
            <Moment at={one.finished_at} />
            <span>{one.answered ? words.lookEventPages(format.number(one.pages)) : words.lookEventSilent}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}

function Interval({ detail }: { detail: SiteDetail }) {
  const words = useSiteWords();
  const mayAct = useMay("province_admin", "soc_operator");
  const set = useSetInterval(detail.watched.site.id);
  const every = detail.watch.every_hours;
  if (!mayAct) return null;
  const hours = every === null || HOURS.includes(every) ? HOURS : [every, ...HOURS];
  return (
    <>
      <SelectField
        label={words.lookEvery}
        value={String(every ?? 0)}
        onChange={(next) => set.mutate(Number(next))}
        choices={[{ value: "0", label: words.everyDefault }, ...hours.map((count) => ({ value: String(count), label: words.everyHours(count) }))]}
      />
      <ProblemNote error={set.error} />
    </>
  );
}
