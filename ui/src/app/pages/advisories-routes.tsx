import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { AdvisoriesPage } from "@/features/advisories/advisories-page";
import { AdvisoryPage } from "@/features/advisories/advisory-page";
import type { AdvisorySearch, MachineStateSearch } from "@/features/advisories/advisory-search";
import { LetterPage } from "@/features/advisories/letter-page";
import { LettersPage } from "@/features/advisories/letters-page";
import { SourcesPage } from "@/features/advisories/sources-page";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const listRoute = getRouteApi("/canh-bao");
const detailRoute = getRouteApi("/canh-bao/$advisoryId");
const letterRoute = getRouteApi("/canh-bao/cong-van/$letterId");

export function AdvisoriesRoute() {
  const search = listRoute.useSearch();
  const navigate = listRoute.useNavigate();
  const unit = useScope();
  const onSearch = useCallback(
    (change: Partial<AdvisorySearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  );
  return <AdvisoriesPage search={search} unit={unit} onSearch={onSearch} />;
}

export function AdvisoryRoute() {
  const id = pageId(detailRoute.useParams().advisoryId);
  const search = detailRoute.useSearch();
  const navigate = detailRoute.useNavigate();
  const unit = useScope();
  const onSearch = useCallback(
    (change: MachineStateSearch) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  return id ? <AdvisoryPage key={id} id={id} unit={unit} search={search} onSearch={onSearch} /> : <NotFound />;
}

export function LettersRoute() {
  return <LettersPage />;
}

export function LetterRoute() {
  const id = pageId(letterRoute.useParams().letterId);
  return id ? <LetterPage key={id} id={id} /> : <NotFound />;
}

export function SourcesRoute() {
  return <SourcesPage />;
}
