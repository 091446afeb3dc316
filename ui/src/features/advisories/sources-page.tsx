import { CircleCheck, Clock, OctagonAlert } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import { CopyField } from "@/components/copy-field";
import table from "@/components/data-table.module.css";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Tag } from "@/components/tag";
import type { AdvisoryFeed, AdvisoryFeeds } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./advisories.module.css";
import { AdvisoryTabs } from "./advisory-tabs";
import { FeedNotice } from "./feed-notice";
import { SettingsCard } from "./settings-card";
import { useFeeds } from "./use-advisories";
import { useAdvisoryWords } from "./words";

/** What the knowledge is made of and how old it is; what is followed and by when it is to be patched. */
export function SourcesPage() {
  const words = useAdvisoryWords();
  const query = useFeeds();
  return (
    <div className={page.page}>
      <PageHead title={words.title} sub={words.sub} />
      <AdvisoryTabs />
      <AsyncView query={query}>
        {(feeds) => (
          <>
            <FeedNotice withLink={false} />
            <FeedCard feeds={feeds} />
          </>
        )}
      </AsyncView>
      {/* Below what is above: it must not jump when that comes. */}
      {!query.isPending && <SettingsCard />}
    </div>
  );
}

function FeedCard({ feeds }: { feeds: AdvisoryFeeds }) {
  const words = useAdvisoryWords();
  const since = feeds.in_force_since;
  return (
    <Card flush title={words.feeds} sub={since ? words.feedsSub(format.number(feeds.vulnerabilities), format.number(feeds.exploited), format.dateTime(since)) : words.feedNone}>
      {feeds.items.length > 0 && (
        <div className={classNames(table.wrap, table.inCard)}>
          <table className={table.table} aria-label={words.feeds}>
            <thead>
              <tr>
                <th scope="col">{words.feed}</th>
                <th scope="col">{words.feedState}</th>
                <th scope="col" className={table.number}>
                  {words.feedRecords}
                </th>
                <th scope="col">{words.feedNewest}</th>
                <th scope="col">{words.feedAge}</th>
              </tr>
            </thead>
            <tbody>
              {feeds.items.map((feed) => (
                <FeedRow key={feed.feed} feed={feed} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className={styles.command}>
        <h3>{words.feedHow}</h3>
        <p className={styles.soft}>{words.feedHowSub}</p>
        <CopyField label={words.feedHow} value="sudo khien advisory import known_exploited_vulnerabilities.json debian.json" />
      </div>
    </Card>
  );
}

function FeedRow({ feed }: { feed: AdvisoryFeed }) {
  const words = useAdvisoryWords();
  const name = Object.hasOwn(words.feedNames, feed.feed) ? words.feedNames[feed.feed]! : feed.feed.replace(/^csaf:/, "CSAF: ");
  return (
    <tr>
      <th scope="row" className={table.name}>
        <span className={styles.two}>
          <OutsideText value={name} />
          {feed.failure !== "" && feed.failed_at && (
            <small className={styles.late}>
              <OutsideText value={words.feedFailure(format.dateTime(feed.failed_at), feed.failure)} />
            </small>
          )}
        </span>
      </th>
      <td data-label={words.feedState}>
        <FeedTag feed={feed} />
      </td>
      <td data-label={words.feedRecords} className={table.number}>
        {format.number(feed.records)}
      </td>
      <td data-label={words.feedNewest} className="num">
        {feed.newest_at ? format.date(feed.newest_at) : "–"}
      </td>
      <td data-label={words.feedAge}>
        {feed.age_days === null ? words.feedNever : feed.age_days === 0 ? words.feedToday : words.feedDays(format.number(feed.age_days))}
      </td>
    </tr>
  );
}

function FeedTag({ feed }: { feed: AdvisoryFeed }) {
  const words = useAdvisoryWords();
  if (feed.failure !== "") return <Tag tone="crit" icon={OctagonAlert} word={words.feedFailedTag} />;
  return feed.stale ? <Tag tone="high" icon={Clock} word={words.feedStale} /> : <Tag tone="ok" icon={CircleCheck} word={words.feedFresh} bare />;
}
