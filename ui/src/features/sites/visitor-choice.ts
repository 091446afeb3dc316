import { VISITORS, type PageEvidence, type PageSeen, type Visitor } from "@/lib/api-types";

import { leadsAway } from "./defang";

type View = PageEvidence["views"][number];

/**
 * Which two views say most: right the one with most of what ought not to be there, left the one an official sees in
 * the browser, or another that is clean where the browser's is not.
 */
export function choose({ views, url }: Pick<PageEvidence, "views" | "url">, seen: PageSeen | null | undefined): { left: Visitor; right: Visitor } {
  const count = (visitor: Visitor) => seen?.links.filter((link) => link.visitor === visitor).length ?? 0;
  const there = VISITORS.filter((visitor) => views.some((view) => view.visitor === visitor));
  const desktop = views.find(({ visitor }) => visitor === "desktop");
  const differing = there.find((visitor) => differs(desktop, views.find((view) => view.visitor === visitor)));
  const most = [...there].sort((a, b) => count(b) - count(a))[0];
  const away = views.find((view) => view.kept && leadsAway(url, view.final_url))?.visitor;
  if (away) return { left: there.find((visitor) => visitor !== away) ?? away, right: away };
  const right = most && count(most) > 0 ? most : (differing ?? there.find((visitor) => visitor !== "desktop") ?? "googlebot");
  const clean = there.find((visitor) => visitor !== right && count(visitor) === 0);
  const left = right === "desktop" ? (clean ?? there.find((visitor) => visitor !== right) ?? "googlebot") : count("desktop") > 0 && clean ? clean : "desktop";
  return { left, right: prefer(right, left, count) };
}

/** Among visitors that got the same, the search engine's view is the one people know of. */
function prefer(right: Visitor, left: Visitor, count: (visitor: Visitor) => number): Visitor {
  return left !== "googlebot" && count("googlebot") > 0 && count("googlebot") === count(right) ? "googlebot" : right;
}

function differs(one: View | undefined, other: View | undefined): boolean {
  if (!one || !other || one === other) return false;
  return one.sha256 !== other.sha256 || one.final_url !== other.final_url || one.status !== other.status;
}

export function readVisitor(value: unknown): Visitor | undefined {
  return VISITORS.find((visitor) => visitor === value);
}
