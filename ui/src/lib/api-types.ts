import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type AuditEntry = Schemas["AuditEntry"];
export type AuditVerification = Schemas["AuditVerification"];
export type EnrolmentToken = Schemas["EnrolmentToken"];
export type EnrolmentTokenCreated = Schemas["EnrolmentTokenCreated"];
export type Finding = Schemas["Finding"];
export type FindingDetail = Schemas["FindingDetail"];
export type FindingPage = Schemas["FindingPage"];
export type FindingState = Schemas["FindingState"];
export type FindingUpdate = Schemas["FindingUpdate"];
export type Machine = Schemas["Machine"];
export type MachineDetail = Schemas["MachineDetail"];
export type MachineHealth = Schemas["MachineHealth"];
export type ObservationRef = Schemas["ObservationRef"];
export type Overview = Schemas["Overview"];
export type Problem = Schemas["Problem"];
export type Role = Schemas["Role"];
export type Session = Schemas["Session"];
export type Severity = Schemas["Severity"];
export type Text = Schemas["Text"];
export type Unit = Schemas["Unit"];
export type UnitKind = Schemas["UnitKind"];
export type UnitRef = Schemas["UnitRef"];
export type User = Schemas["User"];
export type UserCreated = Schemas["UserCreated"];
export type VerdictLevel = Overview["verdict"]["level"];
export type Protection = MachineDetail["protection"][number];
export type Scan = NonNullable<MachineDetail["scan"]>;

/** Worst first, as every list shows them. */
export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const satisfies readonly Severity[];
export const HEALTHS = ["infected", "attention", "silent", "pending", "protected"] as const satisfies readonly MachineHealth[];
export const ROLES = ["province_admin", "soc_operator", "unit_officer", "leader", "inspector"] as const satisfies readonly Role[];
export const UNIT_KINDS = ["province", "department", "commune", "school", "hospital", "other"] as const satisfies readonly UnitKind[];
