// What every room of the mock hub uses: refusals, scope, pages.
import * as data from "./mock-data.mjs";

const CODES = { 401: "unauthenticated", 403: "denied", 404: "not_found", 409: "conflict", 422: "invalid" };

export class Refusal extends Error {
  constructor(status, vi, en, field, code = CODES[status]) {
    super(en);
    this.status = status;
    this.body = { code, message: { vi, en }, ...(field ? { field } : {}) };
  }
}
export const absent = () => new Refusal(404, "Không tìm thấy, hoặc không thuộc phạm vi của bạn.", "Not found, or outside your scope.");
export const find = (list, id) => list.find((item) => item.id === id) ?? (() => { throw absent(); })();
export const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
export const ref = (item) => ({ id: item.id, name: item.name });

export function below(ids) {
  const found = new Set(ids);
  for (const unit of data.units) if (found.has(unit.parent)) found.add(unit.id);
  return found;
}
export function scopeOf(context) {
  const mine = below(context.user.scope.map(({ id }) => id));
  if (context.query.unit === undefined) return mine;
  const chosen = Number(context.query.unit);
  if (!mine.has(chosen)) throw absent();
  return below([chosen]);
}
export function page(items, { cursor, limit }) {
  const start = Number(cursor ?? 0);
  const end = start + Number(limit ?? 200);
  return { items: items.slice(start, end), total: items.length, next: end < items.length ? String(end) : null };
}

/** A number between 0 and 1 that is always the same for the same words. */
export function chance(...words) {
  let hash = 2166136261;
  for (const character of words.join("|")) hash = Math.imul(hash ^ character.codePointAt(0), 16777619);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0x5bd1e995);
  return ((hash ^ (hash >>> 15)) >>> 0) / 4294967296;
}
export const today = () => new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
export const addDays = (day, count) => new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
export const both = (vi, en) => ({ vi, en });
export const unitRef = (id) => {
  const unit = data.units.find((one) => one.id === id) ?? data.endedUnits.find((one) => one.id === id);
  return { id, name: unit?.name ?? "" };
};
export const inScope = (context, list) => {
  const scope = scopeOf(context);
  return list.filter((item) => scope.has(item.unit.id));
};
export const ownOnly = (context) => scopeOf({ ...context, query: {} });
