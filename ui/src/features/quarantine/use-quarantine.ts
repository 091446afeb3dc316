import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/http";

const QUARANTINE = ["quarantine"];
const ORDERS = ["orders"];

export function useQuarantine(q: string, unit: number | undefined) {
  return useInfiniteQuery({
    queryKey: [...QUARANTINE, unit, q],
    queryFn: ({ signal, pageParam }) =>
      unwrap(api.GET("/quarantine", { params: { query: { unit, q: q || undefined, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** What waits for a second person; the hub answers whom it may. */
export function useWaitingOrders(unit: number | undefined) {
  return useQuery({
    queryKey: [...ORDERS, unit],
    queryFn: ({ signal }) => unwrap(api.GET("/orders", { params: { query: { unit, view: "waiting_second" } }, signal })),
  });
}

function useRefresh() {
  const client = useQueryClient();
  return () => Promise.all([QUARANTINE, ORDERS, ["findings"]].map((queryKey) => client.invalidateQueries({ queryKey })));
}

export function useRestore(id: number) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: { reason: string; allow_until: string }) =>
      unwrap(api.POST("/quarantine/{quarantine_item_id}/restore", { params: { path: { quarantine_item_id: id } }, body })),
    onSuccess: refresh,
  });
}

export function useDecideOrder(id: number) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: { approve: boolean; note?: string }) =>
      unwrap(api.POST("/orders/{order_id}/decision", { params: { path: { order_id: id } }, body })),
    onSuccess: refresh,
  });
}
