import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { CaseGate } from "@/features/sites/case-gate";
import { ComparePage, type CompareSearch } from "@/features/sites/compare-page";
import { SitePage } from "@/features/sites/site-page";
import type { SiteSearch } from "@/features/sites/site-search";
import { SitesPage } from "@/features/sites/sites-page";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const listRoute = getRouteApi("/website");
const siteRoute = getRouteApi("/website/$siteId");
const caseRoute = getRouteApi("/website/vu-viec/$caseId");
const compareRoute = getRouteApi("/website/$siteId/bang-chung/$evidenceId");

export function SitesRoute() {
  const search = listRoute.useSearch();
  const navigate = listRoute.useNavigate();
  const unit = useScope();
  const onSearch = useCallback(
    (change: Partial<SiteSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  );
  return <SitesPage search={search} unit={unit} onSearch={onSearch} />;
}

export function SiteRoute() {
  const id = pageId(siteRoute.useParams().siteId);
  const shown = siteRoute.useSearch().case;
  return id ? <SitePage key={id} id={id} shownCase={shown} /> : <NotFound />;
}

export function SiteCaseRoute() {
  const id = pageId(caseRoute.useParams().caseId);
  return id ? <CaseGate key={id} id={id} /> : <NotFound />;
}

export function CompareRoute() {
  const { siteId, evidenceId } = compareRoute.useParams();
  const search = compareRoute.useSearch();
  const navigate = compareRoute.useNavigate();
  const onSearch = useCallback(
    (change: CompareSearch) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  );
  const site = pageId(siteId);
  const evidence = pageId(evidenceId);
  return site && evidence ? <ComparePage key={evidence} site={site} evidence={evidence} search={search} onSearch={onSearch} /> : <NotFound />;
}
