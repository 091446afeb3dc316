import { expect, test } from "vitest";

import type { PageEvidence, PageSeen, SiteCaseDetail, Visitor } from "@/lib/api-types";

import { defang, leadsAway, pathOf } from "./defang";
import { rowsOf } from "./diff-rows";
import { factsWith, groupOf, toneOf } from "./fact-model";
import { sameForWhom, whyOf } from "./reasons";
import { timelineOf } from "./timeline-model";
import { choose } from "./visitor-choice";

const NOW = Date.parse("2026-11-26T05:00:00.000Z");
const lines = (count: number) => Array.from({ length: count }, (_, index) => `d${index}`);

test("equal lines beside a change stay, others are counted; numbers go on", () => {
  const rows = rowsOf([
    { kind: "same", lines: lines(20) },
    { kind: "removed", lines: ["cũ"] },
    { kind: "added", lines: ["mới", "mới nữa"] },
    { kind: "same", lines: lines(20) },
  ]);
  expect(rows[0]).toEqual({ kind: "fold", count: 17 });
  expect(rows.slice(1, 4).map((row) => row.kind !== "fold" && row.left)).toEqual([18, 19, 20]);
  expect(rows.slice(4, 7)).toEqual([
    { kind: "removed", left: 21, right: null, text: "cũ" },
    { kind: "added", left: null, right: 21, text: "mới" },
    { kind: "added", left: null, right: 22, text: "mới nữa" },
  ]);
  expect(rows.slice(7, 10).map((row) => row.kind !== "fold" && [row.left, row.right])).toEqual([[22, 23], [23, 24], [24, 25]]);
  expect(rows.at(-1)).toEqual({ kind: "fold", count: 17 });
});

test("between two changes both sides of what is equal stay", () => {
  const rows = rowsOf([{ kind: "added", lines: ["a"] }, { kind: "same", lines: lines(10) }, { kind: "added", lines: ["b"] }]);
  expect(rows.map((row) => (row.kind === "fold" ? row.count : row.kind))).toEqual(["added", "same", "same", "same", 4, "same", "same", "same", "added"]);
  expect(rowsOf([{ kind: "same", lines: lines(3) }, { kind: "added", lines: ["b"] }]).length).toBe(4);
});

const view = (visitor: Visitor, sha: string, change: Partial<PageEvidence["views"][number]> = {}): PageEvidence["views"][number] => ({ visitor, status: 200, final_url: "https://xa.example/", limit: "", fetched_at: "2026-11-26T05:00:00.000Z", size: 3, kept: true, sha256: sha.repeat(64), steps: [], headers: [], ...change });
const seenBy = (...visitors: Visitor[]): PageSeen => ({ url: "https://xa.example/", class: "cloaked", score: 90, evidence: 1, reasons: [], links: visitors.map((visitor) => ({ url: "https://8x.example/", anchor: "", visitor, offset: 1, why: "" })), links_left_out: 0 });
const url = "https://xa.example/";

test("the two sides are the clean one and the one with most of what ought not to be there", () => {
  const views = [view("desktop", "a"), view("desktop-google", "a"), view("googlebot", "b"), view("mobile-google", "b")];
  expect(choose({ views, url }, seenBy("googlebot", "mobile-google"))).toEqual({ left: "desktop", right: "googlebot" });
  expect(choose({ views, url }, seenBy("mobile-google"))).toEqual({ left: "desktop", right: "mobile-google" });
  expect(choose({ views, url }, seenBy("desktop"))).toEqual({ left: "desktop-google", right: "desktop" });
  expect(choose({ views, url }, null)).toEqual({ left: "desktop", right: "googlebot" });
  expect(choose({ views: [view("desktop", "a"), view("mobile-google", "c", { final_url: "https://8x.example/" })], url }, null)).toEqual({ left: "desktop", right: "mobile-google" });
});

