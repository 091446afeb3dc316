import { typed } from "@/lib/fold";
import { UNIT_KINDS, type UnitKind } from "@/lib/api-types";

export interface Audience {
  by: "kind" | "below" | "list";
  kinds: UnitKind[];
  below: number;
  units: number[];
}

interface KnownUnit {
  id: number;
  kind: UnitKind;
  parent: number | null;
}

/** As the hub picks them: the asking agency only where it is named. */
export function askedUnits({ by, kinds, below, units: named }: Audience, units: KnownUnit[], own: number): number[] {
  const known = new Set(units.map(({ id }) => id));
  if (by === "list") return named.filter((id) => known.has(id));
  if (by === "kind") return units.filter(({ id, kind }) => id !== own && kinds.includes(kind)).map(({ id }) => id);
  const under = new Set<number>();
  // Parents come before children.
  for (const { id, parent } of units) if (parent !== null && (parent === below || under.has(parent))) under.add(id);
  return [...under].filter((id) => id !== own);
}

/** The kinds that there are, in their usual order. */
export function kindsOf(units: KnownUnit[], own: number): UnitKind[] {
  return UNIT_KINDS.filter((kind) => units.some((unit) => unit.kind === kind && unit.id !== own));
}

/** One name a line; blank lines are nothing. */
export function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map(typed)
    .filter((line) => line !== "")
    .slice(0, 20);
}
