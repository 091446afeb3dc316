// What one spec stands on: a hub, a browser and a person who signed in once. Each spec has its own, so two run side by side.
import { hubUnderTest, launch, listen, open, settled, signIn } from "./browser.mjs";

export async function stage() {
  const hub = await hubUnderTest();
  const browser = await launch();
  const storageState = await signedInState(hub, browser);

  /** A page of the signed-in person; the faults it gathers must stay empty. */
  async function visit(path, options = {}) {
    const context = await open(browser, { ...options, storageState });
    const page = await context.newPage();
    const faults = listen(page);
    await page.goto(hub.url + path);
    await settled(page);
    return { context, page, faults };
  }

  async function end() {
    await browser.close();
    hub.stop();
  }

  return { hub, browser, storageState, visit, end };
}

async function signedInState(hub, browser) {
  const context = await open(browser);
  await signIn(await context.newPage(), hub);
  const state = await context.storageState();
  await context.close();
  return state;
}

/** Put last in a spec: what the mock was asked and what it answered are all of the schema. */
export function keptToSchema(hub, t, assert) {
  if (!hub.mock) return t.skip("mock only");
  assert.deepEqual([...new Set(hub.faults)], []);
}
