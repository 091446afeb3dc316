import { expect, test } from "vitest";

import { ownPage, readAskSearch } from "./help-search";

test("only a path of this interface is linked", () => {
  for (const good of ["/phat-hien?id=12", "/nghia-vu?cell=12.HU-1.5b", "/"]) expect(ownPage(good)).toBe(good);
  for (const bad of ["//x.example", "/\\x.example", "https://x.example", "javascript:alert(1)", "/a b", '/a"', "/<b>", undefined]) expect(ownPage(bad)).toBeUndefined();
});

test("a thing without its id is no thing", () => {
  expect(readAskSearch({ about: "finding", about_id: 12, page: "/phat-hien" })).toEqual({ about: "finding", about_id: "12", page: "/phat-hien" });
  expect(readAskSearch({ about: "finding" })).toEqual({});
  expect(readAskSearch({ about: "other", about_id: "1" })).toEqual({});
});
