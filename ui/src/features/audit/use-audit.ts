import { keepPreviousData, useInfiniteQuery, useMutation } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/http";

export function useAudit(q: string) {
  return useInfiniteQuery({
    queryKey: ["audit", q],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/audit", { params: { query: { q: q || undefined, cursor: pageParam, limit: 100 } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useVerifyAudit() {
  return useMutation({ mutationFn: () => unwrap(api.POST("/audit/verify")) });
}
