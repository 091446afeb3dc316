import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { NewPolicy, PolicyDetail, PolicyTrial } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

const POLICIES = ["policies"];

export function usePolicies(unit: number | undefined) {
  return useQuery({
    queryKey: [...POLICIES, "list", unit],
    queryFn: ({ signal }) => unwrap(api.GET("/policies", { params: { query: { unit } }, signal })),
  });
}

export const policyQuery = (id: number) =>
  queryOptions({
    queryKey: [...POLICIES, "detail", id],
    queryFn: ({ signal }) => unwrap(api.GET("/policies/{policy_id}", { params: { path: { policy_id: id } }, signal })),
  });

export function useMachinePolicy(id: number) {
  return useQuery({
    // Below the machine's own key: a live word about it makes this stale as well.
    queryKey: ["machines", "detail", id, "policy"],
    queryFn: ({ signal }) => unwrap(api.GET("/machines/{machine_id}/policy", { params: { path: { machine_id: id } }, signal })),
  });
}

function useAccept() {
  const client = useQueryClient();
  return (detail: PolicyDetail) => {
    client.setQueryData(policyQuery(detail.policy.id).queryKey, detail);
    void client.invalidateQueries({ queryKey: [...POLICIES, "list"] });
    void client.invalidateQueries({ queryKey: ["machines", "detail"] });
  };
}

/** The first draft of a unit's policy, or the next one of a policy that is there. */
export function useSavePolicy(id: number | undefined) {
  const accept = useAccept();
  return useMutation({
    mutationFn: ({ unit, role, ...draft }: NewPolicy) =>
      id === undefined
        ? unwrap(api.POST("/policies", { body: { unit, role, ...draft } }))
        : unwrap(api.PUT("/policies/{policy_id}", { params: { path: { policy_id: id } }, body: draft })),
    onSuccess: accept,
  });
}

export function usePreviewPolicy() {
  return useMutation({ mutationFn: (body: PolicyTrial) => unwrap(api.POST("/policies/preview", { body })) });
}

/** Decides on the draft that was read: the hub refuses when it was changed meanwhile. */
export function useDecidePolicy(id: number, read: string) {
  const accept = useAccept();
  return useMutation({
    mutationFn: (decision: { publish: boolean; note?: string }) =>
      unwrap(api.POST("/policies/{policy_id}/decision", { params: { path: { policy_id: id } }, body: { ...decision, read } })),
    onSuccess: accept,
  });
}
