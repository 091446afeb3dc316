// Releases of content in the mock hub: one on its way, one that halted by itself, one that everybody has.
import { createHash } from "node:crypto";

import { Refusal, absent, ownOnly, ref, unitRef } from "./mock-common.mjs";
import * as data from "./mock-data.mjs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RINGS = ["lab", "one_percent", "ten_percent", "rest", "critical"];
const BAKE = { lab: 30, one_percent: 120, ten_percent: 360, rest: 360, critical: null };
const hash = (text) => createHash("sha256").update(text).digest("hex");
const same = (text) => ({ vi: text, en: text });
const START = Date.now();
const GATE = "1204 rules, 31877 hashes, 61 hits, 2200 misses, loaded in 412 ms, judged in 3180 ms (before: 3122 ms)";

function make(version, standing, ring, ageHours, more = {}) {
  return {
    version, sha256: hash(`release ${version}`), size: 2_310_000 + version * 4_096, standing, ring, emergency: false, halt: null, why: same(""),
    imported_at: data.iso(START - ageHours * HOUR), changed_at: data.iso(START - Math.max(0.7, ageHours / 3) * HOUR), issued_at: data.iso(START - (ageHours + 20) * HOUR),
    expires_at: data.iso(START + 75 * 24 * HOUR), signers: [hash("khóa An"), hash("khóa Bình")].sort(), ...more,
  };
}
const releases = [
  make(14, "rolling", "ten_percent", 7),
  make(13, "halted", "one_percent", 40, { halt: "failures", why: { vi: "Trình quét hỏng 2 lần vì bản này.", en: "The scanner failed 2 times because of it." } }),
  make(12, "done", "critical", 200),
  make(11, "rolled_back", "rest", 500, { why: same("Báo nhầm phần mềm một cửa của tỉnh <b>") }),
  make(10, "done", "critical", 800, { emergency: true }),
];
let trying = null;

// Which ring each machine has, and what it holds: the same on every start.
const ringOf = ({ id }) => (id === 2 ? "lab" : id < 5 ? "one_percent" : id < 12 ? "ten_percent" : id % 20 === 0 ? "critical" : "rest");
function fareOf(machine, release) {
  const place = RINGS.indexOf(ringOf(machine)) - RINGS.indexOf(release.ring);
  if (release.version === 13) return machine.id === 3 || machine.id === 4 ? "failed" : "none";
  if (release.standing === "rolled_back" || place > 0) return "none";
  if (release.version === 14) return machine.health === "silent" ? "none" : machine.id % 6 === 5 ? "given" : place === 0 ? "probation" : "good";
  return "none";
}
const machinesOf = (context) => data.machines.filter((machine) => ownOnly(context).has(machine.unit.id) && !data.revoked.has(machine.id));
const isSafe = (machine) => machine.id === 8;
const carriedBy = (context, release) =>
  machinesOf(context).filter((machine) => (release.version === 12 ? !["probation", "good"].includes(fareOf(machine, releases[0])) && !isSafe(machine) && machine.health !== "pending" : ["probation", "good"].includes(fareOf(machine, release)))).length;
const seen = (context, release) => ({ ...release, carrying: carriedBy(context, release) });
const place = (machine) => ({ machine: ref(machine), unit: unitRef(machine.unit.id) });

