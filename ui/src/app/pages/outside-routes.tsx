import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { OutsidePage } from "@/features/outside/outside-page";
import { OutsideRequestPage } from "@/features/outside/outside-request-page";
import type { OutsideSearch } from "@/features/outside/outside-search";
import { useMay } from "@/lib/queries";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const listRoute = getRouteApi("/yeu-cau/ben-ngoai");
const detailRoute = getRouteApi("/yeu-cau/ben-ngoai/$outsideId");

const useSeesOutside = () => useMay("province_admin", "soc_operator", "leader", "inspector");

export function OutsideRoute() {
  const search = listRoute.useSearch();
  const navigate = listRoute.useNavigate();
  const unit = useScope();
  const sees = useSeesOutside();
  const onSearch = useCallback(
    (change: Partial<OutsideSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  return sees ? <OutsidePage search={{ state: search.state, q: search.q }} unit={unit} onSearch={onSearch} /> : <NotFound />;
}

export function OutsideRequestRoute() {
  const id = pageId(detailRoute.useParams().outsideId);
  const sees = useSeesOutside();
  return id && sees ? <OutsideRequestPage key={id} id={id} /> : <NotFound />;
}
