import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { AuditPage } from "@/features/audit/audit-page";
import { UsersPage } from "@/features/users/users-page";

const usersRoute = getRouteApi("/nguoi-dung");
const auditRoute = getRouteApi("/nhat-ky");

export function UsersRoute() {
  const { q } = usersRoute.useSearch();
  const navigate = usersRoute.useNavigate();
  const onSearch = useCallback(
    (next: string) => void navigate({ search: (old) => ({ ...old, q: next || undefined }), replace: true }),
    [navigate],
  );
  return <UsersPage q={q ?? ""} onSearch={onSearch} />;
}

export function AuditRoute() {
  const { q } = auditRoute.useSearch();
  const navigate = auditRoute.useNavigate();
  const onSearch = useCallback(
    (next: string) => void navigate({ search: (old) => ({ ...old, q: next || undefined }), replace: true }),
    [navigate],
  );
  return <AuditPage q={q ?? ""} onSearch={onSearch} />;
}
