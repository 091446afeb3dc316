import { createRootRoute, createRoute, createRouter, lazyRouteComponent, retainSearchParams } from "@tanstack/react-router";

import { readCoverageSearch } from "@/features/coverage/coverage-search";
import { readDutySearch } from "@/features/duties/duty-search";
import { readFindingSearch } from "@/features/findings/finding-search";
import { readMachineSearch } from "@/features/machines/machine-search";
import { readRegisterSearch } from "@/features/registers/register-search";
import { readSiteSearch } from "@/features/sites/site-search";
import { readVisitor } from "@/features/sites/visitor-choice";
import { readSystemSearch } from "@/features/systems/system-search";
import { readUnitSearch, readUnitsSearch } from "@/features/units/unit-search";
import type { Visitor } from "@/lib/api-types";
import { readId, readText } from "@/lib/search-params";

import { Home } from "./home";
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

function readInbox(search: Record<string, unknown>): { state?: "approved" | "refused" | "withdrawn" } {
  const state = (["approved", "refused", "withdrawn"] as const).find((known) => known === search.state);
  return state ? { state } : {};
}

function readYear(search: Record<string, unknown>): { year?: number } {
  const { year } = search;
  return typeof year === "number" && Number.isInteger(year) && year >= 1990 && year <= 2100 ? { year } : {};
}

function readVersion(search: Record<string, unknown>): { version?: number } {
  const version = readId(search.version);
  return version ? { version } : {};
}

function readOpen(search: Record<string, unknown>): { open?: string } {
  const open = readText(search.open);
  return open ? { open } : {};
}

function readImport(search: Record<string, unknown>): { kind?: "sites" } {
  return search.kind === "sites" ? { kind: "sites" } : {};
}

function readCase(search: Record<string, unknown>): { case?: number } {
  const id = readId(search.case);
  return id ? { case: id } : {};
}

function readSides(search: Record<string, unknown>): { left?: Visitor; right?: Visitor } {
  const left = readVisitor(search.left);
  const right = readVisitor(search.right);
  return { ...(left ? { left } : {}), ...(right ? { right } : {}) };
}

// The chosen scope goes along to every page.
const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  validateSearch: readScope,
  search: { middlewares: [retainSearchParams(["unit"])] },
});
const at = { getParentRoute: () => root };

const home = createRoute({ ...at, path: "/", component: Home });

const today = createRoute({
  ...at,
  path: "/hom-nay",
  component: lazyRouteComponent(() => import("./pages/today-route"), "TodayRoute"),
});

const overview = createRoute({
  ...at,
  path: "/tong-quan",
  component: lazyRouteComponent(() => import("./pages/overview-route"), "OverviewRoute"),
});

const findings = createRoute({
  ...at,
  path: "/phat-hien",
  validateSearch: readFindingSearch,
  component: lazyRouteComponent(() => import("./pages/findings-route"), "FindingsRoute"),
});

const coverage = createRoute({
  ...at,
  path: "/do-phu",
  validateSearch: readCoverageSearch,
  component: lazyRouteComponent(() => import("./pages/coverage-route"), "CoverageRoute"),
});

const quarantine = createRoute({
  ...at,
  path: "/cach-ly",
  validateSearch: readWord,
  component: lazyRouteComponent(() => import("./pages/quarantine-route"), "QuarantineRoute"),
});

const machines = createRoute({
  ...at,
  path: "/may-tinh",
  validateSearch: readMachineSearch,
  component: lazyRouteComponent(() => import("./pages/machines-route"), "MachinesRoute"),
});

const machine = createRoute({
  ...at,
  path: "/may-tinh/$machineId",
  component: lazyRouteComponent(() => import("./pages/machines-route"), "MachineRoute"),
});

const sites = createRoute({
  ...at,
  path: "/website",
  validateSearch: readSiteSearch,
  component: lazyRouteComponent(() => import("./pages/sites-routes"), "SitesRoute"),
});

const site = createRoute({
  ...at,
  path: "/website/$siteId",
  validateSearch: readCase,
  component: lazyRouteComponent(() => import("./pages/sites-routes"), "SiteRoute"),
});

const siteCase = createRoute({
  ...at,
  path: "/website/vu-viec/$caseId",
  component: lazyRouteComponent(() => import("./pages/sites-routes"), "SiteCaseRoute"),
});

const compare = createRoute({
  ...at,
  path: "/website/$siteId/bang-chung/$evidenceId",
  validateSearch: readSides,
  component: lazyRouteComponent(() => import("./pages/sites-routes"), "CompareRoute"),
});

const content = createRoute({
  ...at,
  path: "/cap-nhat-noi-dung",
  validateSearch: readVersion,
  component: lazyRouteComponent(() => import("./pages/content-route"), "ContentRoute"),
});

const policies = createRoute({
  ...at,
  path: "/chinh-sach",
  component: lazyRouteComponent(() => import("./pages/policies-routes"), "PoliciesRoute"),
});

const policyNew = createRoute({
  ...at,
  path: "/chinh-sach/moi",
  component: lazyRouteComponent(() => import("./pages/policies-routes"), "PolicyNewRoute"),
});

