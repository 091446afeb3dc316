import { createRootRoute, createRoute, createRouter, lazyRouteComponent, retainSearchParams } from "@tanstack/react-router";

import { readAdvisorySearch, readMachineState } from "@/features/advisories/advisory-search";
import { readBotnetSearch } from "@/features/botnet/botnet-search";
import { readCoverageSearch } from "@/features/coverage/coverage-search";
import { readDutySearch } from "@/features/duties/duty-search";
import { readFindingSearch } from "@/features/findings/finding-search";
import { readIncidentSearch, readIncidentNew } from "@/features/incidents/incident-search";
import { readAskSearch, readHelpSearch } from "@/features/help/help-search";
import { readMachineSearch } from "@/features/machines/machine-search";
import { readOutsideSearch } from "@/features/outside/outside-search";
import { readRegisterSearch } from "@/features/registers/register-search";
import { readReportSearch, readReportsSearch } from "@/features/reports/report-search";
import { readRosterSearch } from "@/features/roster/roster-search";
import { readRequestSearch, readRequestsSearch } from "@/features/requests/request-search";
import { readSharingSearch } from "@/features/sharing/sharing-search";
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

function readImport(search: Record<string, unknown>): { kind?: "sites" | "appliances" } {
  return search.kind === "sites" || search.kind === "appliances" ? { kind: search.kind } : {};
}

function readCase(search: Record<string, unknown>): { case?: number } {
  const id = readId(search.case);
  return id ? { case: id } : {};
}

