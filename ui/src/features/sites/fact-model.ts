import type { SiteLook } from "@/lib/api-types";

export type Fact = SiteLook["facts"][number];
export type FactGroup = "tls" | "headers" | "software" | "mail" | "dns" | "other";
export type FactTone = "good" | "bad" | "soon" | "plain";

export const FACT_GROUPS = ["tls", "software", "headers", "mail", "dns", "other"] as const satisfies readonly FactGroup[];

const GROUP_OF: Record<string, FactGroup> = {
  tls: "tls",
  http: "headers",
  header: "headers",
  headers: "headers",
  cms: "software",
  server: "software",
  product: "software",
  software: "software",
  search: "software",
  mail: "mail",
  dns: "dns",
  domain: "dns",
  ipv6: "dns",
};
const DAY_MS = 86_400_000;
const SOON_DAYS = 30;
const OLD_PROTOCOLS = new Set(["SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"]);
// Where «false», or nothing, is a gap. Of others nobody can say it.
const OUGHT = new Set([
  "tls.chain_ok",
  "tls.name_ok",
  "http.https",
  "headers.hsts",
  "headers.csp",
  "headers.frames_closed",
  "headers.no_sniffing",
  "mail.spf",
  "mail.dmarc",
  "mail.tls",
]);

export function groupOf(name: string): FactGroup {
  return GROUP_OF[name.split(".")[0] ?? ""] ?? "other";
}

export function isTime(value: string): boolean {
  return /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.test(value) && !Number.isNaN(Date.parse(value));
}

/** Days until a moment; below 0 it is over. */
export function daysLeft(value: string, now: number): number {
  return Math.floor((Date.parse(value) - now) / DAY_MS);
}

export function toneOf({ name, value }: Fact, now: number): FactTone {
  if (name.endsWith(".expires_at") && isTime(value)) {
    const left = daysLeft(value, now);
    return left < 0 ? "bad" : left <= SOON_DAYS ? "soon" : "good";
  }
  if (name === "tls.protocol" || (name === "mail.tls" && value !== "false")) return OLD_PROTOCOLS.has(value) ? "bad" : "good";
  if (name === "tls.fault" && value !== "") return "bad";
  if (name === "search.echo") return value === "" ? "good" : "bad";
  if (name === "dns.takeover" && value !== "" && value !== "false") return "bad";
  if (!OUGHT.has(name)) return "plain";
  return value === "" || value === "false" || value === "none" || value === "0" ? "bad" : "good";
}

/** What looks see, and what only people know: until when the name is paid for. */
export function factsWith(facts: Fact[], domainValidTo: string | null): Fact[] {
  // A name for machines: what it leads to has a card of its own.
  const seen = facts.filter(({ name }) => name !== "cms.cpe");
  return domainValidTo === null ? seen : [...seen, { name: "domain.expires_at", value: domainValidTo }];
}
