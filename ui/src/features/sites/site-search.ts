import { SITE_STATUSES, type PageClass, type SiteStatus } from "@/lib/api-types";
import { readText } from "@/lib/search-params";

export const LABEL_FACETS = ["none", "expired", "soon", "valid"] as const;
export type LabelFacet = (typeof LABEL_FACETS)[number];

/** What the list can be sieved by; what is clean asks for nothing. */
export const CLASS_FACETS = ["compromised", "defaced", "redirected", "cloaked", "reflected", "user_content", "dead_link", "unknown"] as const satisfies readonly PageClass[];
export type ClassFacet = (typeof CLASS_FACETS)[number];

export interface SiteSearch {
  q?: string;
  status?: SiteStatus;
  class?: ClassFacet;
  label?: LabelFacet;
  certificate?: LabelFacet;
  /** The last look is older than it should be. */
  overdue?: true;
  /** A case that waits for a person. */
  waiting?: true;
  /** The «Thêm trang web» dialog is open. */
  add?: true;
}

export type ChangeSiteSearch = (change: Partial<SiteSearch>) => void;

export function readSiteSearch(search: Record<string, unknown>): SiteSearch {
  const status = SITE_STATUSES.find((one) => one === search.status);
  const label = LABEL_FACETS.find((one) => one === search.label);
  const certificate = LABEL_FACETS.find((one) => one === search.certificate);
  const pageClass = CLASS_FACETS.find((one) => one === search.class);
  const q = readText(search.q);
  return {
    ...(q ? { q } : {}),
    ...(status ? { status } : {}),
    ...(pageClass ? { class: pageClass } : {}),
    ...(label ? { label } : {}),
    ...(certificate ? { certificate } : {}),
    ...(search.overdue === true ? { overdue: true } : {}),
    ...(search.waiting === true ? { waiting: true } : {}),
    ...(search.add === true ? { add: true } : {}),
  };
}
