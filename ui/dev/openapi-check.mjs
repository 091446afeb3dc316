// Holds every answer and every request of the mock hub against schema/openapi.yaml, so that the mock cannot drift.
import { readFileSync } from "node:fs";

import { load } from "js-yaml";

const document = load(readFileSync(new URL("../../schema/openapi.yaml", import.meta.url), "utf8"));

function resolve(schema) {
  return schema.$ref ? resolve(schema.$ref.slice(2).split("/").reduce((node, key) => node[key], document)) : schema;
}

const TYPES = {
  string: (value) => typeof value === "string",
  integer: (value) => Number.isSafeInteger(value),
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
  array: Array.isArray,
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/** The first thing wrong with the value, as «path: why»; null when all is well. */
export function findFault(reference, value, path = "") {
  const schema = resolve(reference);
  if (schema.oneOf) {
    const faults = schema.oneOf.map((option) => findFault(option, value, path));
    return faults.includes(null) ? null : faults.join(" and ");
  }
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => TYPES[type](value))) return `${path}: not ${types.join(" or ")}`;
  if (schema.enum && !schema.enum.includes(value)) return `${path}: ${value} is not one of ${schema.enum}`;
  if ("const" in schema && schema.const !== value) return `${path}: not ${schema.const}`;
  if (typeof value === "string") {
    if (schema.pattern && !new RegExp(schema.pattern, "u").test(value)) return `${path}: does not match ${schema.pattern}`;
    if (value.length < (schema.minLength ?? 0)) return `${path}: too short`;
    if (value.length > (schema.maxLength ?? Infinity)) return `${path}: too long`;
    if (schema.format === "date-time" && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return `${path}: not RFC 3339 UTC with milliseconds`;
  }
  if (typeof value === "number" && (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity))) return `${path}: out of range`;
  if (Array.isArray(value)) return findArrayFault(schema, value, path);
  return TYPES.object(value) ? findObjectFault(schema, value, path) : null;
}

function findArrayFault(schema, value, path) {
  if (value.length > (schema.maxItems ?? Infinity) || value.length < (schema.minItems ?? 0)) return `${path}: wrong number of items`;
  for (const [index, item] of value.entries()) {
    const fault = findFault(schema.items, item, `${path}[${index}]`);
    if (fault) return fault;
  }
  return null;
}

function findObjectFault(schema, value, path) {
  for (const name of schema.required ?? []) if (!(name in value)) return `${path}.${name}: missing`;
  for (const [name, item] of Object.entries(value)) {
    const property = schema.properties?.[name];
    if (!property && schema.additionalProperties === false) return `${path}.${name}: not in the schema`;
    const fault = property && findFault(property, item, `${path}.${name}`);
    if (fault) return fault;
  }
  return null;
}

export const operationIds = () => Object.values(document.paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId).filter(Boolean));

/** The operation for a method and a path below /api/v1, with its path parameters. */
export function findOperation(method, pathname) {
  for (const [template, item] of Object.entries(document.paths)) {
    const pattern = new RegExp(`^${template.replace(/\{(\w+)\}/g, "(?<$1>\\d+)")}$`);
    const match = pattern.exec(pathname);
    const operation = match && item[method.toLowerCase()];
    if (operation) return { operation, ids: Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, id]) => [name, Number(id)])) };
  }
  return null;
}

export function requestFault(operation, body, query) {
  const schema = operation.requestBody?.content["application/json"].schema;
  if (schema && body === undefined) return "body: missing";
  const known = new Map((operation.parameters ?? []).map(resolve).filter((parameter) => parameter.in === "query").map((parameter) => [parameter.name, parameter]));
  for (const [name, text] of query) {
    const parameter = known.get(name);
    if (!parameter) return `${name}: not a parameter`;
    const fault = findFault(parameter.schema, fromText(resolve(parameter.schema), text), name);
    if (fault) return fault;
  }
  return schema ? findFault(schema, body, "") : null;
}

function fromText(schema, text) {
  if (schema.type === "integer") return /^-?\d+$/.test(text) ? Number(text) : text;
  if (schema.type === "array") return text.split(",");
  if (schema.type === "boolean" && ["true", "false"].includes(text)) return text === "true";
  return text;
}

export function answerFault(operation, status, body) {
  const answer = operation.responses[String(status)];
  if (!answer) return status >= 400 ? findFault({ $ref: "#/components/schemas/Problem" }, body, "problem") : `status ${status} is not in the schema`;
  const schema = answer.content?.["application/json"]?.schema;
  return schema ? findFault(schema, body, "") : null;
}
