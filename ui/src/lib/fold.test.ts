import { expect, test } from "vitest";

import { fold, typed } from "./fold";

test("marks, case and đ do not matter", () => {
  for (const text of ["Mỹ Châu", "MỸ CHÂU", "my chau", "Mỹ Châu".normalize("NFD")]) expect(fold(text)).toBe("my chau");
  expect(fold("Đặng Đình Đức")).toBe("dang dinh duc");
});

test("what is typed is stored composed and trimmed", () => {
  expect(typed("  Trường  ".normalize("NFD"))).toBe("Trường");
});
