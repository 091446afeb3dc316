import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";

import page from "@/components/page.module.css";
import * as format from "@/lib/format";

import styles from "./advisories.module.css";
import { feedWarning } from "./advisory-state";
import { useFeeds } from "./use-advisories";
import { useAdvisoryWords } from "./words";

/** Says when what is known is old, broken or nothing at all: silence must never look like safety. */
export function FeedNotice({ withLink = true }: { withLink?: boolean }) {
  const words = useAdvisoryWords();
  const feeds = useFeeds().data;
  if (!feeds) return null;
  const warning = feedWarning(feeds);
  const said = { none: words.feedsNone, old: words.feedsOld, failed: words.feedsFailed };
  return (
    <>
      {warning && (
        <div className={page.warning} role="status">
          <TriangleAlert size={18} aria-hidden />
          <p>
            {said[warning]}{" "}
            {withLink && (
              <Link to="/canh-bao/nguon" className="link">
                {words.toSources}
              </Link>
            )}
          </p>
        </div>
      )}
      {feeds.running && (
        <p className={styles.soft} role="status">
          {words.feedsRunning(format.number(feeds.running.done), format.number(feeds.running.total))}
        </p>
      )}
    </>
  );
}
