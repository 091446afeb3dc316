import { HELP_ABOUTS, type HelpAbout } from "@/lib/api-types";
import { readId, readText } from "@/lib/search-params";

export const HELP_VIEWS = ["queue", "answered", "solved", "all"] as const;
export type HelpView = (typeof HELP_VIEWS)[number];

export interface HelpSearch {
  desk?: HelpView;
  q?: string;
}

/** From where help is asked. */
export interface AskSearch {
  about?: HelpAbout;
  about_id?: string;
  page?: string;
  of?: number;
}

export type ChangeHelpSearch = (change: Partial<HelpSearch>) => void;

export function readHelpSearch(search: Record<string, unknown>): HelpSearch {
  const view = HELP_VIEWS.find((known) => known === search.desk);
  const q = readText(search.q);
  return { ...(view ? { desk: view } : {}), ...(q ? { q } : {}) };
}

/** A path of this interface, or nothing: the hub refuses anything else too. */
export function ownPage(text: string | undefined): string | undefined {
  return text && /^\/(?![/\\])[!-;=?-[\]-~]*$/.test(text) && !text.includes('"') && text.length <= 500 ? text : undefined;
}

export function readAskSearch(search: Record<string, unknown>): AskSearch {
  const about = HELP_ABOUTS.find((known) => known === search.about);
  const id = readText(search.about_id)?.slice(0, 200);
  const page = ownPage(readText(search.page));
  const of = readId(search.of);
  return { ...(about && id ? { about, about_id: id } : {}), ...(page ? { page } : {}), ...(of ? { of } : {}) };
}
