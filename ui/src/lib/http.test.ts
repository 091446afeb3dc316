import { afterEach, expect, test, vi } from "vitest";

import { api, csrf, sessionLost, unwrap } from "./http";
import { HubProblem, StepUpCancelled } from "./problem";
import { stepUpAsked } from "./step-up";
import { problem, stubHub } from "./test-hub";

afterEach(() => vi.unstubAllGlobals());

const disable = () => unwrap(api.PATCH("/users/{user_id}", { params: { path: { user_id: 7 } }, body: { disabled: true } }));

test("writes carry the CSRF proof, reads do not", async () => {
  csrf.set("proof-1");
  const asked = stubHub({ "GET /units": [200, { items: [] }], "PATCH /users/7": [200, {}] });
  await unwrap(api.GET("/units"));
  await disable();
  expect(asked.map(({ csrf }) => csrf)).toEqual([null, "proof-1"]);
});

test("a step-up is asked once, and the refused call goes again with its body and the new proof", async () => {
  csrf.set("old");
  let proved = false;
  const asked = stubHub(() => (proved ? [200, {}] : [403, problem("step_up_required")]));
  const both = Promise.all([disable(), disable()]);
  await vi.waitFor(() => expect(stepUpAsked.get()).not.toBeNull());
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  proved = true;
  csrf.set("new");
  stepUpAsked.get()!.answer(true);
  await both;
  expect(asked).toHaveLength(4);
  expect(asked.at(-1)).toMatchObject({ body: { disabled: true }, csrf: "new" });
});

test("closing the step-up dialog does nothing and says nothing", async () => {
  const asked = stubHub({ "PATCH /users/7": [403, problem("step_up_required")] });
  const call = expect(disable()).rejects.toBeInstanceOf(StepUpCancelled);
  await vi.waitFor(() => expect(stepUpAsked.get()).not.toBeNull());
  stepUpAsked.get()!.answer(false);
  await call;
  expect(asked).toHaveLength(1);
});

test("a refusal is an error in the hub's own words", async () => {
  stubHub({ "PATCH /users/7": [403, problem("denied", "Không thuộc quyền của bạn")] });
  const error: unknown = await disable().catch((refusal: unknown) => refusal);
  expect(error).toBeInstanceOf(HubProblem);
  expect((error as HubProblem).problem.message.vi).toBe("Không thuộc quyền của bạn");
});

test("a 401 anywhere is a lost session, a wrong password is not", async () => {
  const before = sessionLost.get();
  stubHub(() => [401, problem("unauthenticated")]);
  await unwrap(api.POST("/session", { body: { username: "a", password: "b" } })).catch(() => undefined);
  expect(sessionLost.get()).toBe(before);
  await unwrap(api.GET("/units")).catch(() => undefined);
  expect(sessionLost.get()).toBe(before + 1);
});