function detail(context, release) {
  const machines = machinesOf(context);
  const rings = RINGS.map((ring) => {
    const own = machines.filter((machine) => ringOf(machine) === ring);
    const count = (fare) => own.filter((machine) => fareOf(machine, release) === fare).length;
    const carrying = release.standing === "done" ? own.length : count("probation") + count("good");
    const begun = release.standing === "done" || !["halted", "rolled_back"].includes(release.standing) && RINGS.indexOf(ring) <= RINGS.indexOf(release.ring);
    return {
      ring, members: own.length, carrying, probation: count("probation"), given: count("given"), failed: count("failed"),
      lagging: begun ? own.length - carrying - count("given") - count("failed") : 0, silent: begun ? own.filter(({ health }) => health === "silent").length : 0, bake_minutes: BAKE[ring],
    };
  });
  const baked = release.standing === "rolling" ? 212 : 17;
  const answers = mayAct(context);
  const newest = releases[0] === release;
  return {
    release: seen(context, release), gate: GATE,
    trials: [false, true].map((previous) => ({ previous_worker: previous, rules: 1204, hashes: 31_877, hits: 61, misses: 2200, loaded_ms: previous ? 430 : 412, judged_ms: previous ? 3290 : 3180, before_ms: 3122 })),
    rings, baked_minutes: baked,
    next_ring_at: release.standing === "rolling" ? data.iso(Date.now() + (BAKE[release.ring] - baked) * MINUTE) : null,
    failures: machines.filter((machine) => fareOf(machine, release) === "failed").map((machine) => ({ ...place(machine), failures: 1, reason: "failed", detail: "worker: killed by signal 11 <b>", at: data.iso(START - 39 * HOUR) })),
    may: !answers ? [] : [...(release.standing === "rolling" ? ["halt"] : []), ...(release.standing === "paused" && newest ? ["resume"] : []), ...(["rolling", "paused", "done"].includes(release.standing) ? ["take_back"] : [])],
  };
}
const mayAct = ({ user }) => ["province_admin", "soc_operator"].includes(user.role) && user.scope.some(({ id }) => id === 1);
const find = (version) => releases.find((one) => one.version === version) ?? (() => { throw absent(); })();

export const releaseHandlers = {
  listContentReleases: (context) => {
    const machines = machinesOf(context);
    const count = (...fares) => machines.filter((machine) => fares.includes(fareOf(machine, releases[0])) && !isSafe(machine)).length;
    const safe = machines.filter(isSafe);
    const unheard = machines.filter(({ health }) => health === "pending").length;
    const probation = count("probation");
    return {
      items: machines.length === 0 ? [] : releases.map((one) => seen(context, one)), last_good: 12,
      machines: { total: machines.length, factory: 3, probation, good: Math.max(0, machines.length - probation - safe.length - unheard - 3), safe: safe.length, unheard },
      safe_machines: safe.map((machine) => ({ ...place(machine), at: data.iso(START - 2 * MINUTE) })),
      hold: { kind: "none", version: null, delay_hours: null },
      trust: { root_version: 2, expires_at: data.iso(START + 300 * 24 * HOUR), threshold: 2, keys: 3 },
      trying: mayAct(context) ? trying : null, may_start: context.user.role === "province_admin" && mayAct(context),
    };
  },
  getContentRelease: (context) => detail(context, find(Number(context.query.version))),
  startContentRelease: ({ body, user }) => {
    if (Buffer.from(body.content, "base64").length < 8) throw new Refusal(422, "Đây không phải bản cập nhật nội dung đã ký (.khienpack).", "This is not a signed release of content (.khienpack).", "content");
    trying = { version: 15, since: data.iso(Date.now()), ended_at: null, refusal: "" };
    data.record(user.username, "content.import", "content:15");
    return trying;
  },
  actOnContentRelease: (context) => {
    const { version, act, reason } = context.body;
    const release = find(version);
    if (!mayAct(context)) throw new Refusal(403, "Bản cập nhật nội dung là của toàn hệ thống. Chỉ người phụ trách toàn tỉnh được làm việc này.", "Content is everybody's. Only who answers for the whole province may do this.");
    if (!detail(context, release).may.includes(act)) throw new Refusal(409, "Bản này đang ở trạng thái không cho phép thao tác. Tải lại rồi thử lại.", "The release's state does not allow this. Reload and try again.");
    Object.assign(release, { standing: { halt: "paused", resume: "rolling", take_back: "rolled_back" }[act], why: same(reason ?? ""), changed_at: data.iso(Date.now()) });
    data.record(context.user.username, `content.${act === "take_back" ? "rollback" : act}`, `content:${version}`, reason);
    return detail(context, release);
  },
};
