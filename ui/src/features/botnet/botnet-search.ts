import { readText } from "@/lib/search-params";

export const BOTNET_VIEWS = ["open", "waiting", "working", "unknown", "delisted", "all"] as const;
export type BotnetView = (typeof BOTNET_VIEWS)[number];

/** What the URL of the list says. */
export interface BotnetSearch {
  /** Not «view»: another list has that with other values. */
  show?: BotnetView;
  q?: string;
}

export type ChangeBotnetSearch = (change: Partial<BotnetSearch>) => void;

export function readBotnetSearch(search: Record<string, unknown>): BotnetSearch {
  const show = BOTNET_VIEWS.find((known) => known === search.show && known !== "open");
  const q = readText(search.q);
  return { ...(show ? { show } : {}), ...(q ? { q } : {}) };
}
