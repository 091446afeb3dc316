import { getRouteApi } from "@tanstack/react-router";

import { PoliciesPage } from "@/features/policies/policies-page";
import { PolicyEditor, PolicyEditorPage } from "@/features/policies/policy-editor";
import { PolicyPage } from "@/features/policies/policy-page";
import { useMay } from "@/lib/queries";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";
import { useScope } from "../use-scope";

const pageRoute = getRouteApi("/chinh-sach/$policyId");
const editRoute = getRouteApi("/chinh-sach/$policyId/sua");

export function PoliciesRoute() {
  return <PoliciesPage unit={useScope()} />;
}

export function PolicyRoute() {
  const id = pageId(pageRoute.useParams().policyId);
  return id ? <PolicyPage key={id} id={id} /> : <NotFound />;
}

export function PolicyNewRoute() {
  const unit = useScope();
  return useMay("province_admin", "soc_operator") ? <PolicyEditor unit={unit} /> : <NotFound />;
}

export function PolicyEditRoute() {
  const id = pageId(editRoute.useParams().policyId);
  const mayWrite = useMay("province_admin", "soc_operator");
  return mayWrite && id ? <PolicyEditorPage key={id} id={id} /> : <NotFound />;
}
