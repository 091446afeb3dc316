import { useMutation, useQueryClient } from "@tanstack/react-query";

import type { UnitKind } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

export interface UnitDraft {
  name: string;
  kind: UnitKind;
  code: string;
  parent?: number;
}

function useRefreshUnits() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["units"] });
}

export function useSaveUnit(id: number | null) {
  const refresh = useRefreshUnits();
  return useMutation({
    mutationFn: ({ name, kind, code, parent }: UnitDraft) =>
      id === null
        ? unwrap(api.POST("/units", { body: { name, kind, parent: parent!, ...(code ? { code } : {}) } }))
        : unwrap(
            api.PATCH("/units/{unit_id}", {
              params: { path: { unit_id: id } },
              body: { name, kind, code, ...(parent === undefined ? {} : { parent }) },
            }),
          ),
    onSuccess: refresh,
  });
}

export function useDeleteUnit() {
  const refresh = useRefreshUnits();
  return useMutation({
    mutationFn: (id: number) => unwrap(api.DELETE("/units/{unit_id}", { params: { path: { unit_id: id } } })),
    onSuccess: refresh,
  });
}
