import { getRouteApi } from "@tanstack/react-router";

import { CalendarPage } from "@/features/calendar/calendar-page";
import { today } from "@/lib/days";

import { useScope } from "../use-scope";

const route = getRouteApi("/lich");

export function CalendarRoute() {
  const { year } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <CalendarPage
      year={year ?? Number(today().slice(0, 4))}
      unit={useScope()}
      onYear={(next) => void navigate({ search: (old) => ({ ...old, year: next }), replace: true })}
    />
  );
}
