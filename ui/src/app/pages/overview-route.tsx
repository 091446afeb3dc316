import { useQuery } from "@tanstack/react-query";

import { OverviewPage } from "@/features/overview/overview-page";
import { unitsQuery, useSession } from "@/lib/queries";

import { useScope } from "../use-scope";

export function OverviewRoute() {
  const unit = useScope();
  const session = useSession();
  const units = useQuery({ ...unitsQuery, enabled: unit !== undefined });
  const chosen = units.data?.items.find(({ id }) => id === unit)?.name;
  const whole = session.scope.length === 1 ? session.scope[0]!.name : session.tenant;
  return <OverviewPage unit={unit} who={chosen ?? whole} />;
}
