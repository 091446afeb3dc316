import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { IncidentPage } from "@/features/incidents/incident-page";
import type { IncidentSearch } from "@/features/incidents/incident-search";
import { IncidentsPage } from "@/features/incidents/incidents-page";
import { NewIncidentPage } from "@/features/incidents/new-incident-page";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const listRoute = getRouteApi("/su-co");
const newRoute = getRouteApi("/su-co/moi");
const detailRoute = getRouteApi("/su-co/$incidentId");

export function IncidentsRoute() {
  const search = listRoute.useSearch();
  const navigate = listRoute.useNavigate();
  const unit = useScope();
  const onSearch = useCallback(
    (change: Partial<IncidentSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  return <IncidentsPage search={search} unit={unit} onSearch={onSearch} />;
}

export function IncidentNewRoute() {
  const search = newRoute.useSearch();
  const unit = useScope();
  return <NewIncidentPage key={`${search.finding ?? ""}|${search.rule ?? ""}|${search.of ?? ""}`} search={search} unit={unit} />;
}

export function IncidentRoute() {
  const id = pageId(detailRoute.useParams().incidentId);
  return id ? <IncidentPage key={id} id={id} /> : <NotFound />;
}
