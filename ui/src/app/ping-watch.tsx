import { useQuery } from "@tanstack/react-query";
import { Suspense, lazy } from "react";

import { api, unwrap } from "@/lib/http";
import { useMay } from "@/lib/queries";

const PingBar = lazy(async () => ({ default: (await import("@/features/roster/ping-bar")).PingBar }));
const REFRESH_MS = 30_000;

/** Asks whether somebody calls this person; the bar itself is only loaded when so. */
export function PingWatch() {
  const mayAnswer = useMay("province_admin", "soc_operator", "unit_officer", "leader");
  const { data } = useQuery({
    queryKey: ["roster", "to-me"],
    enabled: mayAnswer,
    queryFn: ({ signal }) => unwrap(api.GET("/roster/pings", { params: { query: { view: "to_me", limit: 5 } }, signal })),
    refetchInterval: REFRESH_MS,
  });
  if (!mayAnswer || !data || data.items.length === 0) return null;
  return (
    <Suspense>
      <PingBar pings={data.items} />
    </Suspense>
  );
}
