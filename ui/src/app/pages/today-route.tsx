import { TodayPage } from "@/features/today/today-page";

import { useScope } from "../use-scope";

export function TodayRoute() {
  return <TodayPage unit={useScope()} />;
}
