import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { ContentAct } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

/** Everything below this key is stale when the hub says «content». */
const CONTENT = ["content"];

export function useContentReleases() {
  return useQuery({ queryKey: [...CONTENT, "list"], queryFn: ({ signal }) => unwrap(api.GET("/content-releases", { signal })) });
}

/** A release while its rings go on: asked again by itself, for time passes without an event. */
export function useContentRelease(version: number) {
  return useQuery({
    queryKey: [...CONTENT, "detail", version],
    queryFn: ({ signal }) => unwrap(api.GET("/content-releases/rings", { params: { query: { version } }, signal })),
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });
}

export function useActOnContent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ContentAct) => unwrap(api.POST("/content-releases/act", { body })),
    onSuccess: (detail, { version }) => {
      client.setQueryData([...CONTENT, "detail", version], detail);
      return client.invalidateQueries({ queryKey: [...CONTENT, "list"] });
    },
  });
}

export function useStartContent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { content: string; emergency?: boolean }) => unwrap(api.POST("/content-releases", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: CONTENT }),
  });
}
