import { createStore, useStore } from "./store";

const TICK_MS = 30_000;

const now = createStore(Date.now());
setInterval(() => now.set(Date.now()), TICK_MS);

/** The time, fresh twice a minute, for «5 phút trước». */
export function useNow(): number {
  return useStore(now);
}
