import createClient from "openapi-fetch";

import type { paths } from "@/api/schema";

import { HubProblem, StepUpCancelled, isProblem } from "./problem";
import { askStepUp } from "./step-up";
import { createStore } from "./store";

/** The proof that a write comes from this page and not from another site; the hub gives it with the session. */
export const csrf = createStore("");

/** Called when the hub no longer knows the session. */
export const sessionLost = createStore(0);

/** The one place that calls fetch. */
async function guardedFetch(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await send(request);
  if (response.status === 401 && !isSignIn(request)) {
    sessionLost.set(sessionLost.get() + 1);
    return response;
  }
  if (response.status !== 403 || !(await wantsStepUp(response))) return response;
  if (!(await askStepUp())) throw new StepUpCancelled();
  return send(again);
}

function send(request: Request): Promise<Response> {
  if (request.method !== "GET") request.headers.set("X-Khien-Csrf", csrf.get());
  return fetch(request);
}

function isSignIn(request: Request): boolean {
  const { pathname } = new URL(request.url);
  // A wrong password on these is an answer, not a lost session.
  return request.method !== "GET" && (pathname.endsWith("/session") || pathname.startsWith("/api/v1/session/"));
}

async function wantsStepUp(response: Response): Promise<boolean> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return isProblem(body) && body.code === "step_up_required";
}

export const api = createClient<paths>({
  baseUrl: `${location.origin}/api/v1`,
  credentials: "same-origin",
  fetch: guardedFetch,
  // Ids and words are sent as they are; arrays as a,b,c (explode: false).
  querySerializer: { array: { style: "form", explode: false } },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer, or the hub's refusal as an error. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (response.ok) return data as T;
  if (isProblem(error)) throw new HubProblem(response.status, error);
  throw new Error(`${response.status} without a problem body`);
}
