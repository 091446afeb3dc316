import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { RosterSettingsNew, ShiftNew, ShiftUpdate } from "@/lib/api-types";
import { addDays, today } from "@/lib/days";
import { api, unwrap } from "@/lib/http";

const UNITS = 50;
const PINGS = 5;
const REFRESH_MS = 60_000;
/** As far as the hub looks in one answer. */
export const AHEAD_DAYS = 100;

export function useRoster(from: string, to: string, unit?: number) {
  return useQuery({
    queryKey: ["roster", "shifts", from, to, unit ?? null],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => unwrap(api.GET("/roster", { params: { query: { from, to, unit } }, signal })),
    refetchInterval: REFRESH_MS,
  });
}

/** Who is on duty now, and the windows that come. */
export const useRosterAhead = (unit?: number) => useRoster(today(), addDays(today(), AHEAD_DAYS), unit);

export function useRosterUnits(window: string, onlyGaps: boolean) {
  return useInfiniteQuery({
    queryKey: ["roster", "units", window, onlyGaps],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/roster/units", { params: { query: { window, only_gaps: onlyGaps, limit: UNITS, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function usePings(unit?: number) {
  return useInfiniteQuery({
    queryKey: ["roster", "pings", unit ?? null],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/roster/pings", { params: { query: { unit, limit: PINGS, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: REFRESH_MS,
  });
}

function useAct<T, R>(act: (value: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => void client.invalidateQueries({ predicate: ({ queryKey: [noun] }) => noun === "roster" || noun === "today" || noun === "overview" }),
  });
}

export const useAddShift = () => useAct((body: ShiftNew) => unwrap(api.POST("/roster/shifts", { body })));
export const useUpdateShift = (id: number) => useAct((body: ShiftUpdate) => unwrap(api.PATCH("/roster/shifts/{shift_id}", { params: { path: { shift_id: id } }, body })));
export const useRemoveShift = (id: number) => useAct(() => unwrap(api.DELETE("/roster/shifts/{shift_id}", { params: { path: { shift_id: id } } })));
export const useHandOver = (id: number) => useAct((words: string) => unwrap(api.POST("/roster/shifts/{shift_id}/handover", { params: { path: { shift_id: id } }, body: { words } })));
export const usePing = () => useAct((unit: number) => unwrap(api.POST("/roster/pings", { body: { unit } })));
export const useAnswerPing = () => useAct((id: number) => unwrap(api.POST("/roster/pings/{duty_ping_id}/answer", { params: { path: { duty_ping_id: id } } })));

/** What comes within a year, for a calendar program. */
export const rosterCalendarAddress = (unit: number) => `/api/v1/roster/calendar.ics?unit=${unit}&from=${today()}&to=${addDays(today(), 365)}`;

export function useRosterSettings(unit: number) {
  return useQuery({
    queryKey: ["roster", "settings", unit],
    queryFn: ({ signal }) => unwrap(api.GET("/roster/settings", { params: { query: { unit } }, signal })),
  });
}
export const useSetRosterSettings = () => useAct((body: RosterSettingsNew) => unwrap(api.PUT("/roster/settings", { body })));
