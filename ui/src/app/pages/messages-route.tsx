import { getRouteApi } from "@tanstack/react-router";

import { MessagesPage } from "@/features/messages/messages-page";

const route = getRouteApi("/thong-bao");

export function MessagesRoute() {
  const { only } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <MessagesPage
      view={only ?? "all"}
      onView={(next) => void navigate({ search: (old) => ({ ...old, only: next === "unread" ? next : undefined }), replace: true, resetScroll: false })}
    />
  );
}
