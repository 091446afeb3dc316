import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { ShareState } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

import type { UnitView } from "./sharing-search";

// On a phone each is a card: a page of them is long enough to scroll through.
const UNITS = 25;
const MESSAGES = 10;
const REFRESH_MS = 30_000;

/** What is sent, is sent behind: the page looks again by itself. */
export function useSharing() {
  return useQuery({
    queryKey: ["sharing", "partners"],
    queryFn: ({ signal }) => unwrap(api.GET("/sharing", { signal })),
    refetchInterval: REFRESH_MS,
  });
}

export function useSharingUnits(filter: { unit?: number; q?: string; state: UnitView }) {
  return useInfiniteQuery({
    queryKey: ["sharing", "units", filter],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/sharing/units", { params: { query: { ...filter, limit: UNITS, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useShareMessages(state?: ShareState) {
  return useInfiniteQuery({
    queryKey: ["sharing", "messages", state ?? null],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/sharing/messages", { params: { query: { state, limit: MESSAGES, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useShareMessage(id: number) {
  return useQuery({
    queryKey: ["sharing", "message", id],
    queryFn: ({ signal }) => unwrap(api.GET("/sharing/messages/{share_message_id}", { params: { path: { share_message_id: id } }, signal })),
  });
}

function useAct<T>(act: (value: T) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: () => void client.invalidateQueries({ queryKey: ["sharing"] }) });
}

export function usePause(id: number) {
  return useAct((paused: boolean) => unwrap(api.PATCH("/sharing/partners/{share_partner_id}", { params: { path: { share_partner_id: id } }, body: { paused } })));
}

export function useSendNow(id: number) {
  return useAct(() => unwrap(api.POST("/sharing/partners/{share_partner_id}/send", { params: { path: { share_partner_id: id } } })));
}
