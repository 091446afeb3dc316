import { keepPreviousData, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { BotnetIncidentNew, BotnetMove } from "@/lib/api-types";
import { useDraft } from "@/lib/draft";
import { base64Of } from "@/lib/file";
import { api, unwrap } from "@/lib/http";

import type { BotnetView } from "./botnet-search";

// On a phone each is a card: a page of them is long enough to scroll through.
const ADDRESSES = 50;
const LOOKUPS = 25;
/** Base64 of it must fit the 12 MiB the hub takes. */
export const MOST_LIST_BYTES = 9 * 1024 * 1024;

const nameOf = (file: File) => file.name.normalize("NFC").slice(0, 200);

export function useBotnetAddresses(filter: { unit?: number; q?: string; view: BotnetView }) {
  return useInfiniteQuery({
    queryKey: ["botnet", "addresses", filter],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/botnet/addresses", { params: { query: { ...filter, limit: ADDRESSES, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

const addressQuery = (id: number) =>
  queryOptions({
    queryKey: ["botnet", "address", id],
    queryFn: ({ signal }) => unwrap(api.GET("/botnet/addresses/{botnet_case_id}", { params: { path: { botnet_case_id: id } }, signal })),
  });

export function useBotnetAddress(id: number) {
  return useQuery(addressQuery(id));
}

export function useMoveAddress(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BotnetMove) => unwrap(api.POST("/botnet/addresses/{botnet_case_id}/move", { params: { path: { botnet_case_id: id } }, body })),
    onSuccess: (detail) => {
      client.setQueryData(addressQuery(id).queryKey, detail);
      void client.invalidateQueries({ queryKey: ["botnet", "addresses"] });
    },
    // Somebody else was quicker, or a list came in: what is shown is old.
    onError: () => client.invalidateQueries({ queryKey: ["botnet", "address", id] }),
  });
}

export function useOpenIncident(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BotnetIncidentNew) => unwrap(api.POST("/botnet/addresses/{botnet_case_id}/incident", { params: { path: { botnet_case_id: id } }, body })),
    onSuccess: (detail) => {
      client.setQueryData(addressQuery(id).queryKey, detail);
      void client.invalidateQueries({ queryKey: ["incidents"] });
    },
    onError: () => client.invalidateQueries({ queryKey: ["botnet", "address", id] }),
  });
}

export function useBotnetLists() {
  return useInfiniteQuery({
    queryKey: ["botnet", "lists"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/botnet/lists", { params: { query: { limit: LOOKUPS, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

const listQuery = (id: number) =>
  queryOptions({
    queryKey: ["botnet", "list", id],
    queryFn: ({ signal }) => unwrap(api.GET("/botnet/lists/{botnet_list_id}", { params: { path: { botnet_list_id: id } }, signal })),
  });

export function useBotnetList(id: number) {
  return useQuery(listQuery(id));
}

export interface ListToRead {
  source: string;
  listed_on: string;
  complete: boolean;
  from: File | string;
}

export function usePreviewList() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ from, ...about }: ListToRead) => {
      const what = typeof from === "string" ? { text: from } : { file_name: nameOf(from), content: await base64Of(from) };
      return unwrap(api.POST("/botnet/lists", { body: { ...about, ...what } }));
    },
    onSuccess: (preview) => client.setQueryData(listQuery(preview.list.id).queryKey, preview),
  });
}

export function useConfirmList(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/botnet/lists/{botnet_list_id}/confirm", { params: { path: { botnet_list_id: id } } })),
    onSuccess: (done) => {
      client.setQueryData(listQuery(id).queryKey, done);
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === "botnet" && queryKey[1] !== "list" });
    },
    onError: () => client.invalidateQueries({ queryKey: ["botnet", "list", id] }),
  });
}

export function useDiscardList(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/botnet/lists/{botnet_list_id}", { params: { path: { botnet_list_id: id } } })),
    onSuccess: () => client.removeQueries({ queryKey: ["botnet", "list", id] }),
  });
}

export function useBotnetLookups() {
  return useInfiniteQuery({
    queryKey: ["botnet", "lookups"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/botnet/lookups", { params: { query: { limit: LOOKUPS, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useRecordLookup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { found: number; note: string }) => unwrap(api.POST("/botnet/lookups", { body })),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["botnet"] }),
  });
}

export function useUploadLog() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ unit, file }: { unit: number; file: File }) => unwrap(api.POST("/botnet/logs", { body: { unit, file_name: nameOf(file), content: await base64Of(file) } })),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["botnet"] }),
  });
}

/** The words of a list that somebody pasted, until it is confirmed. */
export const usePastedList = () => useDraft("botnet-list.pasted", "");
