import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { HelpRequestNew } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

import type { HelpView } from "./help-search";

const PAGE = 50;

export interface Told {
  words: string;
  before?: string;
  after?: string;
  evidence?: number[];
}

export function useHelpList(filter: { unit?: number; view?: HelpView; q?: string }) {
  return useInfiniteQuery({
    queryKey: ["help", "list", filter],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/help-requests", { params: { query: { ...filter, limit: PAGE, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useHelp(id: number) {
  return useQuery({
    queryKey: ["help", "detail", id],
    queryFn: ({ signal }) => unwrap(api.GET("/help-requests/{help_request_id}", { params: { path: { help_request_id: id } }, signal })),
  });
}

function useAct<T, R>(act: (value: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      for (const queryKey of [["help"], ["today"]]) void client.invalidateQueries({ queryKey });
    },
  });
}

const byId = (id: number) => ({ path: { help_request_id: id } });

export const useAsk = () => useAct((body: HelpRequestNew) => unwrap(api.POST("/help-requests", { body })));
export const useTake = (id: number) => useAct(() => unwrap(api.POST("/help-requests/{help_request_id}/taking", { params: byId(id) })));
export const useSay = (id: number) => useAct((body: Told) => unwrap(api.POST("/help-requests/{help_request_id}/lines", { params: byId(id), body })));
export const useAnswerHelp = (id: number) => useAct((body: Told) => unwrap(api.POST("/help-requests/{help_request_id}/answer", { params: byId(id), body })));
export const useOutcome = (id: number) => useAct((body: { solved: boolean; words?: string }) => unwrap(api.POST("/help-requests/{help_request_id}/outcome", { params: byId(id), body })));
