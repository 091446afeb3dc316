import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  RouterContextProvider,
  createMemoryHistory,
  createRootRoute,
  createRouter,
} from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { vi } from "vitest";

import type { Role, Session } from "./api-types";
import { sessionQuery } from "./queries";

/** One answer of the hub, by «METHOD /path» without the query. */
export type Answers = Record<string, [status: number, body?: unknown]>;

export interface Asked {
  method: string;
  path: string;
  csrf: string | null;
  body: unknown;
}

/** Stubs fetch with the answers; returns what was asked, in order. */
export function stubHub(answers: Answers | ((asked: Asked) => [number, unknown?])): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const text = await request.text();
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    const one: Asked = {
      method: request.method,
      path,
      csrf: request.headers.get("X-Khien-Csrf"),
      body: text ? JSON.parse(text) : undefined,
    };
    asked.push(one);
    const [status, body] = typeof answers === "function" ? answers(one) : (answers[`${one.method} ${path}`] ?? [404, problem("not_found")]);
    return new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: { "Content-Type": "application/json" },
    });
  });
  return asked;
}

export function problem(code: string, vi = "Lời của máy chủ", field?: string) {
  return { code, message: { vi, en: "The hub's words" }, ...(field ? { field } : {}) };
}

export function sessionOf(role: Role, change: Partial<Session> = {}): Session {
  return {
    user: { id: 1, name: "Trần Quốc Bảo" },
    role,
    scope: [{ id: 1, name: "Tỉnh Lam Giang" }],
    tenant: "Tỉnh Lam Giang",
    sample: false,
    csrf: "proof",
    must_change_password: false,
    totp_enabled: false,
    step_up_until: null,
    expires_at: "2026-11-22T12:00:00.000Z",
    ...change,
  };
}

/** Draws a view as a signed-in person, below a router that only knows its own address. */
export function show(view: ReactNode, role: Role = "province_admin") {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
  vi.stubGlobal("ResizeObserver", class { observe() {} disconnect() {} unobserve() {} });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(sessionQuery.queryKey, sessionOf(role));
  const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });
  return render(
    <RouterContextProvider router={router as never}>
      <QueryClientProvider client={client}>{view}</QueryClientProvider>
    </RouterContextProvider>,
  );
}
