import { createStore } from "./store";

interface Asking {
  answer: (proved: boolean) => void;
}

/** Set while a call waits for the person to prove who they are; the dialog of the session feature answers. */
export const stepUpAsked = createStore<Asking | null>(null);

let pending: Promise<boolean> | null = null;

/** Several calls that are refused together ask once. */
export function askStepUp(): Promise<boolean> {
  pending ??= new Promise<boolean>((resolve) => {
    stepUpAsked.set({
      answer: (proved) => {
        pending = null;
        stepUpAsked.set(null);
        resolve(proved);
      },
    });
  });
  return pending;
}
