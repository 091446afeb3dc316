import type { DeviceState } from "@/lib/api-types";
import { isDay } from "@/lib/days";
import { readText } from "@/lib/search-params";

export const DEVICE_STATES = ["unprotected", "unknown", "protected", "retired"] as const satisfies readonly DeviceState[];
export const UNIT_TABS = ["about", "devices", "sites", "contacts", "ranges"] as const;
export type UnitTab = (typeof UNIT_TABS)[number];

export interface UnitsSearch {
  q?: string;
  as_of?: string;
}

export interface UnitSearch extends UnitsSearch {
  tab?: Exclude<UnitTab, "about">;
  state?: DeviceState;
}

export type ChangeUnitSearch = (change: Partial<UnitSearch>) => void;

export function readUnitsSearch(search: Record<string, unknown>): UnitsSearch {
  const q = readText(search.q);
  return { ...(q ? { q } : {}), ...(isDay(search.as_of) ? { as_of: search.as_of } : {}) };
}

export function readUnitSearch(search: Record<string, unknown>): UnitSearch {
  const tab = UNIT_TABS.find((known) => known === search.tab);
  const state = DEVICE_STATES.find((known) => known === search.state);
  return { ...readUnitsSearch(search), ...(tab && tab !== "about" ? { tab } : {}), ...(state ? { state } : {}) };
}
