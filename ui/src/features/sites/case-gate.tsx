import { Navigate } from "@tanstack/react-router";

import { AsyncView } from "@/components/async-view";

import { useSiteCase } from "./use-sites";

/** A case's own address: leads to its site, with the case open. */
export function CaseGate({ id }: { id: number }) {
  const query = useSiteCase(id);
  return (
    <AsyncView query={query}>
      {({ case: one }) => (
        <Navigate to="/website/$siteId" params={{ siteId: String(one.site.id) }} search={(old) => ({ unit: old.unit, case: one.id })} replace />
      )}
    </AsyncView>
  );
}
