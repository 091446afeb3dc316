import { getRouteApi } from "@tanstack/react-router";

import { ContentPage } from "@/features/content/content-page";

const route = getRouteApi("/cap-nhat-noi-dung");

export function ContentRoute() {
  return <ContentPage version={route.useSearch().version} />;
}
