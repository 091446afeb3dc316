/**
 * The words and links of a page's source, for reading only. This is no browser: nothing is made into elements, nothing
 * runs and nothing is fetched, whatever the source says. What it cannot tell it leaves out.
 */
export interface PagePiece {
  text: string;
  /** Set on the words of a link. */
  href?: string;
  /** Bytes from the start of the source to the link's tag. */
  offset?: number;
}

export interface PageBlock {
  kind: "title" | "heading" | "item" | "text";
  pieces: PagePiece[];
  hidden: boolean;
  afterEnd: boolean;
}

export interface PageText {
  blocks: PageBlock[];
  /** There is more than is shown. */
  cut: boolean;
}

const MOST_BLOCKS = 3_000;
// A page that is all links is cut as well: each piece is drawn.
const MOST_PIECES = 10_000;
const MOST_TAG = 20_000;
const MOST_BLOCK_TEXT = 4_000;

const SKIPPED = new Set(["script", "style", "template", "svg", "iframe", "object", "noembed", "noframes"]);
const VOID = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]);
const BLOCK = new Set(
  "address article aside blockquote body br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html li main nav ol option p pre section select table tbody td tfoot th thead title tr ul".split(" "),
);

interface Tag {
  name: string;
  closing: boolean;
  attributes: Map<string, string>;
  end: number;
}

export function readPage(source: string, imageWords: (alt: string) => string): PageText {
  const reader = new Reader(source, imageWords);
  return reader.read();
}

class Reader {
  private readonly blocks: PageBlock[] = [];
  private pieces: PagePiece[] = [];
  private taken = 0;
  private length = 0;
  private kind: PageBlock["kind"] = "text";
  private link: { href: string; offset: number } | undefined;
  private hidden: { name: string; depth: number } | undefined;
  private afterEnd = false;
  private byte = 0;
  private counted = 0;

  constructor(
    private readonly source: string,
    private readonly imageWords: (alt: string) => string,
  ) {}

  read(): PageText {
    let at = 0;
    while (at < this.source.length && this.blocks.length < MOST_BLOCKS && this.taken < MOST_PIECES) {
      const open = this.source.indexOf("<", at);
      this.say(this.source.slice(at, open < 0 ? undefined : open));
      if (open < 0) {
        at = this.source.length;
        break;
      }
      at = this.past(open);
    }
    this.flush();
    return { blocks: this.blocks, cut: at < this.source.length };
  }

  /** Reads what begins with «<»; answers where the next text begins. */
  private past(open: number): number {
    if (this.source.startsWith("<!--", open)) {
      const end = this.source.indexOf("-->", open + 4);
      return end < 0 ? this.source.length : end + 3;
    }
    const tag = readTag(this.source, open);
    if (!tag) {
      this.say("<");
      return open + 1;
    }
    if (!tag.closing && SKIPPED.has(tag.name)) return endOf(this.source, tag);
    this.take(tag, open);
    return tag.end;
  }

  private take(tag: Tag, open: number) {
    const { name, closing } = tag;
    if (BLOCK.has(name)) this.flush();
    if (closing && name === "html") this.afterEnd = true;
    this.hide(tag);
    if (name === "a") {
      this.link = closing ? undefined : { href: tag.attributes.get("href") ?? "", offset: this.bytesTo(open) };
      // A link without words is there all the same.
      if (this.link && this.link.href !== "") this.push({ text: "", ...this.link });
    }
    if (name === "img" && tag.attributes.get("alt")) this.say(` ${this.imageWords(tag.attributes.get("alt") ?? "")} `);
    if (!closing && BLOCK.has(name)) this.kind = kindOf(name);
  }

  /** An element is hidden until the tag that ends it. */
  private hide({ name, closing, attributes }: Tag) {
    if (VOID.has(name)) return;
    if (this.hidden) {
      if (name !== this.hidden.name) return;
      this.hidden.depth += closing ? -1 : 1;
      if (this.hidden.depth > 0) return;
      this.flush();
      this.hidden = undefined;
      return;
    }
    if (closing || !isHidden(attributes)) return;
    this.flush();
    this.hidden = { name, depth: 1 };
  }

  private say(raw: string) {
    if (raw === "" || this.length > MOST_BLOCK_TEXT) return;
    const text = decode(raw).replace(/\s+/g, " ");
    this.length += text.length;
    const last = this.pieces.at(-1);
    if (last && last.href === this.link?.href && last.offset === this.link?.offset) last.text += text;
    else this.push(this.link ? { text, ...this.link } : { text });
  }

  private push(piece: PagePiece) {
    this.pieces.push(piece);
    this.taken++;
  }

