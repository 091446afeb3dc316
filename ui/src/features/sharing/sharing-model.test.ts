import { expect, test } from "vitest";

import type { SharePartner } from "@/lib/api-types";

import { cutAt, standingOf, unitCounts, unitStanding } from "./sharing-model";

const partner = (change: Partial<SharePartner>) => ({ ready: true, paused: false, last_success_at: null, ...change }) as SharePartner;
const AT = "2026-11-25T04:00:00.000Z";

test("the answer: not set up, paused, never, or when it last went well", () => {
  expect(standingOf([])).toEqual({ kind: "unset" });
  expect(standingOf([partner({ ready: false, last_success_at: AT })])).toEqual({ kind: "unset" });
  expect(standingOf([partner({ paused: true, last_success_at: AT })])).toEqual({ kind: "paused" });
  expect(standingOf([partner({})])).toEqual({ kind: "never" });
  expect(standingOf([partner({ paused: true }), partner({ last_success_at: AT }), partner({ last_success_at: "2026-11-24T04:00:00.000Z" })])).toEqual({ kind: "sent", at: AT });
});

test("never connected, silent and regular add up to all", () => {
  expect(unitCounts({ total: 100, connected: 80, regular: 65 })).toEqual({ all: 100, never: 20, silent: 15, regular: 65 });
  expect(unitStanding({ connected: false, regular: false })).toBe("never");
  expect(unitStanding({ connected: true, regular: false })).toBe("silent");
  expect(unitStanding({ connected: true, regular: true })).toBe("regular");
});

test("a long text is cut between characters", () => {
  expect(cutAt("abc", 3)).toBe("abc");
  expect(cutAt("abcd", 3)).toBe("abc");
  expect(cutAt("ab😀d", 3)).toBe("ab");
});
