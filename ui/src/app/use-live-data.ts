import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { startLive, type LiveKind } from "@/lib/live";

const GATHER_MS = 800;

/** What each kind of event makes stale. Lists in front of a person are not among them: nothing moves under the cursor. */
const STALE: Record<LiveKind, string[][]> = {
  finding: [["findings", "peek"], ["findings", "detail"], ["overview"]],
  machine: [["machines", "detail"], ["overview"], ["enrolment-tokens"]],
  site: [["sites", "detail"], ["overview"]],
  message: [["messages", "bell"]],
  content: [["content"]],
  advisory: [["advisories", "detail"], ["advisories", "feeds"], ["overview"]],
  poll: [["findings", "peek"], ["findings", "detail"], ["machines", "detail"], ["sites", "detail"], ["content"], ["advisories", "detail"], ["overview"], ["messages", "bell"]],
  session_ended: [["session"]],
};

/** Brings live events to the queries, gathered so that a storm of events asks the hub once. */
export function useLiveData(signedIn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!signedIn) return;
    const waiting = new Set<LiveKind>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = startLive((kind) => {
      waiting.add(kind);
      timer ??= setTimeout(() => {
        timer = undefined;
        invalidate(client, waiting);
        waiting.clear();
      }, GATHER_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [client, signedIn]);
}

function invalidate(client: QueryClient, kinds: Set<LiveKind>) {
  const keys = new Map([...kinds].flatMap((kind) => STALE[kind]).map((key) => [key.join(), key]));
  for (const queryKey of keys.values()) void client.invalidateQueries({ queryKey });
}
