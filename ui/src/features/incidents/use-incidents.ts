import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { IncidentMove, IncidentNew, IncidentReportNew, IncidentTaskUpdate, IncidentUpdate, Severity } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

import type { IncidentView } from "./incident-search";

// On a phone each is a card: a page of them is long enough to scroll through.
const ROWS = 25;
const ENTRIES = 20;
// Clocks run while one looks.
const REFRESH_MS = 60_000;

export interface BoardFilter {
  view: IncidentView;
  unit?: number;
  severity?: Severity;
  q?: string;
}

export function useIncidents({ severity, ...filter }: BoardFilter) {
  return useInfiniteQuery({
    queryKey: ["incidents", "list", { ...filter, severity }],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/incidents", { params: { query: { ...filter, severity: severity && [severity], limit: ROWS, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: REFRESH_MS,
  });
}

export function useIncidentProposals(unit?: number) {
  return useQuery({
    queryKey: ["incidents", "proposals", unit ?? null],
    queryFn: ({ signal }) => unwrap(api.GET("/incident-proposals", { params: { query: { unit } }, signal })),
  });
}

export function useIncident(id: number) {
  return useQuery({
    queryKey: ["incidents", "detail", id],
    queryFn: ({ signal }) => unwrap(api.GET("/incidents/{incident_id}", { params: { path: { incident_id: id } }, signal })),
    refetchInterval: REFRESH_MS,
  });
}

export function useTimeline(id: number) {
  return useInfiniteQuery({
    queryKey: ["incidents", "timeline", id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/incidents/{incident_id}/timeline", { params: { path: { incident_id: id }, query: { limit: ENTRIES, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: REFRESH_MS,
  });
}

/** The clocks an incident would have; nothing is opened. */
export function useClocks(detectedAt: string | null, severity: Severity, traits: string[]) {
  return useQuery({
    queryKey: ["incidents", "clocks", detectedAt, severity, traits],
    enabled: detectedAt !== null,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => unwrap(api.GET("/incident-clocks", { params: { query: { detected_at: detectedAt!, severity, ...(traits.length > 0 ? { traits } : {}) } }, signal })),
  });
}

/** The documents of a unit that can be the proof of a report. */
export function useIncidentDocuments(unit: number, enabled: boolean) {
  return useQuery({
    queryKey: ["incidents", "documents", unit],
    enabled,
    queryFn: ({ signal }) => unwrap(api.GET("/reports", { params: { query: { unit, limit: 100 } }, signal })),
    select: ({ items }) => items.filter(({ kind, state }) => kind.startsWith("incident") && state !== "draft"),
  });
}

function useAct<T, R>(act: (value: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => void client.invalidateQueries({ predicate: ({ queryKey: [noun, part] }) => noun === "today" || noun === "overview" || (noun === "incidents" && part !== "clocks") }),
  });
}

export const useOpenIncident = () => useAct((body: IncidentNew) => unwrap(api.POST("/incidents", { body })));

const of = (id: number) => ({ path: { incident_id: id } });

export const useUpdateIncident = (id: number) => useAct((body: IncidentUpdate) => unwrap(api.PATCH("/incidents/{incident_id}", { params: of(id), body })));
export const useMoveIncident = (id: number) => useAct((body: IncidentMove) => unwrap(api.POST("/incidents/{incident_id}/state", { params: of(id), body })));
export const useRecordReport = (id: number) => useAct((body: IncidentReportNew) => unwrap(api.POST("/incidents/{incident_id}/reports", { params: of(id), body })));
export const useAddTask = (id: number) => useAct((body: { words: string; owner?: number; due_at?: string }) => unwrap(api.POST("/incidents/{incident_id}/tasks", { params: of(id), body })));
export const useUpdateTask = () => useAct(({ id, ...body }: IncidentTaskUpdate & { id: number }) => unwrap(api.PATCH("/incident-tasks/{incident_task_id}", { params: { path: { incident_task_id: id } }, body })));
export const useSetMember = (id: number) => useAct((body: { user: number; part: "" | "lead" | "analyst" | "communication" | "unit_contact" }) => unwrap(api.POST("/incidents/{incident_id}/members", { params: of(id), body })));

export const useNote = (id: number) => useAct((body: { words: string; happened_at?: string; evidence?: number[] }) => unwrap(api.POST("/incidents/{incident_id}/timeline", { params: of(id), body })));
