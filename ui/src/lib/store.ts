import { useSyncExternalStore } from "react";

/** One value that lives outside React and tells its readers when it changes. */
export interface Store<T> {
  get: () => T;
  set: (value: T) => void;
  subscribe: (changed: () => void) => () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const readers = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      readers.forEach((changed) => changed());
    },
    subscribe: (changed) => {
      readers.add(changed);
      return () => readers.delete(changed);
    },
  };
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
