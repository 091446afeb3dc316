import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { CoveragePage } from "@/features/coverage/coverage-page";
import type { CoverageSearch } from "@/features/coverage/coverage-search";

import { useScope } from "../use-scope";

const route = getRouteApi("/do-phu");

export function CoverageRoute() {
  const unit = useScope();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const onSearch = useCallback(
    (change: Partial<CoverageSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  );
  return <CoveragePage unit={unit} search={search} onSearch={onSearch} />;
}
