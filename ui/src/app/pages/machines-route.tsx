import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { SoftwareCard } from "@/features/advisories/software-card";
import { MachinePage } from "@/features/machines/machine-page";
import type { MachineSearch } from "@/features/machines/machine-search";
import { MachinesPage } from "@/features/machines/machines-page";
import { MachinePolicyCard } from "@/features/policies/machine-policy";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const listRoute = getRouteApi("/may-tinh");
const detailRoute = getRouteApi("/may-tinh/$machineId");

export function MachinesRoute() {
  const search = listRoute.useSearch();
  const navigate = listRoute.useNavigate();
  const unit = useScope();
  const onSearch = useCallback(
    (change: Partial<MachineSearch> & { unit?: number }) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  );
  return <MachinesPage search={search} unit={unit} onSearch={onSearch} />;
}

export function MachineRoute() {
  const id = pageId(detailRoute.useParams().machineId);
  return id ? <MachinePage key={id} id={id} policy={<MachinePolicyCard id={id} />} software={<SoftwareCard machine={id} />} /> : <NotFound />;
}
