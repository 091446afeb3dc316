// What units of the mock hub want of their machines. Effective settings are worked out by
// the rule of the hub, without dates: nearest unit, its role before every machine, locks.
import { createHash } from "node:crypto";

import { Refusal, absent, find, inScope, ref, scopeOf, today, unitRef } from "./mock-common.mjs";
import * as data from "./mock-data.mjs";

const SETTINGS = ["roots", "exclusions", "schedule", "files_per_second", "cpu_percent", "on_access", "removable_media", "quarantine_automatically", "third_party"];
const DAY = 86_400_000;
const policies = [];

function version(policy, number, state, shape, more = {}) {
  const text = JSON.stringify({ format: 1, ...shape, locked: shape.locked ?? [] });
  const one = {
    number, state, in_force: false, policy: text, digest: createHash("sha256").update(text).digest("hex"), valid_from: today(), valid_until: null,
    reason: "Theo Chỉ thị về bảo đảm an toàn thông tin mạng", written_at: data.iso(Date.now() - 3 * DAY), written_by: ref(data.users[1]),
    decided_at: null, decided_by: null, note: "", ...more,
  };
  if (state === "published") Object.assign(one, { decided_at: data.iso(Date.now() - 2 * DAY), decided_by: ref(data.users[0]) });
  policy.versions.unshift(one);
  return one;
}
function add(unit, role) {
  const policy = { id: policies.length + 1, unit: unitRef(unit), role, versions: [] };
  policies.push(policy);
  return policy;
}