function readMessages(search: Record<string, unknown>): { only?: "unread" } {
  return search.only === "unread" ? { only: "unread" } : {};
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

const content = createRoute({
  ...at,
  path: "/cap-nhat-noi-dung",
  validateSearch: readVersion,
  component: lazyRouteComponent(() => import("./pages/content-route"), "ContentRoute"),
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

const botnet = createRoute({
  ...at,
  path: "/botnet",
  validateSearch: readBotnetSearch,
  component: lazyRouteComponent(() => import("./pages/botnet-routes"), "BotnetRoute"),
});

const botnetAddress = createRoute({
  ...at,
  path: "/botnet/$caseId",
  component: lazyRouteComponent(() => import("./pages/botnet-routes"), "BotnetAddressRoute"),
});

const botnetBring = createRoute({
  ...at,
  path: "/botnet/nhap",
  component: lazyRouteComponent(() => import("./pages/botnet-routes"), "BotnetBringRoute"),
});

const botnetList = createRoute({
  ...at,
  path: "/botnet/danh-sach/$listId",
  component: lazyRouteComponent(() => import("./pages/botnet-routes"), "BotnetListRoute"),
});

const botnetLookups = createRoute({
  ...at,
  path: "/botnet/tra-cuu",
  component: lazyRouteComponent(() => import("./pages/botnet-routes"), "BotnetLookupsRoute"),
});

const advisories = createRoute({
  ...at,
  path: "/canh-bao",
  validateSearch: readAdvisorySearch,
  component: lazyRouteComponent(() => import("./pages/advisories-routes"), "AdvisoriesRoute"),
});

const advisory = createRoute({
  ...at,
  path: "/canh-bao/$advisoryId",
  validateSearch: readMachineState,
  component: lazyRouteComponent(() => import("./pages/advisories-routes"), "AdvisoryRoute"),
});

const letters = createRoute({
  ...at,
  path: "/canh-bao/cong-van",
  component: lazyRouteComponent(() => import("./pages/advisories-routes"), "LettersRoute"),
});

const letter = createRoute({
  ...at,
  path: "/canh-bao/cong-van/$letterId",
  component: lazyRouteComponent(() => import("./pages/advisories-routes"), "LetterRoute"),
});

const advisorySources = createRoute({
  ...at,
  path: "/canh-bao/nguon",
  component: lazyRouteComponent(() => import("./pages/advisories-routes"), "SourcesRoute"),
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

const incidents = createRoute({
  ...at,
  path: "/su-co",
  validateSearch: readIncidentSearch,
  component: lazyRouteComponent(() => import("./pages/incidents-routes"), "IncidentsRoute"),
});

const incidentNew = createRoute({
  ...at,
  path: "/su-co/moi",
  validateSearch: readIncidentNew,
  component: lazyRouteComponent(() => import("./pages/incidents-routes"), "IncidentNewRoute"),
});

const incident = createRoute({
  ...at,
  path: "/su-co/$incidentId",
  component: lazyRouteComponent(() => import("./pages/incidents-routes"), "IncidentRoute"),
});

const roster = createRoute({
  ...at,
  path: "/lich-truc",
  validateSearch: readRosterSearch,
  component: lazyRouteComponent(() => import("./pages/roster-route"), "RosterRoute"),
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

const reports = createRoute({
  ...at,
  path: "/bao-cao",
  validateSearch: readReportsSearch,
  component: lazyRouteComponent(() => import("./pages/reports-routes"), "ReportsRoute"),
});

const report = createRoute({
  ...at,
  path: "/bao-cao/$reportId",
  validateSearch: readReportSearch,
  component: lazyRouteComponent(() => import("./pages/reports-routes"), "ReportRoute"),
});

const verify = createRoute({
  ...at,
  path: "/bao-cao/kiem-tra-chu-ky",
  component: lazyRouteComponent(() => import("./pages/reports-routes"), "VerifyRoute"),
});

const messages = createRoute({
  ...at,
  path: "/thong-bao",
  validateSearch: readMessages,
  component: lazyRouteComponent(() => import("./pages/messages-route"), "MessagesRoute"),
});

const requests = createRoute({
  ...at,
  path: "/yeu-cau",
  validateSearch: readRequestsSearch,
  component: lazyRouteComponent(() => import("./pages/requests-routes"), "RequestsRoute"),
});

const requestNew = createRoute({
  ...at,
  path: "/yeu-cau/moi",
  component: lazyRouteComponent(() => import("./pages/requests-routes"), "RequestNewRoute"),
});

const request = createRoute({
  ...at,
  path: "/yeu-cau/$requestId",
  validateSearch: readRequestSearch,
  component: lazyRouteComponent(() => import("./pages/requests-routes"), "RequestRoute"),
});

const outside = createRoute({
  ...at,
  path: "/yeu-cau/ben-ngoai",
  validateSearch: readOutsideSearch,
  component: lazyRouteComponent(() => import("./pages/outside-routes"), "OutsideRoute"),
});

const outsideRequest = createRoute({
  ...at,
  path: "/yeu-cau/ben-ngoai/$outsideId",
  component: lazyRouteComponent(() => import("./pages/outside-routes"), "OutsideRequestRoute"),
});

const help = createRoute({
  ...at,
  path: "/ho-tro",
  validateSearch: readHelpSearch,
  component: lazyRouteComponent(() => import("./pages/help-routes"), "HelpRoute"),
});

const helpAsk = createRoute({
  ...at,
  path: "/ho-tro/moi",
  validateSearch: readAskSearch,
  component: lazyRouteComponent(() => import("./pages/help-routes"), "HelpAskRoute"),
});

const helpRequest = createRoute({
  ...at,
  path: "/ho-tro/$helpId",
  component: lazyRouteComponent(() => import("./pages/help-routes"), "HelpRequestRoute"),
});

const sharing = createRoute({
  ...at,
  path: "/chia-se",
  validateSearch: readSharingSearch,
  component: lazyRouteComponent(() => import("./pages/sharing-routes"), "SharingRoute"),
});

const shareMessage = createRoute({
  ...at,
  path: "/chia-se/$messageId",
  component: lazyRouteComponent(() => import("./pages/sharing-routes"), "ShareMessageRoute"),
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
    content,
    sites,
    site,
    siteCase,
    compare,
    botnet,
    botnetAddress,
    botnetBring,
    botnetList,
    botnetLookups,
    advisories,
    advisory,
    letters,
    letter,
    advisorySources,
    policies,
    policyNew,
    policy,
    policyEdit,
    incidents,
    incidentNew,
    incident,
    roster,
    duties,
    inbox,
    shares,
    systems,
    system,
    levelWizard,
    levelPlan,
    reports,
    report,
    verify,
    messages,
    requests,
  requestNew,
  request,
  outside,
  outsideRequest,
  help,
  helpAsk,
  helpRequest,
  sharing,
    shareMessage,
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
