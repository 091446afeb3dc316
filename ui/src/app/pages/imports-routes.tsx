import { getRouteApi } from "@tanstack/react-router";

import { ImportPage } from "@/features/imports/import-page";
import { ImportsPage } from "@/features/imports/imports-page";
import { useMay } from "@/lib/queries";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const listRoute = getRouteApi("/nhap-du-lieu");
const pageRoute = getRouteApi("/nhap-du-lieu/$importId");

export function ImportsRoute() {
  const unit = useScope();
  const { kind } = listRoute.useSearch();
  const mayImport = useMay("province_admin", "soc_operator", "unit_officer");
  return mayImport ? <ImportsPage key={unit} unit={unit} kind={kind} /> : <NotFound />;
}

export function ImportRoute() {
  const id = pageId(pageRoute.useParams().importId);
  return id ? <ImportPage key={id} id={id} /> : <NotFound />;
}
