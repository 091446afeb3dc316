import { infiniteQueryOptions, queryOptions, useQuery } from "@tanstack/react-query";

import type { Judge, Role, Session } from "./api-types";
import { addDays, today } from "./days";
import { api, csrf, unwrap } from "./http";
import { HubProblem } from "./problem";

/** The data that more than one feature looks at. Keys begin with the noun, so live events can name what is stale. */

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return keepCsrf(await unwrap(api.GET("/session", { signal })));
    } catch (error) {
      if (error instanceof HubProblem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Infinity,
});

/** Every answer that holds a session also holds the newest CSRF proof. */
export function keepCsrf(session: Session): Session {
  csrf.set(session.csrf);
  return session;
}

/** The signed-in person. Only below the session gate. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error("useSession outside the session gate");
  return data;
}

export function useMay(...roles: Role[]): boolean {
  return roles.includes(useSession().role);
}

export const overviewQuery = (unit?: number) =>
  queryOptions({
    queryKey: ["overview", unit ?? null],
    queryFn: ({ signal }) => unwrap(api.GET("/overview", { params: { query: { unit } }, signal })),
    refetchInterval: 60_000,
  });

/** How many incidents there are, and how many clocks ran out or soon will. The counts are of all, whatever the list: of no
 * incident is the severity «thông tin», so that the answer is small. */
export const incidentCountsQuery = (unit?: number) =>
  queryOptions({
    queryKey: ["incidents", "counts", unit ?? null],
    queryFn: ({ signal }) => unwrap(api.GET("/incidents", { params: { query: { unit, severity: ["info"], limit: 1 } }, signal })),
    select: ({ counts }) => counts,
    refetchInterval: 60_000,
  });

/** As far ahead as somebody can still be found for a holiday without haste. */
const ROSTER_DAYS = 45;

/** The holiday windows that come soon, and what they lack. */
export const rosterWindowsQuery = (unit?: number) =>
  queryOptions({
    queryKey: ["roster", "windows", unit ?? null],
    queryFn: ({ signal }) => unwrap(api.GET("/roster", { params: { query: { unit, from: today(), to: addDays(today(), ROSTER_DAYS), windows_only: true } }, signal })),
    refetchInterval: 300_000,
  });

export const unitsQuery = queryOptions({
  queryKey: ["units"],
  queryFn: ({ signal }) => unwrap(api.GET("/units", { signal })),
});

/** The units as they were on a day. */
export const unitsOfQuery = (asOf: string | undefined) =>
  asOf === undefined
    ? unitsQuery
    : queryOptions({
        queryKey: ["units", asOf],
        queryFn: ({ signal }) => unwrap(api.GET("/units", { params: { query: { as_of: asOf } }, signal })),
      });

export const registersQuery = queryOptions({
  queryKey: ["registers"],
  queryFn: ({ signal }) => unwrap(api.GET("/registers", { signal })),
});

export const lawTermsQuery = queryOptions({
  queryKey: ["law-terms"],
  queryFn: ({ signal }) => unwrap(api.GET("/law-terms", { signal })),
  staleTime: Infinity,
});

/** Whom a task, a part or a shift of a unit can be given to. */
export const peopleQuery = (unit: number) =>
  queryOptions({
    queryKey: ["people", unit],
    queryFn: ({ signal }) => unwrap(api.GET("/people", { params: { query: { unit } }, signal })),
    staleTime: 300_000,
  });

export interface FindingFilter {
  view: "open" | "mine" | "all";
  unit?: number;
  q?: string;
  severity?: ("critical" | "high" | "medium" | "low" | "info")[];
  machine?: number;
  rule?: string;
  /** Together with a machine only. */
  judge?: Judge;
}

/** The findings a filter shows, a page at a time; the hub sorts. */
export const findingsQuery = (filter: FindingFilter) =>
  infiniteQueryOptions({
    queryKey: ["findings", "list", filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => fetchFindings(filter, signal, pageParam),
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** The same findings, a line for each rule. */
export const findingGroupsQuery = (filter: FindingFilter) =>
  queryOptions({
    queryKey: ["findings", "groups", filter],
    queryFn: ({ signal }) => unwrap(api.GET("/findings", { params: { query: { ...filter, group: "rule" as const } }, signal })),
  });

export function fetchFindings(filter: FindingFilter, signal: AbortSignal, cursor?: string, limit?: number) {
  return unwrap(api.GET("/findings", { params: { query: { ...filter, cursor, limit } }, signal }));
}
