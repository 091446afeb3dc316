import type { ShareMessage, SharePartner, Sharing } from "@/lib/api-types";

/** Pure: what the screen of sharing says, from what the hub says. */

export type Standing = { kind: "unset" } | { kind: "paused" } | { kind: "never" } | { kind: "sent"; at: string };

/** Pausing outranks an old success: who reads «đã gửi» must not believe that it goes on. */
export function standingOf(partners: SharePartner[]): Standing {
  const ready = partners.filter((partner) => partner.ready);
  if (ready.length === 0) return { kind: "unset" };
  if (ready.every(({ paused }) => paused)) return { kind: "paused" };
  const last = ready.map(({ last_success_at: at }) => at).filter((at) => at !== null).sort().at(-1);
  return last === undefined ? { kind: "never" } : { kind: "sent", at: last };
}

export interface UnitCounts {
  all: number;
  never: number;
  silent: number;
  regular: number;
}

export function unitCounts({ total, connected, regular }: Sharing["units"]): UnitCounts {
  return { all: total, never: total - connected, silent: connected - regular, regular };
}

export type UnitStanding = "never" | "silent" | "regular";

export function unitStanding({ connected, regular }: { connected: boolean; regular: boolean }): UnitStanding {
  return !connected ? "never" : regular ? "regular" : "silent";
}

/** Waits for its next try; what was accepted or given up waits for nothing. */
export const waits = ({ state }: Pick<ShareMessage, "state">) => state === "queued" || state === "sending" || state === "unclear";

/** So much of a long text as is drawn at once, never half a character. */
export function cutAt(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most);
}
