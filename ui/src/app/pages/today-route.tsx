import { UnitAdvisories } from "@/features/advisories/unit-advisories";
import { DueIncidents } from "@/features/incidents/due-incidents";
import { useIncidents } from "@/features/incidents/use-incidents";
import { DueReports } from "@/features/reports/due-reports";
import { DutyToday } from "@/features/roster/duty-today";
import { useRosterAhead } from "@/features/roster/use-roster";
import { TodayPage } from "@/features/today/today-page";

import { useScope } from "../use-scope";

export function TodayRoute() {
  const unit = useScope();
  // What stands above other things is there with them: nothing moves under the reader's hand.
  const incidents = useIncidents({ view: "open", unit });
  const roster = useRosterAhead(unit);
  const isReady = !incidents.isPending && !roster.isPending;
  return <TodayPage unit={unit} isReady={isReady} incidents={<DueIncidents unit={unit} />} roster={<DutyToday unit={unit} />} reports={<DueReports unit={unit} />} advisories={<UnitAdvisories unit={unit} />} />;
}
