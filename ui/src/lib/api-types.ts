import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Advisory = Schemas["Advisory"];
export type AdvisoryDecision = Schemas["AdvisoryDecision"];
export type AdvisoryDecisionNew = Schemas["AdvisoryDecisionNew"];
export type AdvisoryDetail = Schemas["AdvisoryDetail"];
export type AdvisoryFeed = Schemas["AdvisoryFeed"];
export type AdvisoryFeeds = Schemas["AdvisoryFeeds"];
export type AdvisoryFigures = Schemas["AdvisoryFigures"];
export type AdvisoryFix = Schemas["AdvisoryFix"];
export type AdvisoryKind = Schemas["AdvisoryKind"];
export type AdvisoryMachine = Schemas["AdvisoryMachine"];
export type AdvisoryPage = Schemas["AdvisoryPage"];
export type AdvisorySettings = Schemas["AdvisorySettings"];
export type AdvisorySettingsNew = Schemas["AdvisorySettingsNew"];
export type AdvisoryUnit = Schemas["AdvisoryUnit"];
export type BotnetAddress = Schemas["BotnetAddress"];
export type BotnetAddressDetail = Schemas["BotnetAddressDetail"];
export type BotnetAddressPage = Schemas["BotnetAddressPage"];
export type BotnetConnection = Schemas["BotnetConnection"];
export type BotnetEvent = Schemas["BotnetEvent"];
export type BotnetHistory = Schemas["BotnetHistory"];
export type BotnetListDetail = Schemas["BotnetListDetail"];
export type BotnetListReport = Schemas["BotnetListReport"];
export type BotnetReportWhat = BotnetListReport["sample"][number]["what"];
export type BotnetLookupState = Schemas["BotnetLookupState"];
export type BotnetIncidentNew = Schemas["BotnetIncidentNew"];
export type BotnetMove = Schemas["BotnetMove"];
export type BotnetSighting = Schemas["BotnetSighting"];
export type BotnetState = Schemas["BotnetState"];
export type BotnetStep = Schemas["BotnetStep"];
export type Letter = Schemas["Letter"];
export type LetterConfirmation = Schemas["LetterConfirmation"];
export type LetterDetail = Schemas["LetterDetail"];
export type LetterNew = Schemas["LetterNew"];
export type PatchCounts = Schemas["PatchCounts"];
export type PatchState = Schemas["PatchState"];
export type Software = Schemas["Software"];
export type SoftwarePage = Schemas["SoftwarePage"];
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
export type Message = Schemas["Message"];
export type MessageKind = Schemas["MessageKind"];
export type MessageSettings = Schemas["MessageSettings"];
export type MessageSettingsNew = Schemas["MessageSettingsNew"];
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
export type SiteBrowser = Schemas["SiteBrowser"];
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
export type DutyPing = Schemas["DutyPing"];
export type Incident = Schemas["Incident"];
export type IncidentClock = Schemas["IncidentClock"];
export type IncidentClockList = Schemas["IncidentClockList"];
export type IncidentDetail = Schemas["IncidentDetail"];
export type IncidentKind = Schemas["IncidentKind"];
export type IncidentMove = Schemas["IncidentMove"];
export type IncidentNew = Schemas["IncidentNew"];
export type IncidentPage = Schemas["IncidentPage"];
export type IncidentProposal = Schemas["IncidentProposal"];
export type IncidentReportNew = Schemas["IncidentReportNew"];
export type IncidentState = Schemas["IncidentState"];
export type IncidentTask = Schemas["IncidentTask"];
export type IncidentTaskUpdate = Schemas["IncidentTaskUpdate"];
export type IncidentTimelineEntry = Schemas["IncidentTimelineEntry"];
export type IncidentUpdate = Schemas["IncidentUpdate"];
export type Person = Schemas["PersonList"]["items"][number];
export type Roster = Schemas["Roster"];
export type RosterNeed = Schemas["RosterNeed"];
export type RosterSettings = Schemas["RosterSettings"];
export type RosterSettingsNew = Schemas["RosterSettingsNew"];
export type RosterSpan = Schemas["RosterSpan"];
export type RosterUnit = Schemas["RosterUnitPage"]["items"][number];
export type RosterWindow = Schemas["RosterWindow"];
export type Shift = Schemas["Shift"];
export type ShiftNew = Schemas["ShiftNew"];
export type ShiftUpdate = Schemas["ShiftUpdate"];
export type Report = Schemas["Report"];
export type ReportCalendarItem = Schemas["ReportCalendarItem"];
export type ReportDetail = Schemas["ReportDetail"];
export type ReportFigure = Schemas["ReportFigure"];
export type ReportFreeze = Schemas["ReportFreeze"];
export type ReportIssuer = Schemas["ReportIssuer"];
export type ReportKind = Schemas["ReportKind"];
export type ReportNew = Schemas["ReportNew"];
export type ReportPeriod = Schemas["ReportPeriod"];
export type ReportPreview = Schemas["ReportPreview"];
export type ReportSent = Schemas["ReportSent"];
export type ReportState = Schemas["ReportState"];
export type ReportUpdate = Schemas["ReportUpdate"];
export type UnitRequest = Schemas["Request"];
export type RequestDetail = Schemas["RequestDetail"];
export type RequestNew = Schemas["RequestNew"];
export type RequestState = Schemas["RequestState"];
export type RequestUnit = Schemas["RequestUnit"];
export type RequestUnitDetail = Schemas["RequestUnitDetail"];
export type RequestEvent = Schemas["RequestEvent"];
export type RequestAnswer = Schemas["RequestAnswer"];
export type Receiver = Schemas["Receiver"];
export type ReceiverNew = Schemas["ReceiverNew"];
export type OutsideRequest = Schemas["OutsideRequest"];
export type OutsideRequestDetail = Schemas["OutsideRequestDetail"];
export type OutsideRequestNew = Schemas["OutsideRequestNew"];
export type OutsideRequestState = Schemas["OutsideRequestState"];
export type EvidencePackage = Schemas["EvidencePackage"];
export type HelpRequest = Schemas["HelpRequest"];
export type HelpRequestDetail = Schemas["HelpRequestDetail"];
export type HelpRequestNew = Schemas["HelpRequestNew"];
export type HelpState = Schemas["HelpState"];
export type HelpAbout = Schemas["HelpAbout"];
export type HelpLine = Schemas["HelpLine"];
export type HelpFigures = Schemas["HelpFigures"];
export type ShareMessage = Schemas["ShareMessage"];
export type ShareMessageDetail = Schemas["ShareMessageDetail"];
export type SharePartner = Schemas["SharePartner"];
export type ShareState = Schemas["ShareState"];
export type Sharing = Schemas["Sharing"];
export type Verification = Schemas["Verification"];
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
/** As a document goes through them. */
export const REPORT_STATES = ["draft", "frozen", "signed", "sent", "received"] as const satisfies readonly ReportState[];
export const INCIDENT_KINDS = ["malware", "website", "intrusion", "data_breach", "phishing", "denial_of_service", "other"] as const satisfies readonly IncidentKind[];
export const REQUEST_STATES = ["sent", "read", "answered", "returned", "accepted"] as const satisfies readonly RequestState[];
export const HELP_ABOUTS = ["page", "finding", "machine", "site_case", "advisory", "duty", "incident", "request"] as const satisfies readonly HelpAbout[];
export const SHARE_STATES = ["queued", "sending", "shared", "unclear", "failed"] as const satisfies readonly ShareState[];
/** What needs an act first, «không ảnh hưởng» last. */
export const PATCH_STATES = ["open", "unknown", "accepted", "mitigated", "patched", "not_affected"] as const satisfies readonly PatchState[];
/** Worst first, as the list is sorted. */
export const SITE_STATUSES = ["ill", "silent", "watching", "clean", "not_yet"] as const satisfies readonly SiteStatus[];
export const VISITORS = ["desktop", "desktop-google", "googlebot", "mobile-google", "rendered"] as const satisfies readonly Visitor[];
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
