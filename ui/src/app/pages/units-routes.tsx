import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { UnitScan } from "@/features/machines/unit-scan";
import { UnitPage } from "@/features/units/unit-page";
import type { UnitSearch, UnitsSearch } from "@/features/units/unit-search";
import { UnitsPage } from "@/features/units/units-page";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";

const listRoute = getRouteApi("/co-quan");
const pageRoute = getRouteApi("/co-quan/$unitId");

export function UnitsRoute() {
  const search = listRoute.useSearch();
  const navigate = listRoute.useNavigate();
  const onSearch = useCallback(
    (change: Partial<UnitsSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  );
  return <UnitsPage search={search} onSearch={onSearch} />;
}

export function UnitRoute() {
  const id = pageId(pageRoute.useParams().unitId);
  const search = pageRoute.useSearch();
  const navigate = pageRoute.useNavigate();
  const onSearch = useCallback(
    (change: Partial<UnitSearch>) =>
      // A tab is a step that Back undoes; a filter is not.
      void navigate({ search: (old) => ({ ...old, ...change }), replace: !("tab" in change), resetScroll: false }),
    [navigate],
  );
  return id ? <UnitPage key={id} id={id} search={search} onSearch={onSearch} actions={<UnitScan unit={id} />} /> : <NotFound />;
}
