import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { NewRequestPage } from "@/features/requests/new-request-page";
import { RequestPage } from "@/features/requests/request-page";
import type { RequestSearch, RequestsSearch } from "@/features/requests/request-search";
import { RequestsPage } from "@/features/requests/requests-page";
import { useMay } from "@/lib/queries";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const listRoute = getRouteApi("/yeu-cau");
const detailRoute = getRouteApi("/yeu-cau/$requestId");

export function RequestsRoute() {
  const search = listRoute.useSearch();
  const navigate = listRoute.useNavigate();
  const unit = useScope();
  const onSearch = useCallback(
    (change: Partial<RequestsSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  return <RequestsPage search={search} unit={unit} onSearch={onSearch} />;
}

export function RequestRoute() {
  const id = pageId(detailRoute.useParams().requestId);
  const search = detailRoute.useSearch();
  const navigate = detailRoute.useNavigate();
  // A line that opens beside the table is a step of its own: Back closes it.
  const onSearch = useCallback(
    (change: Partial<RequestSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: change.line === undefined, resetScroll: false }),
    [navigate],
  );
  return id ? <RequestPage key={id} id={id} search={search} onSearch={onSearch} /> : <NotFound />;
}

export function RequestNewRoute() {
  return useMay("province_admin", "soc_operator") ? <NewRequestPage /> : <NotFound />;
}
