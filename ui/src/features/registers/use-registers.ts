import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { Decision } from "@/components/decision-bar";
import { api, unwrap } from "@/lib/http";

import type { RegisterSearch } from "./register-search";

export function useRegisterRecords(register: string, unit: number | undefined, { q, state, as_of: asOf }: RegisterSearch) {
  return useInfiniteQuery({
    queryKey: ["register-records", "list", register, unit ?? null, q ?? "", state ?? null, asOf ?? null],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/register-records", {
          params: { query: { register, unit, q, state, as_of: asOf, cursor: pageParam, limit: 100 } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useRegisterRecord(id: number | undefined) {
  return useQuery({
    queryKey: ["register-records", "detail", id ?? 0],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/register-records/{register_record_id}", { params: { path: { register_record_id: id! } }, signal })),
    enabled: id !== undefined,
  });
}

function useRefreshRegisters() {
  const client = useQueryClient();
  return () => {
    for (const noun of ["register-records", "registers", "duties", "today", "overview", "units"]) {
      void client.invalidateQueries({ queryKey: [noun] });
    }
  };
}

export interface RegisterDraft {
  register: string;
  unit: number;
  fields: Record<string, unknown>;
  note: string;
  kept: number[];
  upload: () => Promise<number[]>;
}

/** A new record, or the next version of one. */
export function useSaveRecord(id: number | undefined) {
  const refresh = useRefreshRegisters();
  return useMutation({
    mutationFn: async ({ register, unit, fields, note, kept, upload }: RegisterDraft) => {
      const evidence = [...kept, ...(await upload())];
      const text = JSON.stringify(fields);
      return id === undefined
        ? unwrap(api.POST("/register-records", { body: { register, unit, fields: text, evidence } }))
        : unwrap(
            api.PUT("/register-records/{register_record_id}", {
              params: { path: { register_record_id: id } },
              body: { fields: text, evidence, ...(note ? { note } : {}) },
            }),
          );
    },
    onSuccess: refresh,
  });
}

export function useDecideRegisterRecord() {
  const refresh = useRefreshRegisters();
  return useMutation({
    mutationFn: ({ id, ...body }: Decision & { id: number }) =>
      unwrap(
        api.POST("/register-records/{register_record_id}/decision", { params: { path: { register_record_id: id } }, body }),
      ),
    onSuccess: refresh,
  });
}

export function useWithdrawRegisterRecord() {
  const refresh = useRefreshRegisters();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(api.DELETE("/register-records/{register_record_id}", { params: { path: { register_record_id: id } } })),
    onSuccess: refresh,
  });
}
