import { Link } from "@tanstack/react-router";
import { useMemo } from "react";

import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { OutsideText } from "@/components/outside-text";
import type { PageEvidence, PageSeen, Visitor } from "@/lib/api-types";
import * as format from "@/lib/format";

import type { BadLink } from "./bad-links";
import { defang } from "./defang";
import { lineAt } from "./page-text";
import styles from "./reasons.module.css";
import { usePageSource } from "./use-sites";
import { known, useSiteWords } from "./words";

const STRONG = 40;
const FAIR = 15;

function weightOf(points: number): "strong" | "fair" | "weak" | "for" | "none" {
  if (points < 0) return "for";
  if (points === 0) return "none";
  return points >= STRONG ? "strong" : points >= FAIR ? "fair" : "weak";
}

/** The reasons with their weight, strongest first. */
export function Reasons({ seen, finding }: { seen?: PageSeen | null; finding: number | null }) {
  const words = useSiteWords();
  return (
    <Card
      title={words.why}
      sub={words.whySub}
      aside={
        finding !== null && (
          <Link to="/phat-hien" search={(old) => ({ unit: old.unit, id: finding })} className="link">
            {words.toFinding}
          </Link>
        )
      }
    >
      {!seen || seen.reasons.length === 0 ? (
        <p className={styles.soft}>{words.whyNone}</p>
      ) : (
        <ul className={styles.reasons}>
          {[...seen.reasons].sort((a, b) => Math.abs(b.points) - Math.abs(a.points)).map(({ name, points }, index) => (
            <li key={`${name}-${index}`} data-weight={weightOf(points)}>
              <span>
                <OutsideText value={known(words.reasons, name)} />
              </span>
              <span className={styles.weight}>
                {words.weight[weightOf(points)]}
                {points !== 0 && <small className="num">{words.points(`${points > 0 ? "+" : "−"}${format.number(Math.abs(points))}`)}</small>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

const MOST_ROWS = 60;

interface BadLinksProps {
  evidence: PageEvidence;
  links: BadLink[];
  leftOut: number;
}

/** Every link the hub named, with its place in the source. */
export function BadLinks({ evidence, links, leftOut }: BadLinksProps) {
  const words = useSiteWords();
  if (links.length === 0) return null;
  return (
    <Card title={words.links} sub={words.linksSub} flush>
      {sameForWhom(links).map((group) => (
        <LinkTable key={group.visitors.join()} evidence={evidence} {...group} />
      ))}
      {leftOut > 0 && <p className={styles.rest}>{words.linksLeft(format.number(leftOut))}</p>}
    </Card>
  );
}

interface LinkGroup {
  visitors: Visitor[];
  links: BadLink[];
}

/** Visitors who were given the same links at the same places are told of once. */
export function sameForWhom(links: BadLink[]): LinkGroup[] {
  const groups = new Map<string, LinkGroup>();
  for (const visitor of new Set(links.map((link) => link.visitor))) {
    const own = links.filter((link) => link.visitor === visitor);
    const key = JSON.stringify(own.map(({ url, offset }) => [url, offset]));
    const group = groups.get(key);
    if (group) group.visitors.push(visitor);
    else groups.set(key, { visitors: [visitor], links: own });
  }
  return [...groups.values()];
}

function LinkTable({ evidence, visitors, links }: LinkGroup & { evidence: PageEvidence }) {
  const words = useSiteWords();
  const visitor = visitors[0] ?? "desktop";
  const whom = visitors.map((one) => words.visitors[one]).join("; ");
  const kept = evidence.views.find((view) => view.visitor === visitor)?.kept === true;
  const text = usePageSource(evidence.id, visitor, kept).data?.text;
  const lines = useMemo(() => links.map(({ offset }) => (text === undefined ? null : lineAt(text, offset))), [links, text]);
  return (
    <div className={classNames(table.wrap, table.inCard, styles.gap)}>
      <h3 className={styles.caption}>{whom}</h3>
      <table className={table.table} aria-label={`${words.links}: ${whom}`}>
        <thead>
          <tr>
            <th scope="col">{words.linkText}</th>
            <th scope="col">{words.linkUrl}</th>
            <th scope="col">{words.linkWhere}</th>
            <th scope="col">{words.linkWhy}</th>
          </tr>
        </thead>
        <tbody>
          {links.slice(0, MOST_ROWS).map((link, index) => (
            <tr key={`${link.offset}-${index}`}>
              <th scope="row" className={table.name}>
                {link.anchor.trim() === "" ? words.linkNoText : <OutsideText value={link.anchor} />}
              </th>
              <td data-label={words.linkUrl}>
                <span className={classNames("mono", styles.url)}>
                  <OutsideText value={defang(link.url)} />
                </span>
              </td>
              <td className={classNames(table.soft, styles.place, "num")} data-label={words.linkWhere}>
                {[lines[index] ? words.linkLine(format.number(lines[index])) : "", words.linkByte(format.number(link.offset))].filter(Boolean).join(", ")}
              </td>
              <td data-label={words.linkWhy}>
                <OutsideText value={whyOf(link.why, words.whys)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The rules give several names, parted by spaces. */
export function whyOf(why: string, names: Record<string, string>): string {
  const parts = why.split(" ").filter(Boolean);
  return [...new Set(parts.map((name) => known(names, name)))].join(", ");
}
