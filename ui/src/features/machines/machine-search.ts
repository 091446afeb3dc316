import { HEALTHS, type MachineHealth } from "@/lib/api-types";

export interface MachineSearch {
  q?: string;
  health?: MachineHealth;
  /** The «Thêm máy» dialog is open. */
  add?: true;
}

export function readMachineSearch(search: Record<string, unknown>): MachineSearch {
  const health = HEALTHS.find((known) => known === search.health);
  return {
    ...(search.q !== undefined && search.q !== "" ? { q: String(search.q) } : {}),
    ...(health ? { health } : {}),
    ...(search.add === true ? { add: true } : {}),
  };
}
