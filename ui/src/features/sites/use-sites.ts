import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

import type { SiteCaseDecision, SiteDetail, SiteStatus, Visitor } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

import type { ClassFacet, LabelFacet } from "./site-search";

export interface SiteFilter {
  unit?: number;
  q?: string;
  status?: SiteStatus;
  class?: ClassFacet;
  label?: LabelFacet;
  certificate?: LabelFacet;
  overdue?: "true";
  waiting?: "true";
}

const PAGE = 500;
const LOOK_POLL_MS = 3_000;

export function useWatchedSites(filter: SiteFilter) {
  return useInfiniteQuery({
    queryKey: ["sites", "watched", filter],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/site-watch", { params: { query: { ...filter, limit: PAGE, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** How the browser stands that opens pages for the watch; not everybody may ask. */
export function useSiteBrowser(enabled: boolean) {
  return useQuery({
    queryKey: ["sites", "browser"],
    queryFn: ({ signal }) => unwrap(api.GET("/site-browser", { signal })),
    enabled,
  });
}

const detailKey = (id: number) => ["sites", "detail", id];
const caseKey = (id: number) => ["sites", "detail", "case", id];

/** A person's wish for a look is not over yet. */
export function isAwaited({ watch }: SiteDetail): boolean {
  if (watch.being_looked_at) return true;
  return watch.asked_at !== null && (watch.finished_at === null || watch.finished_at < watch.asked_at);
}

export function useSite(id: number) {
  return useQuery({
    queryKey: detailKey(id),
    queryFn: ({ signal }) => unwrap(api.GET("/sites/{site_id}", { params: { path: { site_id: id } }, signal })),
    refetchInterval: ({ state }) => (state.data && isAwaited(state.data) ? LOOK_POLL_MS : false),
  });
}

export function useSiteCase(id: number | undefined) {
  return useQuery({
    queryKey: caseKey(id ?? 0),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/site-cases/{site_case_id}", { params: { path: { site_case_id: id ?? 0 } }, signal })),
    enabled: id !== undefined,
  });
}

/** What a decision or a look changes beyond the answer itself. */
function refresh(client: QueryClient) {
  for (const queryKey of [["sites"], ["overview"], ["today"]]) void client.invalidateQueries({ queryKey });
}

export function useLookAtSite(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/sites/{site_id}/look", { params: { path: { site_id: id } } })),
    onSuccess: (detail) => client.setQueryData(detailKey(id), detail),
  });
}

export function useAddListed(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (text: string) => unwrap(api.POST("/sites/{site_id}/listed-pages", { params: { path: { site_id: id } }, body: { text } })),
    onSuccess: () => client.invalidateQueries({ queryKey: detailKey(id) }),
  });
}

export function useForgetListed(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/sites/{site_id}/listed-pages", { params: { path: { site_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: detailKey(id) }),
  });
}

export function useSetInterval(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (hours: number) =>
      unwrap(api.PUT("/sites/{site_id}/interval", { params: { path: { site_id: id } }, body: { every_hours: hours } })),
    onSuccess: (detail) => client.setQueryData(detailKey(id), detail),
  });
}

export function useSetRendering(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => unwrap(api.PUT("/sites/{site_id}/rendering", { params: { path: { site_id: id } }, body: { reason } })),
    onSuccess: (detail) => client.setQueryData(detailKey(id), detail),
  });
}

export function useDecideCase(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SiteCaseDecision) =>
      unwrap(api.POST("/site-cases/{site_case_id}/decision", { params: { path: { site_case_id: id } }, body })),
    onSuccess: (detail) => {
      client.setQueryData(caseKey(id), detail);
      refresh(client);
    },
  });
}

export function useAddSite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { unit: number; address: string; title?: string }) => unwrap(api.POST("/sites", { body })),
    onSuccess: () => refresh(client),
  });
}

export function usePageEvidence(id: number) {
  return useQuery({
    queryKey: ["page-evidence", id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/page-evidence/{page_evidence_id}", { params: { path: { page_evidence_id: id } }, signal })),
    staleTime: Infinity,
  });
}

/** What is kept never changes. */
export function usePageSource(id: number, visitor: Visitor, kept: boolean) {
  return useQuery({
    queryKey: ["page-evidence", id, "source", visitor],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/page-evidence/{page_evidence_id}/source", {
          params: { path: { page_evidence_id: id }, query: { visitor } },
          signal,
        }),
      ),
    enabled: kept,
    staleTime: Infinity,
  });
}

export function usePageDifference(id: number, first: Visitor, second: Visitor, enabled: boolean) {
  return useQuery({
    queryKey: ["page-evidence", id, "difference", first, second],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/page-evidence/{page_evidence_id}/difference", {
          params: { path: { page_evidence_id: id }, query: { first, second } },
          signal,
        }),
      ),
    enabled,
    staleTime: Infinity,
  });
}

/** The finding about a page says why: its reasons and the links it names. */
export function usePageFinding(id: number | null | undefined) {
  return useQuery({
    queryKey: ["findings", "detail", id ?? 0],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/findings/{finding_id}", { params: { path: { finding_id: id ?? 0 } }, signal })),
    enabled: typeof id === "number",
  });
}

export const pictureAddress = (evidence: number) => `/api/v1/page-evidence/${evidence}/picture`;
export const packageAddress = (evidence: number) => `/api/v1/page-evidence/${evidence}/package`;
