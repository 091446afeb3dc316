import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { RosterPage } from "@/features/roster/roster-page";
import type { ChangeRosterSearch } from "@/features/roster/roster-search";

import { useScope } from "../use-scope";

const route = getRouteApi("/lich-truc");

export function RosterRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const unit = useScope();
  const onSearch = useCallback<ChangeRosterSearch>((change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }), [navigate]);
  return <RosterPage search={search} unit={unit} onSearch={onSearch} />;
}
