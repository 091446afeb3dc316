import { describe, expect, test } from "vitest";

import { badLinkFinder, stretchesOf, type BadLink } from "./bad-links";
import { bytesOf, lineAt, readPage, type PageBlock } from "./page-text";

const read = (source: string) => readPage(source, (alt) => `[${alt}]`);
const texts = (source: string) => read(source).blocks.map(({ pieces }) => pieces.map(({ text }) => text).join("").trim());

describe("the words of a page", () => {
  test("come block by block, with entities read and space folded", () => {
    expect(texts("<title>T&ecirc;n &amp; m&#432;&#x1EDD;i</title><h1>A</h1><p>m&#7897;t\n  hai<br>ba</p><ul><li>x<li>y</ul>")).toEqual(["Tên & mười", "A", "một hai", "ba", "x", "y"]);
    expect(read("<h2>A</h2><li>b</li>c").blocks.map(({ kind }) => kind)).toEqual(["heading", "item", "text"]);
  });

  test("keep the space between two links, and none around a line", () => {
    expect(texts("<p> <a href=/>Trang chủ</a> <a href=/tin>Tin tức</a> </p>")).toEqual(["Trang chủ Tin tức"]);
    expect(texts("<p> </p>")).toEqual([]);
  });

  test("hold nothing of what would run or be drawn", () => {
    expect(texts("a<script>alert('</p>')</script>b<style>p{}</style>c<!-- <p>d</p> -->e<svg><text>f</text></svg>g<iframe>h</iframe>i")).toEqual(["abcegi"]);
    expect(texts("a<script>never ends")).toEqual(["a"]);
    expect(texts("<img src=x onerror=alert(1) alt='ảnh'>")).toEqual(["[ảnh]"]);
  });

  test("are read from what is broken as well", () => {
    expect(texts("1 < 2 <")).toEqual(["1 < 2 <"]);
    expect(texts('<a href="x>trong ngoặc</a>sau')).toEqual(["trong ngoặcsau"]);
    expect(texts("<?xml version='1.0'?><!doctype html>a")).toEqual(["a"]);
    expect(texts("&#0;&#xD800;&khong;")).toEqual(["\ufffd\ufffd&khong;"]);
    expect(texts("")).toEqual([]);
  });

  test("say what is hidden and what lies behind the end", () => {
    const { blocks } = read("<div style='position:absolute; LEFT: -9999px'><div>a</div><p>b</p></div><p>c</p></html><p>d</p>");
    expect(blocks.map(({ hidden, afterEnd }) => [hidden, afterEnd])).toEqual([[true, false], [true, false], [false, false], [false, true]]);
    expect(read("<p hidden>a</p>b").blocks.map(({ hidden }) => hidden)).toEqual([true, false]);
    expect(read("<p style='opacity:0.9'>a</p>").blocks[0]?.hidden).toBe(false);
    // What stands in the line of hidden words is not hidden with them.
    expect(read("trước<span style='display:none'>giấu</span>sau").blocks.map(({ hidden }) => hidden)).toEqual([false, true, false]);
  });

  test("end where there are too many, and say so", () => {
    const long = read("<p>a</p>".repeat(5_000));
    expect(long.blocks.length).toBe(3_000);
    expect(long.cut).toBe(true);
    expect(read("<p>a</p>").cut).toBe(false);
    const links = read("<a href=x>a</a>".repeat(50_000));
    expect(links.blocks.flatMap(({ pieces }) => pieces).length).toBe(10_000);
    expect(links.cut).toBe(true);
    const before = Date.now();
    read("<".repeat(300_000));
    read('<a b="'.repeat(20_000));
    expect(Date.now() - before).toBeLessThan(5_000);
  });
});

describe("places in the source", () => {
  const source = 'ệ😀\n<a href="/a">một</a>\n<a href="https://8x.example/">hai</a>';

  test("are bytes, as the hub counts them", () => {
    const links = read(source).blocks.flatMap(({ pieces }) => pieces.filter(({ href }) => href));
    const bytes = new TextEncoder();
    for (const { href, offset } of links) expect(offset).toBe(bytes.encode(source.slice(0, source.indexOf(`<a href="${href}"`))).length);
    expect(links.map(({ href }) => href)).toEqual(["/a", "https://8x.example/"]);
    expect(bytesOf(source, 0, source.length)).toBe(bytes.encode(source).length);
    expect(lineAt(source, 0)).toBe(1);
    expect(lineAt(source, links[1]?.offset ?? 0)).toBe(3);
    expect(lineAt(source, 10_000)).toBeNull();
  });

  test("or where a link leads make it the one the hub named, for that visitor alone", () => {
    const link = (change: Partial<BadLink>): BadLink => ({ url: "https://8x.example/", anchor: "", visitor: "googlebot", offset: 9_999, why: "", ...change });
    const piece = { text: "hai", href: "https://8x.example/", offset: 5 };
    const base = "https://xa.example/tin/";
    expect(badLinkFinder([link({})], "googlebot", base)(piece)).toBe(true);
    expect(badLinkFinder([link({})], "desktop", base)(piece)).toBe(false);
    expect(badLinkFinder([link({ url: "x", offset: 5 })], "googlebot", base)(piece)).toBe(true);
    expect(badLinkFinder([link({ url: "https://xa.example/tin/a" })], "googlebot", base)({ text: "", href: "a", offset: 1 })).toBe(true);
    expect(badLinkFinder([link({})], "googlebot", base)({ text: "không phải liên kết" })).toBe(false);
    expect(badLinkFinder([link({ url: "http://[" })], "googlebot", base)({ text: "", href: "http://]", offset: 1 })).toBe(false);
  });
});

test("what was injected is shown with what stands around it; the rest folds, and nothing is lost", () => {
  const blocks = Array.from({ length: 60 }, (_, index): PageBlock => ({ kind: "text", pieces: [{ text: String(index) }], hidden: false, afterEnd: false }));
  const stretches = stretchesOf(blocks, ({ pieces }) => pieces[0]?.text === "30" || pieces[0]?.text === "31");
  expect(stretches.map(({ kind, blocks: own }) => [kind, own.length])).toEqual([["shown", 8], ["folded", 20], ["shown", 2], ["bad", 2], ["shown", 2], ["folded", 22], ["shown", 4]]);
  expect(stretches.flatMap(({ blocks: own }) => own)).toEqual(blocks);
  expect(stretchesOf(blocks.slice(0, 15), () => false).every(({ kind }) => kind === "shown")).toBe(true);
});
