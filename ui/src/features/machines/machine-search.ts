import { HEALTHS, type MachineHealth } from "@/lib/api-types";
import { readText } from "@/lib/search-params";

export interface MachineSearch {
  q?: string;
  health?: MachineHealth;
  /** The «Thêm máy» dialog is open. */
  add?: true;
}

export function readMachineSearch(search: Record<string, unknown>): MachineSearch {
  const health = HEALTHS.find((known) => known === search.health);
  const q = readText(search.q);
  return {
    ...(q ? { q } : {}),
    ...(health ? { health } : {}),
    ...(search.add === true ? { add: true } : {}),
  };
}
