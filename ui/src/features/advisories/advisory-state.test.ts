import { expect, test } from "vitest";

import type { AdvisoryFeeds } from "@/lib/api-types";

import { concerned, daysLeft, feedWarning, standingOf } from "./advisory-state";

const none = { open: 0, overdue: 0, mitigated: 0, accepted: 0, patched: 0, not_affected: 0, unknown: 0 };

test("unknown is never done, and a decision is not a patch", () => {
  expect(standingOf({ ...none, patched: 9, unknown: 1 })).toBe("unknown");
  expect(standingOf({ ...none, patched: 9, accepted: 1 })).toBe("decided");
  expect(standingOf({ ...none, patched: 9, open: 1, unknown: 4 })).toBe("open");
  expect(standingOf({ ...none, patched: 9 })).toBe("done");
  expect(standingOf({ ...none, not_affected: 9 })).toBe("none");
  expect(concerned({ ...none, patched: 2, unknown: 1, not_affected: 7 })).toBe(3);
});

test("days until a due day, over it, and without one", () => {
  expect(daysLeft("2026-11-28", "2026-11-26")).toBe(2);
  expect(daysLeft("2026-11-25", "2026-11-26")).toBe(-1);
  expect(daysLeft(null, "2026-11-26")).toBeNull();
});

test("no data is worse than old data, old worse than a failed import", () => {
  const feed = { feed: "kev", records: 1, newest_at: null, imported_at: null, age_days: 1, stale: false, file: "", failure: "", failed_at: null };
  const feeds = (change: Partial<typeof feed>, vulnerabilities = 1): AdvisoryFeeds => ({ items: [{ ...feed, ...change }], vulnerabilities, exploited: 0, in_force_since: null, matched: true, running: null });
  expect(feedWarning(feeds({}, 0))).toBe("none");
  expect(feedWarning(feeds({ stale: true, failure: "x" }))).toBe("old");
  expect(feedWarning(feeds({ failure: "x" }))).toBe("failed");
  expect(feedWarning(feeds({}))).toBeNull();
});
