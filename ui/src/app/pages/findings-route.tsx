import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import type { FindingSearch } from "@/features/findings/finding-search";
import { FindingsPage } from "@/features/findings/findings-page";

import { useScope } from "../use-scope";

const route = getRouteApi("/phat-hien");

export function FindingsRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const unit = useScope();
  const opened = search.id !== undefined;
  const onSearch = useCallback(
    (change: Partial<FindingSearch>) =>
      // Opening a finding is a step that Back undoes; walking from one to the next is not.
      void navigate({ search: (old) => ({ ...old, ...change }), replace: opened || change.id === undefined }),
    [navigate, opened],
  );
  return <FindingsPage search={search} unit={unit} onSearch={onSearch} />;
}
