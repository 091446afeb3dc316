import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { ReportPage } from "@/features/reports/report-page";
import type { ReportSearch, ReportsSearch } from "@/features/reports/report-search";
import { ReportsPage } from "@/features/reports/reports-page";
import { VerifyPage } from "@/features/reports/verify-page";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const listRoute = getRouteApi("/bao-cao");
const detailRoute = getRouteApi("/bao-cao/$reportId");

export function ReportsRoute() {
  const search = listRoute.useSearch();
  const navigate = listRoute.useNavigate();
  const unit = useScope();
  const onSearch = useCallback(
    (change: Partial<ReportsSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  return <ReportsPage search={search} unit={unit} onSearch={onSearch} />;
}

export function ReportRoute() {
  const id = pageId(detailRoute.useParams().reportId);
  const search = detailRoute.useSearch();
  const navigate = detailRoute.useNavigate();
  // What opens beside the page is a step of its own: Back closes it.
  const onSearch = useCallback((change: ReportSearch) => void navigate({ search: (old) => ({ ...old, ...change }), resetScroll: false }), [navigate]);
  return id ? <ReportPage key={id} id={id} search={search} onSearch={onSearch} /> : <NotFound />;
}

export function VerifyRoute() {
  return <VerifyPage />;
}
