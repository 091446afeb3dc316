import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/http";

import type { CoverageSearch } from "./coverage-search";

const PAGE = 100;

/** The devices that are not protected, and the counts of all. */
export function useUncovered(unit: number | undefined, { q, gap }: CoverageSearch) {
  return useInfiniteQuery({
    queryKey: ["devices", unit ?? null, "uncovered", q ?? "", gap ?? null],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/devices", { params: { query: { unit, q, gap: gap ?? "any", cursor: pageParam, limit: PAGE } }, signal })),
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}
