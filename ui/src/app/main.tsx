import "@/styles/fonts.css";
import "@/styles/tokens.css";
import "@/styles/base.css";

import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { languageReady } from "@/lib/i18n";
import { HubProblem } from "@/lib/problem";

import { SessionGate } from "./session-gate";

const MAX_RETRIES = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // The hub's refusal is an answer; only a lost connection is tried again.
      retry: (failures, error) => !(error instanceof HubProblem) && failures < MAX_RETRIES,
    },
  },
});

void languageReady.then(() => {
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={client}>
          <SessionGate />
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  );
});
