import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { RegisterPage } from "@/features/registers/register-page";
import type { RegisterSearch } from "@/features/registers/register-search";
import { RegistersPage } from "@/features/registers/registers-page";

import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const listRoute = getRouteApi("/so-dang-ky");
const pageRoute = getRouteApi("/so-dang-ky/$name");

export function RegistersRoute() {
  const { q } = listRoute.useSearch();
  const navigate = listRoute.useNavigate();
  const onSearch = useCallback(
    (next: string) => void navigate({ search: (old) => ({ ...old, q: next || undefined }), replace: true }),
    [navigate],
  );
  return <RegistersPage q={q ?? ""} onSearch={onSearch} />;
}

export function RegisterRoute() {
  const { name } = pageRoute.useParams();
  const search = pageRoute.useSearch();
  const navigate = pageRoute.useNavigate();
  const opened = search.id !== undefined || search.add === true;
  const onSearch = useCallback(
    (change: Partial<RegisterSearch>) =>
      void navigate({
        search: (old) => ({ ...old, ...change }),
        replace: opened || (change.id === undefined && change.add === undefined),
        resetScroll: false,
      }),
    [navigate, opened],
  );
  return <RegisterPage key={name} name={name} search={search} unit={useScope()} onSearch={onSearch} absent={<NotFound />} />;
}
