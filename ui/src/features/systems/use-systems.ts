import { keepPreviousData, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { SystemUpdate } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

export interface SystemFilter {
  unit?: number;
  q?: string;
  level?: number;
}

export function useSystems(filter: SystemFilter) {
  return useInfiniteQuery({
    queryKey: ["systems", "list", filter],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/systems", { params: { query: { ...filter, cursor: pageParam, limit: 100 } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export const systemQuery = (id: number) =>
  queryOptions({
    queryKey: ["systems", "detail", id],
    queryFn: ({ signal }) => unwrap(api.GET("/systems/{system_id}", { params: { path: { system_id: id } }, signal })),
  });

export function useLevelRules() {
  return useQuery({
    queryKey: ["level-rules"],
    queryFn: ({ signal }) => unwrap(api.GET("/level-rules", { signal })),
    staleTime: Infinity,
  });
}

export const planQuery = (id: number) =>
  queryOptions({
    queryKey: ["systems", "plan", id],
    queryFn: ({ signal }) => unwrap(api.GET("/systems/{system_id}/plan", { params: { path: { system_id: id } }, signal })),
  });

export function useSaveSystem(id: number | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ unit, name, ...rest }: SystemUpdate & { unit: number; name: string }) =>
      id === null
        ? unwrap(api.POST("/systems", { body: { unit, name, ...withoutEmpty(rest) } }))
        : unwrap(api.PATCH("/systems/{system_id}", { params: { path: { system_id: id } }, body: { unit, name, ...rest } })),
    onSuccess: (detail) => {
      client.setQueryData(systemQuery(detail.system.id).queryKey, detail);
      for (const key of [["systems", "list"], ["systems", "plan"], ["duties"]]) void client.invalidateQueries({ queryKey: key });
    },
  });
}

export function useSetLevel(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { level: number; level_rule: string; level_from: string; level_decision: string }) =>
      unwrap(api.PATCH("/systems/{system_id}", { params: { path: { system_id: id } }, body })),
    onSuccess: (detail) => {
      client.setQueryData(systemQuery(id).queryKey, detail);
      for (const key of [["systems", "list"], ["systems", "plan"], ["duties"]]) void client.invalidateQueries({ queryKey: key });
    },
  });
}

/** What is asked again and again while questions are answered; it keeps nothing. */
export function useProposal(rule: string, answers: string[]) {
  return useQuery({
    queryKey: ["level-proposals", rule, answers],
    queryFn: ({ signal }) => unwrap(api.POST("/level-proposals", { body: { rule, answers }, signal })),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}

export interface PlanItem {
  requirement: string;
  state: "met" | "partly" | "missing" | "not_judged";
  note: string;
  upload: () => Promise<number[]>;
  kept: number[];
}

export function useSetPlanItem(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ upload, kept, ...body }: PlanItem) => {
      const evidence = [...kept, ...(await upload())];
      return unwrap(
        api.PUT("/systems/{system_id}/plan", { params: { path: { system_id: id } }, body: { ...body, evidence } }),
      );
    },
    onSuccess: (plan) => client.setQueryData(planQuery(id).queryKey, plan),
  });
}

/** A new system has no dates to take away: what is empty is simply not sent. */
function withoutEmpty<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== "")) as Partial<T>;
}
