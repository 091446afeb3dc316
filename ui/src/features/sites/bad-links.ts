import type { PageSeen, Visitor } from "@/lib/api-types";

import type { PageBlock, PagePiece } from "./page-text";

export type BadLink = PageSeen["links"][number];

/** Tells whether a link of a source is one that the hub named: by its place, or by where it leads. */
export function badLinkFinder(links: BadLink[], visitor: Visitor, base: string): (piece: PagePiece) => boolean {
  const own = links.filter((link) => link.visitor === visitor);
  const places = new Set(own.map(({ offset }) => offset));
  const targets = new Set(own.flatMap(({ url }) => [url, absolute(url, base)]));
  return ({ href, offset }) =>
    href !== undefined && ((offset !== undefined && places.has(offset)) || targets.has(href) || targets.has(absolute(href, base)));
}

function absolute(url: string, base: string): string {
  try {
    return new URL(url, base).href;
  } catch {
    return url;
  }
}

export type Stretch = { kind: "bad"; blocks: PageBlock[] } | { kind: "shown"; blocks: PageBlock[] } | { kind: "folded"; blocks: PageBlock[] };

const HEAD = 8;
const TAIL = 4;
const AROUND = 2;
const LEAST_FOLD = 4;

/** The page in stretches: what was injected, what stands around it and at both ends, and the rest folded away. */
export function stretchesOf(blocks: PageBlock[], isBad: (block: PageBlock) => boolean): Stretch[] {
  const bad = blocks.map(isBad);
  const near = (index: number) => index < HEAD || index >= blocks.length - TAIL || bad.slice(Math.max(0, index - AROUND), index + AROUND + 1).includes(true);
  const stretches: Stretch[] = [];
  blocks.forEach((block, index) => {
    const kind = bad[index] ? "bad" : near(index) ? "shown" : "folded";
    const last = stretches.at(-1);
    if (last?.kind === kind) last.blocks.push(block);
    else stretches.push({ kind, blocks: [block] });
  });
  return stretches.map((one) => (one.kind === "folded" && one.blocks.length < LEAST_FOLD ? { ...one, kind: "shown" } : one));
}
