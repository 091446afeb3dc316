import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type AgentOrder = Schemas["AgentOrder"];
export type QuarantineItem = Schemas["QuarantineItem"];
export type AuditEntry = Schemas["AuditEntry"];
export type AuditVerification = Schemas["AuditVerification"];
export type EnrolmentToken = Schemas["EnrolmentToken"];
export type EnrolmentTokenCreated = Schemas["EnrolmentTokenCreated"];
export type Finding = Schemas["Finding"];
export type FindingGroup = Schemas["FindingGroup"];
export type FindingDetail = Schemas["FindingDetail"];
export type FindingPage = Schemas["FindingPage"];
export type FindingState = Schemas["FindingState"];
export type FindingUpdate = Schemas["FindingUpdate"];
export type Machine = Schemas["Machine"];
export type MachineDetail = Schemas["MachineDetail"];
export type MachineFacets = Schemas["MachineFacets"];
export type MachineHealth = Schemas["MachineHealth"];
export type MachineKind = Schemas["MachineKind"];
export type ObservationRef = Schemas["ObservationRef"];
export type Overview = Schemas["Overview"];
export type MachinePolicy = Schemas["MachinePolicy"];
export type NewPolicy = Schemas["NewPolicy"];
export type PolicyCounts = Schemas["PolicyCounts"];
export type PolicyDetail = Schemas["PolicyDetail"];
export type PolicyPreview = Schemas["PolicyPreview"];
export type PolicyRole = Schemas["PolicyRole"];
export type PolicySetting = Schemas["PolicySetting"];
export type PolicySummary = Schemas["PolicySummary"];
export type PolicyTrial = Schemas["PolicyTrial"];
export type PolicyVersion = Schemas["PolicyVersion"];
export type Problem = Schemas["Problem"];
export type Role = Schemas["Role"];
export type Session = Schemas["Session"];
export type Severity = Schemas["Severity"];
export type AddressRange = Schemas["AddressRange"];
export type CalendarYear = Schemas["CalendarYear"];
export type ClauseDetail = Schemas["ClauseDetail"];
export type ContentAct = Schemas["ContentAct"];
export type ContentFailure = Schemas["ContentFailure"];
export type ContentRelease = Schemas["ContentRelease"];
export type ContentReleaseDetail = Schemas["ContentReleaseDetail"];
export type ContentReleaseList = Schemas["ContentReleaseList"];
export type ContentRingFare = Schemas["ContentRingFare"];
export type ContentTrial = Schemas["ContentTrial"];
export type Contact = Schemas["Contact"];
export type Device = Schemas["Device"];
export type DeviceCounts = Schemas["DeviceCounts"];
export type DeviceGap = Schemas["DeviceGap"];
export type DeviceState = Schemas["DeviceState"];
export type Directive = Schemas["Directive"];
export type DirectiveDetail = Schemas["DirectiveDetail"];
export type DirectiveFault = Schemas["DirectiveFault"];
export type DutyCell = Schemas["DutyCell"];
export type DutyInstance = Schemas["DutyInstance"];
export type DutyMatrix = Schemas["DutyMatrix"];
export type DutyRecord = Schemas["DutyRecord"];
export type DutyState = Schemas["DutyState"];
export type Evidence = Schemas["Evidence"];
export type ImportPlan = Schemas["Import"];
export type KindShares = Schemas["KindShares"];
export type LawTerms = Schemas["LawTerms"];
export type LevelPlan = Schemas["LevelPlan"];
export type LevelProposal = Schemas["LevelProposal"];
export type LevelRule = Schemas["LevelRuleList"]["items"][number];
export type Recurrence = Schemas["Recurrence"];
export type Register = Schemas["RegisterList"]["items"][number];
export type RegisterRecord = Schemas["RegisterRecord"];
export type RegisterState = Schemas["RegisterState"];
export type KnownPage = Schemas["KnownPage"];
export type PageClass = Schemas["PageClass"];
export type PageDifference = Schemas["PageDifference"];
export type PageEvidence = Schemas["PageEvidence"];
export type PageSeen = Schemas["PageSeen"];
export type PageSource = Schemas["PageSource"];
export type Site = Schemas["Site"];
export type SiteCase = Schemas["SiteCase"];
export type SiteCaseDecision = Schemas["SiteCaseDecision"];
export type SiteCaseDetail = Schemas["SiteCaseDetail"];
export type SiteCaseState = Schemas["SiteCaseState"];
export type SiteCause = Schemas["SiteCause"];
export type SiteCounts = Schemas["SiteCounts"];
export type SiteDetail = Schemas["SiteDetail"];
export type SiteLook = Schemas["SiteLook"];
export type SiteStatus = Schemas["SiteStatus"];
export type Visitor = Schemas["Visitor"];
export type WatchedSite = Schemas["WatchedSite"];
export type System = Schemas["System"];
export type SystemDetail = Schemas["SystemDetail"];
export type SystemUpdate = Schemas["SystemUpdate"];
export type Text = Schemas["Text"];
export type Today = Schemas["Today"];
export type Unit = Schemas["Unit"];
export type UnitDetail = Schemas["UnitDetail"];
export type UnitKind = Schemas["UnitKind"];
export type UnitScan = Schemas["UnitScan"];
export type UnitRef = Schemas["UnitRef"];
export type User = Schemas["User"];
export type UserCreated = Schemas["UserCreated"];
export type VerdictLevel = Overview["verdict"]["level"];
export type Product = MachineDetail["products"][number];
export type Judge = Schemas["Judge"];
export type Protection = MachineDetail["protection"][number];
export type OnAccess = NonNullable<MachineDetail["on_access"]>;
export type Medium = MachineDetail["media"][number];
export type Scan = NonNullable<MachineDetail["scan"]>;

/** Worst first, as every list shows them. */
export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const satisfies readonly Severity[];
export const HEALTHS = ["infected", "attention", "silent", "pending", "protected"] as const satisfies readonly MachineHealth[];
export const MACHINE_KINDS: readonly MachineKind[] = ["workstation", "server", "other", "unlisted"];
export const ROLES = ["province_admin", "soc_operator", "unit_officer", "leader", "inspector"] as const satisfies readonly Role[];
export const UNIT_KINDS = [
  "province",
  "department",
  "commune",
  "school",
  "hospital",
  "public_service",
  "police",
  "military",
  "enterprise",
  "telecom",
  "media",
  "district",
  "other",
] as const satisfies readonly UnitKind[];
/** What needs an act first. */
export const DUTY_STATES = [
  "overdue",
  "due_soon",
  "waiting",
  "unknown",
  "not_due",
  "met",
  "not_applicable",
] as const satisfies readonly DutyState[];
/** Worst first, as the list is sorted. */
export const SITE_STATUSES = ["ill", "silent", "watching", "clean", "not_yet"] as const satisfies readonly SiteStatus[];
export const VISITORS = ["desktop", "desktop-google", "googlebot", "mobile-google"] as const satisfies readonly Visitor[];
/** What is met most often first; «other» last. */
export const SITE_CAUSES = [
  "stolen_account",
  "cms_hole",
  "plugin_hole",
  "foreign_file",
  "shared_server",
  "server_hole",
  "insider",
  "supplier",
  "open_posting",
  "search_echo",
  "lapsed_domain",
  "taken_name",
  "other",
] as const satisfies readonly SiteCause[];