const before = (days) => new Date(Date.now() + 7 * 3_600_000 - days * DAY).toISOString().slice(0, 10);
const province = add(1, "any");
version(province, 1, "published", { files_per_second: 1000, on_access: "notify" }, { valid_from: before(90) });
version(province, 2, "published", {
  schedule: { days: ["mon", "tue", "wed", "thu", "fri"], at: ["12:30"] }, files_per_second: 800, on_access: "notify",
  removable_media: "scan", quarantine_automatically: true, locked: ["on_access"],
}, { valid_from: before(20) });
version(add(1, "server"), 1, "published", { schedule: { days: ["sat", "sun"], at: ["22:00"] }, files_per_second: 200, cpu_percent: 30, third_party: "beside" }, { valid_from: before(20) });
version(add(2, "any"), 1, "draft", {
  roots: ["/data"], on_access: "off",
  exclusions: [{ path: "/data/kho-goi", reason: "bản sao kho gói phần mềm", until: before(-120) }, { sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", reason: "phần mềm một cửa bị báo nhầm", until: before(-30) }],
});

const held = (policy) => policy.versions.find(({ state, valid_from: from, valid_until: until }) => state === "published" && from <= today() && (!until || until >= today()));
const draftOf = (policy) => policy.versions.find(({ state }) => state === "draft") ?? null;
function summary(policy) {
  const inForce = held(policy) ?? null;
  const ahead = policy.versions.find(({ state, valid_from: from }) => state === "published" && from > today()) ?? null;
  return { id: policy.id, unit: policy.unit, role: policy.role, in_force: inForce && { ...inForce, in_force: true }, ahead, draft: draftOf(policy) };
}
function detail({ user }, policy) {
  const draft = draftOf(policy);
  const inForce = held(policy);
  return {
    policy: summary(policy), versions: policy.versions.map((one) => ({ ...one, in_force: one === inForce })),
    may_decide: Boolean(draft) && draft.written_by.id !== user.id && ["province_admin", "soc_operator"].includes(user.role),
  };
}
function parsed(body) {
  let shape;
  try {
    shape = JSON.parse(body.policy);
  } catch {
    throw new Refusal(422, "Dữ liệu không hợp lệ.", "Not valid.", "policy");
  }
  const open = shape.exclusions?.findIndex(({ until, path, sha256 }) => !until || !(path || sha256)) ?? -1;
  if (open >= 0) throw new Refusal(422, "Dữ liệu không hợp lệ.", "Not valid.", `exclusions[${open}].until`);
  return shape;
}
const roleOf = (machine) => (machine.id % 4 === 0 ? "server" : "workstation");

function effective(machine, more) {
  const chain = [];
  for (let unit = data.units.find(({ id }) => id === machine.unit.id); unit; unit = data.units.find(({ id }) => id === unit.parent)) chain.unshift(unit.id);
  const layers = policies.map((policy) => ({ policy, unit: policy.unit.id, role: policy.role, ...(held(policy) ? { number: held(policy).number, shape: JSON.parse(held(policy).policy) } : {}) })).filter(({ shape }) => shape);
  const all = more ? [...layers.filter(({ unit, role }) => unit !== more.unit || role !== more.role), more] : layers;
  const found = {};
  let locked = new Set();
  for (const unit of chain) {
    const here = new Set();
    for (const role of ["any", roleOf(machine)]) {
      const layer = all.find((one) => one.unit === unit && one.role === role);
      for (const setting of SETTINGS) {
        if (layer?.shape[setting] === undefined || locked.has(setting)) continue;
        const locks = (layer.shape.locked ?? []).includes(setting);
        found[setting] = { value: layer.shape[setting], layer, locked: locks };
        if (locks) here.add(setting);
      }
    }
    locked = new Set([...locked, ...here]);
  }
  return found;
}

export const policyHandlers = {
  listPolicies: (context) => {
    const scope = scopeOf(context);
    const machines = data.machines.filter(({ unit }) => scope.has(unit.id));
    const differing = machines.filter(({ id }) => id % 9 === 0).length;
    const waiting = machines.filter(({ id }) => id % 13 === 0 && id % 9 !== 0).length;
    return { counts: { machines: machines.length, in_line: machines.length - differing - waiting, differing, waiting }, items: inScope(context, policies).map(summary) };
  },
  createPolicy: (context) => {
    const { body, user } = context;
    const shape = parsed(body);
    const policy = policies.find(({ unit, role }) => unit.id === body.unit && role === body.role) ?? add(body.unit, body.role);
    if (draftOf(policy)) throw new Refusal(409, "Chính sách này đã có bản dự thảo. Hãy sửa bản đó.", "This policy has a draft already. Change that one.");
    version(policy, policy.versions.length + 1, "draft", shape, { reason: body.reason, valid_from: body.valid_from, valid_until: body.valid_until ?? null, written_by: ref(user), written_at: data.iso(Date.now()) });
    data.record(user.username, "policy.draft", `policy:${policy.id}`);
    return detail(context, policy);
  },
  getPolicy: (context) => detail(context, find(policies, context.ids.policy_id)),
  writePolicyDraft: (context) => {
    const { body, user } = context;
    const policy = find(policies, context.ids.policy_id);
    const shape = parsed(body);
    policy.versions = policy.versions.filter(({ state }) => state !== "draft");
    version(policy, policy.versions.length + 1, "draft", shape, { reason: body.reason, valid_from: body.valid_from, valid_until: body.valid_until ?? null, written_by: ref(user), written_at: data.iso(Date.now()) });
    return detail(context, policy);
  },
  previewPolicy: (context) => {
    const { body } = context;
    const shape = parsed(body);
    const scope = scopeOf({ ...context, query: { unit: body.unit } });
    const machines = data.machines.filter((machine) => scope.has(machine.unit.id) && (body.role === "any" || roleOf(machine) === body.role));
    const changes = new Map();
    const list = [];
    let heldBack = 0;
    for (const machine of machines) {
      const [old, next] = [effective(machine), effective(machine, { unit: body.unit, role: body.role, shape })];
      const differs = SETTINGS.filter((setting) => JSON.stringify(old[setting]?.value) !== JSON.stringify(next[setting]?.value));
      if (SETTINGS.some((setting) => shape[setting] !== undefined && next[setting]?.locked && next[setting].layer.unit !== body.unit)) heldBack += 1;
      for (const setting of differs) {
        const one = { setting, before: JSON.stringify(old[setting]?.value ?? null), after: JSON.stringify(next[setting]?.value ?? null), machines: 0 };
        const key = JSON.stringify(one);
        changes.set(key, { ...one, machines: (changes.get(key)?.machines ?? 0) + 1 });
      }
      if (differs.length > 0) list.push({ machine: ref(machine), unit: machine.unit, role: roleOf(machine), changes: differs });
    }
    return { machines: machines.length, touched: list.length, held_by_lock: heldBack, changes: [...changes.values()], list: list.slice(0, 200) };
  },
  decidePolicy: (context) => {
    const { body, user } = context;
    const policy = find(policies, context.ids.policy_id);
    const draft = draftOf(policy);
    if (draft?.digest !== body.read) throw new Refusal(409, "Không có bản dự thảo, hoặc bản dự thảo vừa được sửa. Hãy đọc lại.", "There is no draft, or it was changed just now. Read it again.");
    if (draft.written_by.id === user.id) throw new Refusal(409, "Người công bố phải khác người soạn.", "Who publishes it must be another person than who wrote it.");
    Object.assign(draft, { state: body.publish ? "published" : "declined", decided_at: data.iso(Date.now()), decided_by: ref(user), note: body.note ?? "" });
    data.record(user.username, body.publish ? "policy.publish" : "policy.decline", `policy:${policy.id}`);
    return detail(context, policy);
  },
  getMachinePolicy: ({ ids }) => {
    const machine = data.machines.find(({ id }) => id === ids.machine_id);
    if (!machine) throw absent();
    const found = effective(machine);
    const behind = machine.id % 13 === 0;
    const differs = machine.id % 9 === 0;
    return {
      role: roleOf(machine), desired: { version: 4, since: data.iso(Date.now() - 2 * DAY) },
      seen: {
        state: "in_force", version: behind ? 3 : 4, expires_at: data.iso(Date.now() + 28 * DAY), refusal: "none", received_at: data.iso(Date.now() - 600_000),
        differences: differs ? [{ setting: "files_per_second", why: "local" }] : [],
      },
      settings: SETTINGS.map((setting) => ({
        setting, value: JSON.stringify(found[setting]?.value ?? null),
        origin: found[setting] ? { policy: found[setting].layer.policy.id, unit: found[setting].layer.policy.unit, role: found[setting].layer.role, number: found[setting].layer.number, locked: found[setting].locked } : null,
      })),
      drift: [
        ...(behind ? [{ vi: "Máy chưa áp dụng phiên bản mới sau hơn 4 giờ.", en: "The machine has not taken its new version for more than 4 hours." }] : []),
        ...(differs ? [{ vi: "Tốc độ quét: tệp cấu hình của máy giữ riêng thiết lập này.", en: "Scan rate: is kept by the machine's own file." }] : []),
      ],
    };
  },
};
