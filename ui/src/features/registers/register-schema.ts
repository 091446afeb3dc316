import type { Text } from "@/lib/api-types";
import { isDay } from "@/lib/days";
import { typed } from "@/lib/fold";

import type { RegisterWords } from "./words";

/** The form of a register comes from its JSON Schema: no register is known by name here. */
export interface SchemaField {
  name: string;
  title: Text;
  hint?: Text;
  kind: "text" | "note" | "number" | "integer" | "date" | "enum" | "boolean" | "unit" | "email" | "phone";
  required: boolean;
  choices: { value: string; title: Text }[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

/** What the form holds: text for everything but yes and no. */
export type FormValues = Record<string, string | boolean | undefined>;

const LONG = 300;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

export function readSchema(schema: unknown): SchemaField[] {
  if (!isObject(schema) || !isObject(schema.properties)) return [];
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  return Object.entries(schema.properties)
    .filter((entry): entry is [string, Record<string, unknown>] => isObject(entry[1]))
    .map(([name, property]) => ({
      name,
      title: readTitle(property.title, name),
      ...(property.description === undefined ? {} : { hint: readTitle(property.description, "") }),
      kind: kindOf(property),
      required: required.has(name),
      choices: readChoices(property),
      ...numberAt(property, "minimum"),
      ...numberAt(property, "maximum"),
      ...numberAt(property, "maxLength"),
    }));
}

function readTitle(title: unknown, otherwise: string): Text {
  if (typeof title === "string") return { vi: title, en: title };
  if (isObject(title) && typeof title.vi === "string") return { vi: title.vi, en: typeof title.en === "string" ? title.en : title.vi };
  return { vi: otherwise, en: otherwise };
}

function kindOf({ type, format, enum: choices, maxLength }: Record<string, unknown>): SchemaField["kind"] {
  if (Array.isArray(choices)) return "enum";
  if (format === "date" || format === "email" || format === "phone" || format === "unit") return format;
  if (type === "boolean" || type === "integer" || type === "number") return type;
  return typeof maxLength === "number" && maxLength > LONG ? "note" : "text";
}

/** Titles of choices come as a list beside the choices or by choice. */
function readChoices({ enum: choices, titles }: Record<string, unknown>): SchemaField["choices"] {
  if (!Array.isArray(choices)) return [];
  return choices.map((choice, index) => {
    const value = String(choice);
    const title: unknown = Array.isArray(titles) ? titles[index] : isObject(titles) ? titles[value] : undefined;
    return { value, title: readTitle(title, value) };
  });
}

function numberAt<Name extends string>(property: Record<string, unknown>, name: Name): Partial<Record<Name, number>> {
  const value = property[name];
  return typeof value === "number" ? ({ [name]: value } as Record<Name, number>) : {};
}

export function valuesOf(fields: SchemaField[], record: Record<string, unknown>): FormValues {
  return Object.fromEntries(
    fields.map(({ name, kind }): [string, string | boolean] => {
      const value = record[name];
      if (kind === "boolean") return [name, value === true];
      return [name, typeof value === "string" || typeof value === "number" ? String(value) : ""];
    }),
  );
}

/** The object that is sent; what was left empty is not in it. */
export function fieldsOf(fields: SchemaField[], values: FormValues): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap(({ name, kind }): [string, unknown][] => {
      const value = values[name];
      if (kind === "boolean") return [[name, value === true]];
      const text = typed(String(value ?? ""));
      if (text === "") return [];
      return [[name, kind === "number" || kind === "integer" || kind === "unit" ? numberFrom(text) : text]];
    }),
  );
}

/** 1.250.000 and 12,5 as Vietnamese offices write them; 12.5 too, when only one dot stands there. */
export function numberFrom(text: string): number {
  const bare = text.replace(/\s/g, "");
  if (bare.includes(",")) return Number(bare.replace(/\./g, "").replace(",", "."));
  return Number(/^-?\d{1,3}(\.\d{3})+$/.test(bare) ? bare.replace(/\./g, "") : bare);
}

/** Each wrong field with the reason, in the words of the form. */
export function faultsOf(fields: SchemaField[], values: FormValues, words: RegisterWords, number: (value: number) => string): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const field of fields) {
    const fault = faultOf(field, typed(String(values[field.name] ?? "")), words, number);
    if (fault) faults[field.name] = fault;
  }
  return faults;
}

function faultOf(field: SchemaField, text: string, words: RegisterWords, number: (value: number) => string): string | null {
  if (field.kind === "boolean") return null;
  if (text === "") return field.required ? words.missing : null;
  if (field.kind === "number" || field.kind === "integer") {
    const value = numberFrom(text);
    if (!Number.isFinite(value)) return words.notNumber;
    if (field.kind === "integer" && !Number.isInteger(value)) return words.whole;
    if (field.minimum !== undefined && value < field.minimum) return words.atLeast(number(field.minimum));
    if (field.maximum !== undefined && value > field.maximum) return words.atMost(number(field.maximum));
  }
  if (field.kind === "phone" && !/^[+\d][\d .()-]{5,}$/.test(text)) return words.phone;
  if (field.kind === "email" && !/^[^\s@]+@[^\s@]+$/.test(text)) return words.email;
  if (field.kind === "date" && !isDay(text)) return words.missing;
  return null;
}
