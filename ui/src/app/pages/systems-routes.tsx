import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { LevelPlanPage } from "@/features/systems/level-plan-page";
import { LevelWizard } from "@/features/systems/level-wizard";
import { SystemPage } from "@/features/systems/system-page";
import type { SystemSearch } from "@/features/systems/system-search";
import { SystemsPage } from "@/features/systems/systems-page";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const listRoute = getRouteApi("/he-thong");
const pageRoute = getRouteApi("/he-thong/$systemId");
const wizardRoute = getRouteApi("/he-thong/$systemId/cap-do");
const planRoute = getRouteApi("/he-thong/$systemId/phuong-an");

export function SystemsRoute() {
  const search = listRoute.useSearch();
  const navigate = listRoute.useNavigate();
  const onSearch = useCallback(
    (change: Partial<SystemSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  );
  return <SystemsPage search={search} unit={useScope()} onSearch={onSearch} />;
}

export function SystemRoute() {
  const id = pageId(pageRoute.useParams().systemId);
  return id ? <SystemPage key={id} id={id} /> : <NotFound />;
}

export function LevelWizardRoute() {
  const id = pageId(wizardRoute.useParams().systemId);
  return id ? <LevelWizard key={id} id={id} /> : <NotFound />;
}

export function LevelPlanRoute() {
  const id = pageId(planRoute.useParams().systemId);
  const { open } = planRoute.useSearch();
  const navigate = planRoute.useNavigate();
  if (!id) return <NotFound />;
  return (
    <LevelPlanPage
      key={id}
      id={id}
      open={open}
      onOpen={(next) => void navigate({ search: (old) => ({ ...old, open: next }), replace: open !== undefined || next === undefined, resetScroll: false })}
    />
  );
}