test("an address is written so that nobody follows it, and www is no other site", () => {
  expect(defang("https://8x.example/a")).toBe("hxxps://8x.example/a");
  expect(defang("HTTP://8x.example")).toBe("hxxp://8x.example");
  expect(leadsAway("http://xa.example/", "https://www.XA.example/trang-chu")).toBe(false);
  expect(leadsAway("https://xa.example/", "https://xa.example.8x.example/")).toBe(true);
  expect(pathOf("https://xa.example")).toBe("/");
  expect(pathOf("https://xa.example/a?b=1#c")).toBe("/a?b=1#c");
  expect(pathOf("javascript:alert(1)")).toBe("javascript:alert(1)");
});

test("visitors with the same links are told of once, and a reason nobody knows yet keeps its name", () => {
  expect(sameForWhom(seenBy("googlebot", "mobile-google").links).map(({ visitors }) => visitors)).toEqual([["googlebot", "mobile-google"]]);
  expect(whyOf("hidden new hidden la_lam", { hidden: "bị giấu", new: "mới" })).toBe("bị giấu, mới, la_lam");
  expect(whyOf("constructor", {})).toBe("constructor");
});

test("facts that ought to be there are a gap when they are not; of others nothing is said", () => {
  const tone = (name: string, value: string) => toneOf({ name, value }, NOW);
  expect(tone("tls.expires_at", "2026-11-25T00:00:00.000Z")).toBe("bad");
  expect(tone("tls.expires_at", "2026-12-20T00:00:00.000Z")).toBe("soon");
  expect(tone("tls.expires_at", "2027-12-20T00:00:00.000Z")).toBe("good");
  expect(tone("tls.protocol", "TLSv1.1")).toBe("bad");
  expect(tone("mail.dmarc", "")).toBe("bad");
  expect(tone("mail.tls", "false")).toBe("bad");
  expect(tone("mail.tls", "TLSv1.1")).toBe("bad");
  expect(tone("mail.tls", "TLSv1.3")).toBe("good");
  expect(tone("dns.ipv6", "false")).toBe("plain");
  expect(groupOf("tls.expires_at")).toBe("tls");
  expect(groupOf("la.gi")).toBe("other");
});

test("a search that repeats what is typed is to be mended; the name's last day stands with what looks see", () => {
  expect(toneOf({ name: "search.echo", value: "https://a.vn/tim?q=" }, NOW)).toBe("bad");
  expect(groupOf("search.echo")).toBe("software");
  expect(factsWith([{ name: "cms.cpe", value: "cpe:2.3:a:x:x:1:*:*:*:*:*:*:*" }], null)).toEqual([]);
  const [domain] = factsWith([], "2026-12-10");
  expect(domain && groupOf(domain.name)).toBe("dns");
  expect(domain && toneOf(domain, NOW)).toBe("soon");
});

test("what is found after the case was clean came back, and is counted", () => {
  const entry = (at: string, event: SiteCaseDetail["history"][number]["event"]) => ({ at, who: null, event, state: "open" as const, cause: null, note: "" });
  const history = [entry("2026-11-05T00:00:00.000Z", "found"), entry("2026-11-04T00:00:00.000Z", "clean"), entry("2026-11-03T00:00:00.000Z", "found"), entry("2026-11-02T00:00:00.000Z", "clean"), entry("2026-11-01T00:00:00.000Z", "found")];
  const shown = { history } as unknown as SiteCaseDetail;
  const look = { look: 3, started_at: "", finished_at: "2026-11-04T12:00:00.000Z", answered: false, pages: 0, views: 0, limited: 0, facts: [], unread: [] };
  const told = timelineOf(shown, look);
  expect(told.map(({ kind }) => kind)).toEqual(["came_back", "look", "clean", "came_back", "clean", "found"]);
  expect(told[0]?.recurrence).toBe(2);
  expect(told[3]?.recurrence).toBe(1);
  expect(told[1]?.pages).toBeNull();
  expect(timelineOf(undefined, null)).toEqual([]);
});
