import { useMutation, useQuery, useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";

import type { Finding, FindingDetail, FindingPage, FindingUpdate } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

const detailKey = (id: number) => ["findings", "detail", id];

export function useFinding(id: number | undefined) {
  return useQuery({
    queryKey: detailKey(id ?? 0),
    queryFn: ({ signal }) => unwrap(api.GET("/findings/{finding_id}", { params: { path: { finding_id: id! } }, signal })),
    enabled: id !== undefined,
  });
}

export function useObservation(id: number, enabled: boolean) {
  return useQuery({
    queryKey: ["observations", id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/observations/{observation_id}", { params: { path: { observation_id: id } }, signal })),
    enabled,
    // The hub recomputes the hash on every request: an old answer proves nothing.
    staleTime: 0,
  });
}

export function useUpdateFinding() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: FindingUpdate & { id: number }) =>
      unwrap(api.PATCH("/findings/{finding_id}", { params: { path: { finding_id: id } }, body })),
    onSuccess: (detail) => acceptDetail(client, detail),
  });
}

/** The row changes where it stands; it leaves the view only when the person asks for a fresh list. */
function acceptDetail(client: QueryClient, detail: FindingDetail) {
  client.setQueryData(detailKey(detail.finding.id), detail);
  client.setQueriesData<InfiniteData<FindingPage>>({ queryKey: ["findings", "list"] }, (list) => list && replaceIn(list, detail.finding));
  void client.invalidateQueries({ queryKey: ["findings", "peek"] });
  void client.invalidateQueries({ queryKey: ["overview"] });
}

function replaceIn(list: InfiniteData<FindingPage>, finding: Finding): InfiniteData<FindingPage> {
  return {
    ...list,
    pages: list.pages.map((page) => ({
      ...page,
      items: page.items.map((item) => (item.id === finding.id ? finding : item)),
    })),
  };
}

/** Asks the machine to put the finding's file away; the finding closes when it says that it did. */
export function useOrderQuarantine(finding: number) {
  return useMutation({
    mutationFn: (body: { reason: string }) =>
      unwrap(api.POST("/findings/{finding_id}/quarantine", { params: { path: { finding_id: finding } }, body })),
  });
}
