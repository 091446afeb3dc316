// The shipped content as the hub reads it: directives, registers, calendars, level rules. One truth, no copy here.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { CORE_SCHEMA, load } from "js-yaml";

const FOLDER = process.env.KHIEN_CONTENT ?? fileURLToPath(new URL("../../content", import.meta.url));

export const read = (text) => load(text, { schema: CORE_SCHEMA });

function all(folder) {
  const path = join(FOLDER, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => {
      const text = readFileSync(join(path, name), "utf8");
      return { ...read(text), text };
    });
}
const one = (name) => (existsSync(join(FOLDER, name)) ? read(readFileSync(join(FOLDER, name), "utf8")) : []);

export const directives = all("directives");
export const registers = all("registers");
export const calendars = all("calendars");
export const levelRules = all("levels").sort((a, b) => b.valid_from.localeCompare(a.valid_from));
export const requirementSets = all("requirements");
export const roles = one("law/roles.yaml");
export const metrics = one("law/metrics.yaml");
export const systems = one("law/systems.yaml");
export const known = (text) => (text === "unknown" || text === undefined ? null : text);
export const bothOf = (text) => (text && typeof text === "object" ? { vi: text.vi ?? "", en: text.en ?? text.vi ?? "" } : { vi: String(text ?? ""), en: String(text ?? "") });
