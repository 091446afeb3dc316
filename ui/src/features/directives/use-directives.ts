import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import type { Decision } from "@/components/decision-bar";
import type { DirectiveDetail } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

export const directivesQuery = queryOptions({
  queryKey: ["directives"],
  queryFn: ({ signal }) => unwrap(api.GET("/directives", { signal })),
});

export const directiveQuery = (id: number) =>
  queryOptions({
    queryKey: ["directives", id],
    queryFn: ({ signal }) => unwrap(api.GET("/directives/{directive_id}", { params: { path: { directive_id: id } }, signal })),
  });

function useAccept() {
  const client = useQueryClient();
  return (detail: DirectiveDetail) => {
    client.setQueryData(directiveQuery(detail.directive.id).queryKey, detail);
    void client.invalidateQueries({ queryKey: directivesQuery.queryKey, exact: true });
    // A directive that comes into force or ends changes every duty.
    for (const noun of ["duties", "today", "overview", "calendar"]) void client.invalidateQueries({ queryKey: [noun] });
  };
}

export function useSaveDirective(id: number | undefined) {
  const accept = useAccept();
  return useMutation({
    mutationFn: (body: { text: string; submit: boolean }) =>
      id === undefined
        ? unwrap(api.POST("/directives", { body }))
        : unwrap(api.PUT("/directives/{directive_id}", { params: { path: { directive_id: id } }, body })),
    onSuccess: accept,
  });
}

export function useCheckDirective() {
  return useMutation({ mutationFn: (text: string) => unwrap(api.POST("/directives/check", { body: { text } })) });
}

/** Decides on the text that was read: the hub refuses when it was changed meanwhile. */
export function useDecideDirective(id: number, textSha256: string) {
  const accept = useAccept();
  return useMutation({
    mutationFn: (decision: Decision) => {
      const body = { ...decision, text_sha256: textSha256 };
      return unwrap(api.POST("/directives/{directive_id}/decision", { params: { path: { directive_id: id } }, body }));
    },
    onSuccess: accept,
  });
}

export function useEndDirective(id: number) {
  const accept = useAccept();
  return useMutation({
    mutationFn: (body: { valid_to: string; decision: string }) =>
      unwrap(api.PATCH("/directives/{directive_id}", { params: { path: { directive_id: id } }, body })),
    onSuccess: accept,
  });
}
