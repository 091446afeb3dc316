import { SEVERITIES, type LetterConfirmation, type LetterDetail } from "@/lib/api-types";

export type Found = LetterDetail["found"][number];
export type Field = Found["field"];
/** Fields of which a letter has one. */
export const SINGLE = ["number", "issued_on", "sender", "title", "due_on", "severity"] as const satisfies readonly Field[];
export type Single = (typeof SINGLE)[number];
export type Fault = "number" | "sender" | "title" | "issued_on" | "due_on" | "nothing" | "package";

export interface Mark {
  /** Index in `found`. */
  found: number;
  from: number;
  to: number;
}

export interface ProductDraft {
  /** Index in `found`. */
  found: number;
  chosen: boolean;
  purl: string;
}

export interface LetterDraft {
  values: Record<Single, string>;
  cves: { name: string; chosen: boolean }[];
  products: ProductDraft[];
}

export const CVE = /^CVE-\d{4}-\d{4,10}$/;
export const PURL = /^pkg:[a-z0-9.+-]+\/.+@.+$/;

/** The different readings of one field, the surest first. */
export function readingsOf(found: Found[], field: Single): Found[] {
  const rank = { certain: 0, likely: 1, choice: 2 };
  const seen = new Set<string>();
  return found
    .filter((one) => one.field === field && !seen.has(one.value) && seen.add(one.value))
    .sort((a, b) => rank[a.confidence] - rank[b.confidence]);
}

/** Several readings and none better: only a person can say. */
export function isAmbiguous(readings: Found[]): boolean {
  return readings.length > 1 && readings[0]?.confidence === "choice";
}

/** What the form begins with. Where readings are equal, nothing is chosen for the person. */
export function draftOf(found: Found[]): LetterDraft {
  const value = (field: Single) => {
    const readings = readingsOf(found, field);
    return isAmbiguous(readings) ? "" : (readings[0]?.value ?? "");
  };
  const names = [...new Set(found.filter(({ field }) => field === "cve").map(({ value: name }) => name))];
  return {
    values: Object.fromEntries(SINGLE.map((field) => [field, value(field)])) as Record<Single, string>,
    cves: names.map((name) => ({ name, chosen: CVE.test(name) })),
    products: found.flatMap((one, index) =>
      one.field === "product" ? [{ found: index, chosen: one.package !== null && one.confidence !== "choice", purl: one.package ?? "" }] : [],
    ),
  };
}

export function faultsOf({ values, cves, products }: LetterDraft): Fault[] {
  const faults: Fault[] = (["number", "sender", "title", "issued_on"] as const).filter((field) => values[field].trim() === "");
  if (values.due_on !== "" && values.issued_on !== "" && values.due_on < values.issued_on) faults.push("due_on");
  const chosen = products.filter((product) => product.chosen);
  if (chosen.some(({ purl }) => !PURL.test(purl.trim()))) faults.push("package");
  if (chosen.length === 0 && !cves.some((cve) => cve.chosen)) faults.push("nothing");
  return faults;
}

/** What is sent; only a draft without faults. */
export function confirmationOf({ values, cves, products }: LetterDraft): LetterConfirmation {
  const severity = SEVERITIES.find((one) => one === values.severity);
  return {
    number: values.number.trim(),
    sender: values.sender.trim(),
    title: values.title.trim(),
    issued_on: values.issued_on,
    due_on: values.due_on,
    ...(severity ? { severity } : {}),
    cves: cves.filter(({ chosen }) => chosen).map(({ name }) => name),
    fixes: [...new Set(products.filter(({ chosen }) => chosen).map(({ purl }) => purl.trim()))],
  };
}

/**
 * Where in the text each reading stands: the value inside its words, or all its words where it is written otherwise (a
 * day). What the text does not hold has no mark; marks never overlap, the first reading keeps the place.
 */
export function marksOf(text: string, found: Found[]): Mark[] {
  const marks: Mark[] = [];
  let after = 0;
  found.forEach((one, index) => {
    const words = one.words === "" ? one.value : one.words;
    let at = text.indexOf(words, after);
    if (at < 0) at = text.indexOf(words);
    if (at < 0 || words === "") return;
    const inside = one.value === "" ? -1 : words.indexOf(one.value);
    const from = inside < 0 ? at : at + inside;
    const to = inside < 0 ? at + words.length : from + one.value.length;
    if (marks.some((mark) => from < mark.to && mark.from < to)) return;
    marks.push({ found: index, from, to });
    after = at;
  });
  return marks.sort((a, b) => a.from - b.from);
}
