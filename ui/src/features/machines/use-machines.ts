import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/http";

import type { MachineSearch } from "./machine-search";

export interface MachineFilter extends Omit<MachineSearch, "add"> {
  unit?: number;
}

export function useMachines(filter: MachineFilter) {
  return useInfiniteQuery({
    queryKey: ["machines", "list", filter],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/machines", { params: { query: { ...filter, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useMachineFacets(filter: MachineFilter) {
  return useQuery({
    queryKey: ["machines", "facets", filter],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => unwrap(api.GET("/machine-facets", { params: { query: filter }, signal })),
  });
}

export function useMachine(id: number) {
  return useQuery({
    queryKey: ["machines", "detail", id],
    queryFn: ({ signal }) => unwrap(api.GET("/machines/{machine_id}", { params: { path: { machine_id: id } }, signal })),
  });
}

export function useUpdateMachine(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { unit?: number; revoked?: true }) =>
      unwrap(api.PATCH("/machines/{machine_id}", { params: { path: { machine_id: id } }, body })),
    onSuccess: (detail) => {
      client.setQueryData(["machines", "detail", id], detail);
      void client.invalidateQueries({ queryKey: ["machines", "list"] });
      void client.invalidateQueries({ queryKey: ["units"] });
    },
  });
}

export function useScanUnit(unit: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/units/{unit_id}/scan", { params: { path: { unit_id: unit } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["orders"] }),
  });
}

const TOKENS = ["enrolment-tokens"];
const TOKEN_POLL_MS = 5_000;

export function useEnrolmentTokens(waiting: boolean) {
  return useQuery({
    queryKey: TOKENS,
    queryFn: ({ signal }) => unwrap(api.GET("/enrolment-tokens", { signal })),
    refetchInterval: waiting ? TOKEN_POLL_MS : false,
  });
}

export function useCreateToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { unit: number; valid_hours: number }) => unwrap(api.POST("/enrolment-tokens", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: TOKENS }),
  });
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => unwrap(api.DELETE("/enrolment-tokens/{token_id}", { params: { path: { token_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: TOKENS }),
  });
}
