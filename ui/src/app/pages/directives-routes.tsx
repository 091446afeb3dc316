import { getRouteApi } from "@tanstack/react-router";

import { DirectiveEditor, DirectiveEditorPage } from "@/features/directives/directive-editor";
import { DirectivePage } from "@/features/directives/directive-page";
import { DirectivesPage } from "@/features/directives/directives-page";
import { useMay } from "@/lib/queries";

import { pageId } from "../page-id";
import { NotFound } from "../route-faces";

const pageRoute = getRouteApi("/van-ban/$directiveId");
const editRoute = getRouteApi("/van-ban/$directiveId/sua");

export function DirectivesRoute() {
  return <DirectivesPage />;
}

export function DirectiveRoute() {
  const id = pageId(pageRoute.useParams().directiveId);
  return id ? <DirectivePage key={id} id={id} /> : <NotFound />;
}

export function DirectiveNewRoute() {
  return useMay("province_admin") ? <DirectiveEditor /> : <NotFound />;
}

export function DirectiveEditRoute() {
  const id = pageId(editRoute.useParams().directiveId);
  const mayEnter = useMay("province_admin");
  return mayEnter && id ? <DirectiveEditorPage key={id} id={id} /> : <NotFound />;
}
