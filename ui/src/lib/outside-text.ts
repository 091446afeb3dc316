/**
 * Text from outside (hostnames, paths, subjects, raw events) may hold characters that change how the rest of the
 * line is read: bidi controls turn «gpj.exe» around, controls and zero-width characters hide. They are shown by
 * their code point instead of being obeyed.
 */
export interface TextPiece {
  text: string;
  hidden: boolean;
}

// C0 and C1 controls, soft hyphen, Arabic letter mark, zero-width and bidi controls, line separators, word joiner and
// invisible operators, byte order mark, interlinear marks, variation tags.
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/u;
const LINE_BREAKS = new Set(["\n", "\t"]);

export function pieces(value: string, keepLines = false): TextPiece[] {
  const found: TextPiece[] = [];
  for (const character of value) {
    const hidden = HIDDEN.test(character) && !(keepLines && LINE_BREAKS.has(character));
    const last = found.at(-1);
    if (last && !last.hidden && !hidden) last.text += character;
    else found.push({ text: hidden ? codePoint(character) : character, hidden });
  }
  return found;
}

/** The same as one string, for titles and labels that cannot hold a mark. */
export function plain(value: string): string {
  return pieces(value)
    .map((piece) => (piece.hidden ? `[${piece.text}]` : piece.text))
    .join("");
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}
