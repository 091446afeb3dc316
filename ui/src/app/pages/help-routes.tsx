import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { AskPage } from "@/features/help/ask-page";
import { HelpPage } from "@/features/help/help-page";
import { HelpRequestPage } from "@/features/help/help-request-page";
import type { HelpSearch } from "@/features/help/help-search";
import { useMay } from "@/lib/queries";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const listRoute = getRouteApi("/ho-tro");
const askRoute = getRouteApi("/ho-tro/moi");
const detailRoute = getRouteApi("/ho-tro/$helpId");

export function HelpRoute() {
  const search = listRoute.useSearch();
  const navigate = listRoute.useNavigate();
  const unit = useScope();
  const onSearch = useCallback((change: Partial<HelpSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }), [navigate]);
  return <HelpPage search={search} unit={unit} onSearch={onSearch} />;
}

export function HelpAskRoute() {
  const search = askRoute.useSearch();
  const unit = useScope();
  const mayAsk = useMay("unit_officer", "province_admin", "soc_operator");
  return mayAsk ? <AskPage search={search} unit={unit} /> : <NotFound />;
}

export function HelpRequestRoute() {
  const id = pageId(detailRoute.useParams().helpId);
  return id ? <HelpRequestPage key={id} id={id} /> : <NotFound />;
}