const policy = createRoute({
  ...at,
  path: "/chinh-sach/$policyId",
  component: lazyRouteComponent(() => import("./pages/policies-routes"), "PolicyRoute"),
});

const policyEdit = createRoute({
  ...at,
  path: "/chinh-sach/$policyId/sua",
  component: lazyRouteComponent(() => import("./pages/policies-routes"), "PolicyEditRoute"),
});

const duties = createRoute({
  ...at,
  path: "/nghia-vu",
  validateSearch: readDutySearch,
  component: lazyRouteComponent(() => import("./pages/duties-routes"), "DutiesRoute"),
});

const inbox = createRoute({
  ...at,
  path: "/nghia-vu/cho-duyet",
  validateSearch: readInbox,
  component: lazyRouteComponent(() => import("./pages/duties-routes"), "InboxRoute"),
});

const shares = createRoute({
  ...at,
  path: "/nghia-vu/kha-nang",
  component: lazyRouteComponent(() => import("./pages/duties-routes"), "SharesRoute"),
});

const systems = createRoute({
  ...at,
  path: "/he-thong",
  validateSearch: readSystemSearch,
  component: lazyRouteComponent(() => import("./pages/systems-routes"), "SystemsRoute"),
});

const system = createRoute({
  ...at,
  path: "/he-thong/$systemId",
  component: lazyRouteComponent(() => import("./pages/systems-routes"), "SystemRoute"),
});

const levelWizard = createRoute({
  ...at,
  path: "/he-thong/$systemId/cap-do",
  component: lazyRouteComponent(() => import("./pages/systems-routes"), "LevelWizardRoute"),
});

const levelPlan = createRoute({
  ...at,
  path: "/he-thong/$systemId/phuong-an",
  validateSearch: readOpen,
  component: lazyRouteComponent(() => import("./pages/systems-routes"), "LevelPlanRoute"),
});

const registers = createRoute({
  ...at,
  path: "/so-dang-ky",
  validateSearch: readWord,
  component: lazyRouteComponent(() => import("./pages/registers-routes"), "RegistersRoute"),
});

const register = createRoute({
  ...at,
  path: "/so-dang-ky/$name",
  validateSearch: readRegisterSearch,
  component: lazyRouteComponent(() => import("./pages/registers-routes"), "RegisterRoute"),
});

const calendar = createRoute({
  ...at,
  path: "/lich",
  validateSearch: readYear,
  component: lazyRouteComponent(() => import("./pages/calendar-route"), "CalendarRoute"),
});

const units = createRoute({
  ...at,
  path: "/co-quan",
  validateSearch: readUnitsSearch,
  component: lazyRouteComponent(() => import("./pages/units-routes"), "UnitsRoute"),
});

const unit = createRoute({
  ...at,
  path: "/co-quan/$unitId",
  validateSearch: readUnitSearch,
  component: lazyRouteComponent(() => import("./pages/units-routes"), "UnitRoute"),
});

const users = createRoute({
  ...at,
  path: "/nguoi-dung",
  validateSearch: readWord,
  component: lazyRouteComponent(() => import("./pages/administration-routes"), "UsersRoute"),
});

const directives = createRoute({
  ...at,
  path: "/van-ban",
  component: lazyRouteComponent(() => import("./pages/directives-routes"), "DirectivesRoute"),
});

const directiveNew = createRoute({
  ...at,
  path: "/van-ban/moi",
  component: lazyRouteComponent(() => import("./pages/directives-routes"), "DirectiveNewRoute"),
});

const directive = createRoute({
  ...at,
  path: "/van-ban/$directiveId",
  component: lazyRouteComponent(() => import("./pages/directives-routes"), "DirectiveRoute"),
});

const directiveEdit = createRoute({
  ...at,
  path: "/van-ban/$directiveId/sua",
  component: lazyRouteComponent(() => import("./pages/directives-routes"), "DirectiveEditRoute"),
});

const imports = createRoute({
  ...at,
  path: "/nhap-du-lieu",
  validateSearch: readImport,
  component: lazyRouteComponent(() => import("./pages/imports-routes"), "ImportsRoute"),
});

const importOne = createRoute({
  ...at,
  path: "/nhap-du-lieu/$importId",
  component: lazyRouteComponent(() => import("./pages/imports-routes"), "ImportRoute"),
});

const audit = createRoute({
  ...at,
  path: "/nhat-ky",
  validateSearch: readWord,
  component: lazyRouteComponent(() => import("./pages/administration-routes"), "AuditRoute"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    today,
    overview,
    findings,
    coverage,
    quarantine,
    machines,
    machine,
    sites,
    site,
    siteCase,
    compare,
    content,
    policies,
    policyNew,
    policy,
    policyEdit,
    duties,
    inbox,
    shares,
    systems,
    system,
    levelWizard,
    levelPlan,
    registers,
    register,
    calendar,
    units,
    unit,
    users,
    directives,
    directiveNew,
    directive,
    directiveEdit,
    imports,
    importOne,
    audit,
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: RouteFailed,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