  private flush() {
    const said = ({ text, href }: PagePiece) => href !== undefined || text.trim() !== "";
    // The space between two links is part of the line, what lies before and behind it is not.
    const pieces = this.pieces.slice(this.pieces.findIndex(said), this.pieces.findLastIndex(said) + 1);
    if (pieces.length > 0) this.blocks.push({ kind: this.kind, pieces, hidden: this.hidden !== undefined, afterEnd: this.afterEnd });
    this.pieces = [];
    this.length = 0;
    this.kind = "text";
  }

  private bytesTo(index: number): number {
    this.byte += bytesOf(this.source, this.counted, index);
    this.counted = index;
    return this.byte;
  }
}

function kindOf(name: string): PageBlock["kind"] {
  if (name === "title") return "title";
  if (/^h[1-6]$/.test(name)) return "heading";
  return name === "li" ? "item" : "text";
}

/** The forms in which spam is hidden most often; the hub's own judge knows more. */
function isHidden(attributes: Map<string, string>): boolean {
  if (attributes.has("hidden")) return true;
  const style = (attributes.get("style") ?? "").toLowerCase().replace(/\s+/g, "");
  return /display:none|visibility:hidden|font-size:0|opacity:0(?![.\d])|(left|top|text-indent|margin-left):-\d{3,}/.test(style);
}

function readTag(source: string, open: number): Tag | null {
  const head = /^<(\/?)([a-zA-Z][^\s/>]*)/.exec(source.slice(open, open + 80));
  if (!head) return skipOdd(source, open);
  const start = open + head[0].length;
  const end = endOfTag(source, start);
  return {
    name: (head[2] ?? "").toLowerCase(),
    closing: head[1] === "/",
    attributes: readAttributes(source.slice(start, Math.min(end, start + MOST_TAG))),
    end: Math.min(end + 1, source.length),
  };
}

/** «<!doctype …>», «<?xml …>». */
function skipOdd(source: string, open: number): Tag | null {
  if (!/^<[!?]/.test(source.slice(open, open + 2))) return null;
  const end = source.indexOf(">", open);
  return { name: "", closing: true, attributes: new Map(), end: end < 0 ? source.length : end + 1 };
}

function endOfTag(source: string, start: number): number {
  let quote = "";
  const most = Math.min(source.length, start + MOST_TAG);
  for (let at = start; at < most; at++) {
    const character = source[at] ?? "";
    if (quote) {
      if (character === quote) quote = "";
    } else if (character === ">") return at;
    else if ((character === '"' || character === "'") && source[at - 1] === "=") quote = character;
  }
  // An attribute that never ends: the tag ends at the next bracket.
  const end = source.indexOf(">", start);
  return end < 0 ? source.length : end;
}

const ATTRIBUTE = /([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

function readAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = "", double, single, bare] of text.matchAll(ATTRIBUTE)) {
    const key = name.toLowerCase();
    if (!attributes.has(key)) attributes.set(key, decode(double ?? single ?? bare ?? ""));
  }
  return attributes;
}

/** Behind the element whose content is no text. */
function endOf(source: string, { name, end }: Tag): number {
  const close = new RegExp(`</${name}`, "gi");
  close.lastIndex = end;
  const found = close.exec(source);
  if (!found) return source.length;
  const bracket = source.indexOf(">", found.index);
  return bracket < 0 ? source.length : bracket + 1;
}

const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", copy: "©", reg: "®", laquo: "«", raquo: "»", ndash: "–", mdash: "—", hellip: "…", middot: "·", bull: "•", rarr: "→" };
const MARKS: Record<string, string> = { grave: "\u0300", acute: "\u0301", circ: "\u0302", tilde: "\u0303", uml: "\u0308" };

function decode(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{1,10});?/gi, (whole, name: string) => {
    if (name.startsWith("#")) return ofCode(/^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1)));
    const marked = /^([a-z])(grave|acute|circ|tilde|uml)$/i.exec(name);
    if (marked) return ((marked[1] ?? "") + (MARKS[(marked[2] ?? "").toLowerCase()] ?? "")).normalize("NFC");
    return Object.hasOwn(NAMED, name) ? (NAMED[name] ?? whole) : whole;
  });
}

function ofCode(code: number): string {
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : "\ufffd";
}

/** How many bytes of UTF-8 a part of the text takes. */
export function bytesOf(text: string, from: number, to: number): number {
  let bytes = 0;
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}

/** The line of a byte offset, from 1; null beyond the end. */
export function lineAt(text: string, offset: number): number | null {
  let bytes = 0;
  let line = 1;
  for (let at = 0; at < text.length; at++) {
    if (bytes >= offset) return line;
    bytes += bytesOf(text, at, at + 1);
    if (text[at] === "\n") line++;
  }
  return bytes >= offset ? line : null;
}
