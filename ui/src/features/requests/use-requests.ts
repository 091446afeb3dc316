import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

import type { RequestAnswer, RequestNew, RequestState } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

import type { RequestView } from "./request-search";

const PAGE = 50;
const UNITS = 100;

export const attachmentAddress = (id: number) => `/api/v1/request-attachments/${id}`;
export const tableAddress = (id: number, language: string) => `/api/v1/requests/${id}/table?language=${language}`;

export function useRequests(filter: { unit?: number; view?: RequestView; q?: string }) {
  return useInfiniteQuery({
    queryKey: ["requests", "list", filter],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/requests", { params: { query: { ...filter, limit: PAGE, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useRequest(id: number) {
  return useQuery({
    queryKey: ["requests", "detail", id],
    queryFn: ({ signal }) => unwrap(api.GET("/requests/{request_id}", { params: { path: { request_id: id } }, signal })),
  });
}

export function useRequestUnits(id: number, filter: { state?: RequestState; late?: "true"; q?: string }) {
  return useInfiniteQuery({
    queryKey: ["requests", "units", id, filter],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/requests/{request_id}/units", { params: { path: { request_id: id }, query: { ...filter, limit: UNITS, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useRequestUnit(id: number | undefined) {
  return useQuery({
    queryKey: ["requests", "line", id],
    enabled: id !== undefined,
    queryFn: ({ signal }) => unwrap(api.GET("/request-units/{request_unit_id}", { params: { path: { request_unit_id: id! } }, signal })),
  });
}

function stale(client: QueryClient) {
  for (const queryKey of [["requests"], ["today"]]) void client.invalidateQueries({ queryKey });
}

function useAct<T, R>(act: (value: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: () => stale(client) });
}

export const useSendRequest = () => useAct((body: RequestNew) => unwrap(api.POST("/requests", { body })));

const byRequest = (id: number) => ({ path: { request_id: id } });
const byUnit = (id: number) => ({ path: { request_unit_id: id } });

export const useRemind = (id: number) => useAct((words: string) => unwrap(api.POST("/requests/{request_id}/reminders", { params: byRequest(id), body: { words } })));
export const useCloseRequest = (id: number) => useAct((words: string) => unwrap(api.POST("/requests/{request_id}/closing", { params: byRequest(id), body: { words } })));
export const useConfirmRead = (id: number) => useAct(() => unwrap(api.POST("/request-units/{request_unit_id}/reading", { params: byUnit(id) })));
export const useAnswer = (id: number) => useAct((body: RequestAnswer) => unwrap(api.POST("/request-units/{request_unit_id}/answer", { params: byUnit(id), body })));
export const useDecideAnswer = (id: number) =>
  useAct((body: { accept: boolean; words?: string }) => unwrap(api.POST("/request-units/{request_unit_id}/decision", { params: byUnit(id), body })));
