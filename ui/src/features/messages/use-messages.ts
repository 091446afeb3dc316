import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { MessageSettingsNew } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

const BELL = 5;
const PAGE = 25;
const REFRESH_MS = 60_000;

export type MessageView = "all" | "unread";

/** What the bell shows: the newest few that are unread, and the counts. */
export function useBell() {
  return useQuery({
    queryKey: ["messages", "bell"],
    queryFn: ({ signal }) => unwrap(api.GET("/messages", { params: { query: { view: "unread", limit: BELL } }, signal })),
    refetchInterval: REFRESH_MS,
  });
}

export function useMessages(view: MessageView) {
  return useInfiniteQuery({
    queryKey: ["messages", "list", view],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    // Nothing moves under the cursor: what is new is asked for.
    refetchOnWindowFocus: false,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/messages", { params: { query: { view, limit: PAGE, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useMarkMessages() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ messages, as }: { messages: number[]; as: "read" | "acknowledged" }) => unwrap(api.POST("/messages/acknowledge", { body: { messages, as } })),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["messages"] }),
  });
}

export function useMessageSettings() {
  return useQuery({ queryKey: ["messages", "settings"], queryFn: ({ signal }) => unwrap(api.GET("/messages/settings", { signal })) });
}

export function useSetMessageSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: MessageSettingsNew) => unwrap(api.PUT("/messages/settings", { body })),
    onSuccess: (settings) => client.setQueryData(["messages", "settings"], settings),
  });
}

export function useSendTest() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/messages/test")),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["messages"] }),
  });
}
