import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { QuarantinePage } from "@/features/quarantine/quarantine-page";

import { useScope } from "../use-scope";

const route = getRouteApi("/cach-ly");

export function QuarantineRoute() {
  const unit = useScope();
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const onSearch = useCallback(
    (next: string) => void navigate({ search: (old) => ({ ...old, q: next || undefined }), replace: true }),
    [navigate],
  );
  return <QuarantinePage unit={unit} q={q ?? ""} onSearch={onSearch} />;
}
