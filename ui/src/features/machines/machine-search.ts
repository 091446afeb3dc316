import { HEALTHS, MACHINE_KINDS, type MachineHealth, type MachineKind } from "@/lib/api-types";
import { readText } from "@/lib/search-params";

export const CONTENT_AGES = ["updated", "not_updated"] as const;
export type ContentAge = (typeof CONTENT_AGES)[number];

/** What narrows the list; the unit is the scope of every page. */
export const FILTERS = ["q", "health", "os", "kind", "content"] as const;

export interface MachineSearch {
  q?: string;
  health?: MachineHealth;
  /** The name of the operating system, as the machine says it. */
  os?: string;
  kind?: MachineKind;
  /** Older than 15 days or not. */
  content?: ContentAge;
  /** The «Thêm máy» dialog is open. */
  add?: true;
}

export function readMachineSearch(search: Record<string, unknown>): MachineSearch {
  const health = HEALTHS.find((known) => known === search.health);
  const kind = MACHINE_KINDS.find((known) => known === search.kind);
  const content = CONTENT_AGES.find((known) => known === search.content);
  const q = readText(search.q);
  const os = readText(search.os);
  return {
    ...(q ? { q } : {}),
    ...(health ? { health } : {}),
    ...(os ? { os } : {}),
    ...(kind ? { kind } : {}),
    ...(content ? { content } : {}),
    ...(search.add === true ? { add: true } : {}),
  };
}
