import { createStore, useStore } from "./store";

/**
 * One event stream per browser, however many tabs are open: HTTP/1.1 allows six connections to a hub. The tab that
 * holds the lock listens and tells the others over a broadcast channel. Without a stream, every tab polls.
 */
export type LiveState = "connecting" | "live" | "polling";
export type LiveKind = "finding" | "machine" | "site" | "message" | "content" | "advisory" | "session_ended" | "poll";

interface LiveMessage {
  state?: LiveState;
  event?: LiveKind;
  hello?: true;
}

const POLL_MS = 30_000;
const KINDS = ["finding", "machine", "site", "message", "content", "advisory", "session_ended"] as const;

const state = createStore<LiveState>("connecting");

export function useLiveState(): LiveState {
  return useStore(state);
}

/** Starts listening; the answer stops it. */
export function startLive(onEvent: (kind: LiveKind) => void): () => void {
  const stop = new AbortController();
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("khien.live") : null;
  let leading = false;

  const tell = (message: LiveMessage) => {
    hear(message);
    channel?.postMessage(message);
  };
  const hear = (message: LiveMessage) => {
    if (message.state) state.set(message.state);
    if (message.event) onEvent(message.event);
    if (message.hello && leading) channel?.postMessage({ state: state.get() } satisfies LiveMessage);
  };
  const lead = () => {
    leading = true;
    return listen(tell, stop.signal);
  };

  channel?.addEventListener("message", (message: MessageEvent<LiveMessage>) => hear(message.data));
  channel?.postMessage({ hello: true } satisfies LiveMessage);
  const polling = setInterval(() => {
    if (state.get() !== "live") onEvent("poll");
  }, POLL_MS);

  // Without locks (old browser, plain HTTP) each tab listens for itself.
  const led = navigator.locks ? navigator.locks.request("khien.live", { signal: stop.signal }, lead) : lead();
  led.catch(() => undefined);

  return () => {
    stop.abort();
    clearInterval(polling);
    channel?.close();
    state.set("connecting");
  };
}

/** Holds the stream until told to stop. EventSource itself resumes with Last-Event-ID. */
function listen(tell: (message: LiveMessage) => void, stop: AbortSignal): Promise<void> {
  return new Promise((done) => {
    let source = open();
    let retry: ReturnType<typeof setTimeout> | undefined;

    function open(): EventSource {
      const opened = new EventSource("/api/v1/events");
      opened.addEventListener("open", () => tell({ state: "live" }));
      opened.addEventListener("error", () => {
        tell({ state: "polling" });
        // A refusal closes the source for good; ask again later.
        if (opened.readyState === EventSource.CLOSED) retry = setTimeout(() => (source = open()), POLL_MS);
      });
      for (const kind of KINDS) opened.addEventListener(kind, () => tell({ event: kind }));
      return opened;
    }

    stop.addEventListener("abort", () => {
      clearTimeout(retry);
      source.close();
      done();
    });
  });
}
