import { expect, test } from "vitest";

import { confirmationOf, draftOf, faultsOf, isAmbiguous, marksOf, readingsOf, type Found } from "./letter-model";

const reading = (field: Found["field"], value: string, change: Partial<Found> = {}): Found => ({ field, value, fixed: "", package: null, confidence: "certain", words: value, ...change });
const whole = [
  reading("number", "18/NCSC"),
  reading("sender", "Trung tâm", { confidence: "likely" }),
  reading("title", "Lỗ hổng"),
  reading("issued_on", "2026-11-20", { words: "ngày 20 tháng 11 năm 2026" }),
  reading("cve", "CVE-2026-31337"),
  reading("cve", "CVE-2026-31337"),
];

test("the surest reading stands in the form; equal ones are left to the person", () => {
  const found = [...whole, reading("due_on", "2026-12-05", { confidence: "choice" }), reading("due_on", "2026-12-10", { confidence: "choice" })];
  expect(isAmbiguous(readingsOf(found, "due_on"))).toBe(true);
  const draft = draftOf(found);
  expect(draft.values).toMatchObject({ number: "18/NCSC", sender: "Trung tâm", issued_on: "2026-11-20", due_on: "" });
  expect(draft.cves).toEqual([{ name: "CVE-2026-31337", chosen: true }]);
});

test("a guess never stands before what is certain", () => {
  expect(readingsOf([reading("number", "7", { confidence: "likely" }), reading("number", "8")], "number").map(({ value }) => value)).toEqual(["8", "7"]);
});

test("a product of unknown package is shown and not sent", () => {
  const draft = draftOf([...whole, reading("product", "FortiOS"), reading("product", "OpenSSL", { package: "pkg:deb/debian/openssl@3.0.15" })]);
  expect(draft.products.map(({ chosen }) => chosen)).toEqual([false, true]);
  expect(confirmationOf(draft)).toEqual({ number: "18/NCSC", sender: "Trung tâm", title: "Lỗ hổng", issued_on: "2026-11-20", due_on: "", cves: ["CVE-2026-31337"], fixes: ["pkg:deb/debian/openssl@3.0.15"] });
});

test("what is missing or contradicts itself is named", () => {
  const empty = draftOf([]);
  expect(faultsOf(empty)).toEqual(["number", "sender", "title", "issued_on", "nothing"]);
  const draft = draftOf(whole);
  expect(faultsOf(draft)).toEqual([]);
  expect(faultsOf({ ...draft, values: { ...draft.values, due_on: "2026-11-19" } })).toEqual(["due_on"]);
  expect(faultsOf({ ...draft, products: [{ found: 0, chosen: true, purl: "openssl 3" }] })).toEqual(["package"]);
});

test("a mark is on the value inside its words, on all its words where the value is written otherwise", () => {
  const text = "Số: 18/NCSC\nngày 20 tháng 11 năm 2026: CVE-2026-31337, CVE-2026-31337";
  const found = [reading("number", "18/NCSC", { words: "Số: 18/NCSC" }), ...whole.slice(3)];
  expect(marksOf(text, found).map(({ from, to }) => text.slice(from, to))).toEqual(["18/NCSC", "ngày 20 tháng 11 năm 2026", "CVE-2026-31337"]);
});

test("what the text does not hold has no mark, and marks never overlap", () => {
  const text = "hạn 05/12/2026";
  expect(marksOf(text, [reading("due_on", "2026-12-05", { words: "hạn 05/12/2026" }), reading("issued_on", "2026-12-05", { words: "05/12/2026" }), reading("title", "", { words: "" }), reading("sender", "Không có")])).toHaveLength(1);
});
