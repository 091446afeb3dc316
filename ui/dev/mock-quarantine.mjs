// What the mock hub holds in quarantine, and what was asked of its agents.
import { Refusal, absent, find, fold, inScope, page, ref } from "./mock-common.mjs";
import * as data from "./mock-data.mjs";

const items = [];
const orders = [];
let made = false;

/** A few findings that are closed already, as if their files had been taken. */
function held() {
  if (!made) {
    made = true;
    for (const { finding } of data.findings.filter(({ finding }) => finding.state === "resolved").slice(0, 12)) {
      items.push({
        id: items.length + 1, state: "held", machine: finding.asset, unit: finding.unit, path: finding.subject, sha256: "ab".repeat(32), size: 68,
        rule: finding.rule, automatic: items.length % 2 === 0, emptied: false, running: items.length === 1, two_persons: finding.subject.startsWith("/etc/"),
        held_at: finding.last_seen, restored_at: null,
      });
    }
  }
  return items;
}

function add(context, verb, thing, more = {}) {
  const { body = {}, user } = context;
  const order = {
    id: orders.length + 1, verb, state: "waiting", answer: null, machine: thing.machine, unit: thing.unit, finding: null, quarantine_item: null, path: "",
    insist: false, two_persons: false, reason: body?.reason ?? "", allow_until: null, created_at: data.iso(Date.now()), created_by: ref(user),
    expires_at: data.iso(Date.now() + 72 * 3_600_000), decided_at: null, decided_by: null, note: "", answered_at: null, ...more,
  };
  orders.unshift(order);
  data.record(user.username, `agent.${verb}`, `máy ${thing.machine.name}`);
  return order;
}

export const quarantineHandlers = {
  listQuarantine: (context) => {
    const { query } = context;
    const words = fold(query.q ?? "");
    const list = inScope(context, held())
      .filter((item) => query.view === "all" || item.state === "held")
      .filter((item) => !query.machine || item.machine.id === Number(query.machine))
      .filter((item) => fold(`${item.path} ${item.machine.name} ${item.unit.name}`).includes(words));
    return page(list, query);
  },
  listOrders: (context) => page(inScope(context, orders).filter(({ state }) => context.query.view !== "waiting_second" || state === "waiting_second"), context.query),
  orderQuarantine: (context) => {
    const found = data.findings.find(({ finding }) => finding.id === context.ids.finding_id)?.finding;
    if (!found) throw absent();
    return add(context, "quarantine", found, { finding: found.id, path: found.subject });
  },
  orderRestore: (context) => {
    const item = find(held(), context.ids.quarantine_item_id);
    const allow = data.iso(Date.parse(`${context.body.allow_until}T17:00:00Z`));
    return add(context, "restore", item, { quarantine_item: item.id, path: item.path, two_persons: item.two_persons, state: item.two_persons ? "waiting_second" : "waiting", allow_until: allow });
  },
  orderScan: (context) => {
    const machine = find(data.machines, context.ids.machine_id);
    return add(context, "scan", { machine: ref(machine), unit: machine.unit });
  },
  decideOrder: ({ ids, body, user }) => {
    const order = find(orders, ids.order_id);
    if (order.state !== "waiting_second") throw new Refusal(409, "Lệnh này không chờ người thứ hai.", "This order does not wait for a second person.");
    if (order.created_by.id === user.id) throw new Refusal(409, "Người duyệt phải khác người ra lệnh.", "The second person must be another one.");
    return Object.assign(order, { state: body.approve ? "waiting" : "declined", decided_at: data.iso(Date.now()), decided_by: ref(user), note: body.note ?? "" });
  },
};
