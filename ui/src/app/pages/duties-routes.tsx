import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { DutiesPage } from "@/features/duties/duties-page";
import type { DutySearch } from "@/features/duties/duty-search";
import { InboxPage } from "@/features/duties/inbox-page";
import { SharesPage } from "@/features/duties/shares-page";

import { useScope } from "../use-scope";

const dutiesRoute = getRouteApi("/nghia-vu");
const inboxRoute = getRouteApi("/nghia-vu/cho-duyet");

export function DutiesRoute() {
  const search = dutiesRoute.useSearch();
  const navigate = dutiesRoute.useNavigate();
  const unit = useScope();
  const opened = search.cell !== undefined;
  const onSearch = useCallback(
    (change: Partial<DutySearch>) =>
      // Opening a cell is a step that Back undoes; walking from one to the next is not.
      void navigate({ search: (old) => ({ ...old, ...change }), replace: opened || change.cell === undefined, resetScroll: false }),
    [navigate, opened],
  );
  return <DutiesPage search={search} unit={unit} onSearch={onSearch} />;
}

export function InboxRoute() {
  const { state } = inboxRoute.useSearch();
  const navigate = inboxRoute.useNavigate();
  return (
    <InboxPage
      state={state ?? "waiting"}
      unit={useScope()}
      onState={(next) => void navigate({ search: (old) => ({ ...old, state: next === "waiting" ? undefined : next }), replace: true })}
    />
  );
}

export function SharesRoute() {
  return <SharesPage />;
}
