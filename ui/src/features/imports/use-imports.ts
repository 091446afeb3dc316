import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import type { ImportPlan } from "@/lib/api-types";
import { base64Of } from "@/lib/file";
import { api, unwrap } from "@/lib/http";

export const IMPORT_KINDS = [
  "devices",
  "units",
  "dhcp_leases",
  "systems",
  "sites",
  "contacts",
  "address_ranges",
  "appliances",
] as const satisfies readonly ImportPlan["kind"][];

/** Base64 of it must fit the 12 MiB the hub takes. */
export const MOST_IMPORT_BYTES = 9 * 1024 * 1024;

export const importQuery = (id: number) =>
  queryOptions({
    queryKey: ["imports", id],
    queryFn: ({ signal }) => unwrap(api.GET("/imports/{import_id}", { params: { path: { import_id: id } }, signal })),
  });

export function useCreateImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ kind, unit, file }: { kind: ImportPlan["kind"]; unit: number; file: File }) => {
      const content = await base64Of(file);
      return unwrap(api.POST("/imports", { body: { kind, unit, file_name: file.name.normalize("NFC").slice(0, 200), content } }));
    },
    onSuccess: (plan) => client.setQueryData(importQuery(plan.id).queryKey, plan),
  });
}

export function useConfirmImport(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/imports/{import_id}/confirm", { params: { path: { import_id: id } } })),
    onSuccess: (plan) => {
      client.setQueryData(importQuery(id).queryKey, plan);
      // What came in may be seen on every page.
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" && queryKey[0] !== "imports" });
    },
    onError: () => client.invalidateQueries({ queryKey: ["imports", id] }),
  });
}

export function useDiscardImport(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/imports/{import_id}", { params: { path: { import_id: id } } })),
    onSuccess: () => client.removeQueries({ queryKey: ["imports", id] }),
  });
}
