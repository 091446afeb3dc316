import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { AddressPage } from "@/features/botnet/address-page";
import { BotnetPage } from "@/features/botnet/botnet-page";
import type { BotnetSearch } from "@/features/botnet/botnet-search";
import { BringPage } from "@/features/botnet/bring-page";
import { ListPage } from "@/features/botnet/list-page";
import { LookupsPage } from "@/features/botnet/lookups-page";
import { useMay } from "@/lib/queries";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const pageRoute = getRouteApi("/botnet");
const addressRoute = getRouteApi("/botnet/$caseId");
const listRoute = getRouteApi("/botnet/danh-sach/$listId");

export function BotnetRoute() {
  const search = pageRoute.useSearch();
  const navigate = pageRoute.useNavigate();
  const unit = useScope();
  const onSearch = useCallback(
    (change: Partial<BotnetSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  return <BotnetPage search={search} unit={unit} onSearch={onSearch} />;
}

export function BotnetAddressRoute() {
  const id = pageId(addressRoute.useParams().caseId);
  return id ? <AddressPage key={id} id={id} /> : <NotFound />;
}

export function BotnetBringRoute() {
  return useMay("province_admin", "soc_operator") ? <BringPage /> : <NotFound />;
}

export function BotnetListRoute() {
  const id = pageId(listRoute.useParams().listId);
  return id ? <ListPage key={id} id={id} /> : <NotFound />;
}

export function BotnetLookupsRoute() {
  return <LookupsPage />;
}
