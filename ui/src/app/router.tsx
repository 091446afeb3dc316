import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
  type NavigateOptions,
} from "@tanstack/react-router";

import { readFindingSearch } from "@/features/findings/finding-search";
import { readMachineSearch } from "@/features/machines/machine-search";
import { readId, readText } from "@/lib/search-params";

import { NotFound, RouteFailed } from "./route-faces";
import { Shell } from "./shell";

interface ScopeSearch {
  unit?: number;
}

interface WordSearch {
  q?: string;
}

function readScope(search: Record<string, unknown>): ScopeSearch {
  const unit = readId(search.unit);
  return unit ? { unit } : {};
}

function readWord(search: Record<string, unknown>): WordSearch {
  const q = readText(search.q);
  return q ? { q } : {};
}

// The chosen scope goes along to every page.
const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  validateSearch: readScope,
  search: { middlewares: [retainSearchParams(["unit"])] },
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/tong-quan", replace: true } as NavigateOptions);
  },
});

const overview = createRoute({
  getParentRoute: () => root,
  path: "/tong-quan",
  component: lazyRouteComponent(() => import("./pages/overview-route"), "OverviewRoute"),
});

const findings = createRoute({
  getParentRoute: () => root,
  path: "/phat-hien",
  validateSearch: readFindingSearch,
  component: lazyRouteComponent(() => import("./pages/findings-route"), "FindingsRoute"),
});

const machines = createRoute({
  getParentRoute: () => root,
  path: "/may-tinh",
  validateSearch: readMachineSearch,
  component: lazyRouteComponent(() => import("./pages/machines-route"), "MachinesRoute"),
});

const machine = createRoute({
  getParentRoute: () => root,
  path: "/may-tinh/$machineId",
  component: lazyRouteComponent(() => import("./pages/machines-route"), "MachineRoute"),
});

const units = createRoute({
  getParentRoute: () => root,
  path: "/co-quan",
  component: lazyRouteComponent(() => import("@/features/units/units-page"), "UnitsPage"),
});

const users = createRoute({
  getParentRoute: () => root,
  path: "/nguoi-dung",
  validateSearch: readWord,
  component: lazyRouteComponent(() => import("./pages/administration-routes"), "UsersRoute"),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: "/nhat-ky",
  validateSearch: readWord,
  component: lazyRouteComponent(() => import("./pages/administration-routes"), "AuditRoute"),
});

export const router = createRouter({
  routeTree: root.addChildren([home, overview, findings, machines, machine, units, users, audit]),
  defaultPreload: "intent",
  defaultErrorComponent: RouteFailed,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
