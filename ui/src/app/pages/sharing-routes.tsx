import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { MessagePage } from "@/features/sharing/message-page";
import { SharingPage } from "@/features/sharing/sharing-page";
import type { SharingSearch } from "@/features/sharing/sharing-search";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const listRoute = getRouteApi("/chia-se");
const messageRoute = getRouteApi("/chia-se/$messageId");

export function SharingRoute() {
  const search = listRoute.useSearch();
  const navigate = listRoute.useNavigate();
  const unit = useScope();
  const onSearch = useCallback(
    (change: Partial<SharingSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  return <SharingPage search={search} unit={unit} onSearch={onSearch} />;
}

export function ShareMessageRoute() {
  const id = pageId(messageRoute.useParams().messageId);
  return id ? <MessagePage key={id} id={id} /> : <NotFound />;
}
