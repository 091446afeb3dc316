import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { MachinePage } from "@/features/machines/machine-page";
import type { MachineSearch } from "@/features/machines/machine-search";
import { MachinesPage } from "@/features/machines/machines-page";

import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const listRoute = getRouteApi("/may-tinh");
const detailRoute = getRouteApi("/may-tinh/$machineId");

export function MachinesRoute() {
  const search = listRoute.useSearch();
  const navigate = listRoute.useNavigate();
  const unit = useScope();
  const onSearch = useCallback(
    (change: Partial<MachineSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  );
  return <MachinesPage search={search} unit={unit} onSearch={onSearch} />;
}

export function MachineRoute() {
  const id = Number(detailRoute.useParams().machineId);
  return Number.isSafeInteger(id) && id > 0 ? <MachinePage key={id} id={id} /> : <NotFound />;
}
