import { useCallback, useState } from "react";

/**
 * What a person typed survives a lost session and a reload of this tab: it lies in the tab's own store, under the name
 * of the person, and goes when it was sent or thrown away.
 */
const PREFIX = "khien.draft.";

export function useDraft<T>(name: string, initial: T): [T, (value: T) => void, () => void] {
  const key = PREFIX + name;
  const [value, setValue] = useState<T>(() => read<T>(key) ?? initial);
  const change = useCallback(
    (next: T) => {
      setValue(next);
      try {
        sessionStorage.setItem(key, JSON.stringify(next));
      } catch {
        // A full or forbidden store only costs the draft.
      }
    },
    [key],
  );
  const discard = useCallback(() => sessionStorage.removeItem(key), [key]);
  return [value, change, discard];
}

/** Signing out leaves nothing behind for the next person at this machine. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}

function read<T>(key: string): T | null {
  const text = sessionStorage.getItem(key);
  if (!text) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
