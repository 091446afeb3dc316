import type { Unit } from "./api-types";

export interface UnitRow {
  unit: Unit;
  /** 0 for the roots of the scope. */
  depth: number;
}

const byName = new Intl.Collator("vi", { numeric: true });

/** The tree as rows, children right below their parent, by name. A unit whose parent is out of scope is a root. */
export function unitRows(units: Unit[]): UnitRow[] {
  const known = new Set(units.map((unit) => unit.id));
  const children = new Map<number | null, Unit[]>();
  for (const unit of units) {
    const parent = unit.parent !== null && known.has(unit.parent) ? unit.parent : null;
    children.set(parent, [...(children.get(parent) ?? []), unit]);
  }
  const rows: UnitRow[] = [];
  const visit = (parent: number | null, depth: number) => {
    for (const unit of (children.get(parent) ?? []).sort((a, b) => byName.compare(a.name, b.name))) {
      rows.push({ unit, depth });
      visit(unit.id, depth + 1);
    }
  };
  visit(null, 0);
  return rows;
}

/** Options of a select, indented as the tree. */
export function unitChoices(units: Unit[]): { value: string; label: string }[] {
  return unitRows(units).map(({ unit, depth }) => ({
    value: String(unit.id),
    label: `${"\u2003".repeat(depth)}${unit.name}`,
  }));
}

/** The unit and everything below it: where it cannot be moved to. */
export function withDescendants(units: Unit[], id: number): Set<number> {
  const found = new Set([id]);
  // The hub gives parents before children.
  for (const unit of units) if (unit.parent !== null && found.has(unit.parent)) found.add(unit.id);
  return found;
}

/** The units and everything above them. */
export function withAncestors(units: Unit[], ids: number[]): Set<number> {
  const parents = new Map(units.map((unit) => [unit.id, unit.parent]));
  const found = new Set<number>();
  for (let id of ids) {
    while (!found.has(id)) {
      found.add(id);
      const parent = parents.get(id);
      if (parent === null || parent === undefined || !parents.has(parent)) break;
      id = parent;
    }
  }
  return found;
}
