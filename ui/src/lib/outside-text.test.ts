import { expect, test } from "vitest";

import { pieces, plain } from "./outside-text";

test("ordinary Vietnamese text is one piece, decomposed or not", () => {
  expect(pieces("/home/vanthu/Công văn hỏa tốc.doc")).toEqual([{ text: "/home/vanthu/Công văn hỏa tốc.doc", hidden: false }]);
  expect(pieces("Mỹ Châu".normalize("NFD"))).toHaveLength(1);
});

test("a right-to-left override is shown by its code point and no longer turns the name around", () => {
  expect(pieces("Hoa don \u202efdp.exe")).toEqual([
    { text: "Hoa don ", hidden: false },
    { text: "U+202E", hidden: true },
    { text: "fdp.exe", hidden: false },
  ]);
});

test.each([
  ["\u0000", "U+0000"],
  ["\u001b", "U+001B"],
  ["\u0085", "U+0085"],
  ["\u200b", "U+200B"],
  ["\u2066", "U+2066"],
  ["\u2028", "U+2028"],
  ["\ufeff", "U+FEFF"],
  ["\u061c", "U+061C"],
  ["\u{e0041}", "U+E0041"],
])("the hidden character %j becomes %s", (character, shown) => {
  expect(plain(`a${character}b`)).toBe(`a[${shown}]b`);
});

test("line breaks are kept only where the bytes are shown as they came", () => {
  expect(plain("a\nb")).toBe("a[U+000A]b");
  expect(pieces("a\n\tb", true)).toEqual([{ text: "a\n\tb", hidden: false }]);
});
