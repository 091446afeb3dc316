import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";

import type { Finding } from "@/lib/api-types";
import { fetchFindings, findingsQuery, type FindingFilter } from "@/lib/queries";

/**
 * The list a person looks at, and a look at the hub behind it. Live events refresh only the look: rows that are shown
 * are brought up to date where they stand, and what is new is counted until the person asks for it.
 */
export function useFindingList(filter: FindingFilter) {
  const client = useQueryClient();
  const list = useInfiniteQuery({ ...findingsQuery(filter), placeholderData: keepPreviousData, staleTime: Infinity, gcTime: 0 });
  const firstPage = list.isPlaceholderData ? undefined : list.data?.pages[0];
  const peek = useQuery({
    queryKey: ["findings", "peek", filter],
    queryFn: ({ signal }) => fetchFindings(filter, signal),
    enabled: firstPage !== undefined,
    initialData: firstPage,
    initialDataUpdatedAt: list.dataUpdatedAt,
    staleTime: Infinity,
    gcTime: 0,
  });

  const pages = list.data?.pages;
  const newer = peek.data && peek.dataUpdatedAt > list.dataUpdatedAt ? peek.data : undefined;
  const findings = useMemo(() => {
    const latest = new Map(newer?.items.map((finding) => [finding.id, finding]));
    return pages?.flatMap((page) => page.items).map((finding) => latest.get(finding.id) ?? finding) ?? [];
  }, [pages, newer]);

  const refresh = useCallback(
    () => client.resetQueries({ queryKey: findingsQuery(filter).queryKey, exact: true }),
    [client, filter],
  );

  return {
    list,
    findings,
    /** Counts, histogram and what was looked at, as fresh as they come. */
    summary: newer ?? pages?.[0],
    fresh: newer && pages?.[0] ? countFresh(newer.items, newer.total, findings, pages[0].total) : 0,
    refresh,
  };
}

/** New rows may sort below the first page, so the totals are asked as well. */
export function countFresh(newest: Finding[], newTotal: number, shown: Finding[], shownTotal: number): number {
  const known = new Set(shown.map((finding) => finding.id));
  const unknown = newest.filter((finding) => !known.has(finding.id)).length;
  const everythingShown = shown.length >= shownTotal;
  return everythingShown ? Math.max(unknown, newTotal - shownTotal) : Math.max(0, newTotal - shownTotal);
}
