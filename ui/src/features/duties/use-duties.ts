import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { Decision } from "@/components/decision-bar";
import { api, unwrap } from "@/lib/http";

import type { CellName } from "./duty-search";

export type RecordState = "waiting" | "approved" | "refused" | "withdrawn";

export function useMatrix(unit: number | undefined, asOf: string | undefined) {
  return useQuery({
    queryKey: ["duties", "matrix", unit ?? null, asOf ?? null],
    queryFn: ({ signal }) => unwrap(api.GET("/duties/matrix", { params: { query: { unit, as_of: asOf } }, signal })),
  });
}

export function useCell(cell: CellName | null, asOf: string | undefined) {
  return useQuery({
    queryKey: ["duties", "cell", cell?.unit, cell?.clause, asOf ?? null],
    queryFn: ({ signal }) => unwrap(api.GET("/duties/cell", { params: { query: { ...cell!, as_of: asOf } }, signal })),
    enabled: cell !== null,
    placeholderData: (old) => (old && cell && old.unit.id === cell.unit && old.clause.id === cell.clause ? old : undefined),
  });
}

export function useShares() {
  return useQuery({
    queryKey: ["duties", "shares"],
    queryFn: ({ signal }) => unwrap(api.GET("/duties/shares", { signal })),
  });
}

export function useRecords(unit: number | undefined, state: RecordState) {
  return useInfiniteQuery({
    queryKey: ["duties", "records", unit ?? null, state],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/duty-records", { params: { query: { unit, state, cursor: pageParam, limit: 50 } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** What follows from every act on a record: cells, tasks and figures are stale. */
function useRefreshDuties() {
  const client = useQueryClient();
  return () => {
    for (const noun of ["duties", "today", "overview", "calendar"]) void client.invalidateQueries({ queryKey: [noun] });
  };
}

export interface DutyDraft {
  unit: number;
  duty: string;
  period_from: string;
  done_on: string;
  statement: string;
  evidence: number[];
  not_applicable: boolean;
}

export function useRecordDuty() {
  const refresh = useRefreshDuties();
  return useMutation({
    mutationFn: async ({ upload, ...body }: Omit<DutyDraft, "evidence"> & { upload: () => Promise<number[]> }) => {
      const evidence = await upload();
      return unwrap(api.POST("/duty-records", { body: { ...body, evidence } }));
    },
    onSuccess: refresh,
  });
}

export function useDecideRecord() {
  const refresh = useRefreshDuties();
  return useMutation({
    mutationFn: ({ id, ...body }: Decision & { id: number }) =>
      unwrap(api.POST("/duty-records/{duty_record_id}/decision", { params: { path: { duty_record_id: id } }, body })),
    onSuccess: refresh,
  });
}

export function useWithdrawRecord() {
  const refresh = useRefreshDuties();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(api.DELETE("/duty-records/{duty_record_id}", { params: { path: { duty_record_id: id } } })),
    onSuccess: refresh,
  });
}
