// What the end-to-end scripts share: the browser, signing in, and listening for faults.
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const requireFromUi = createRequire(new URL("../../ui/package.json", import.meta.url));
const { chromium } = requireFromUi("playwright-core");
const axeSource = readFileSync(requireFromUi.resolve("axe-core/axe.min.js"), "utf8");

const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--font-render-hinting=none"];
const CHROMIUM = process.env.KHIEN_CHROMIUM ?? "/usr/bin/chromium";

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
const QUIET_MS = 120;

export function launch() {
  if (!existsSync(CHROMIUM)) throw new Error(`No browser at ${CHROMIUM}; set KHIEN_CHROMIUM`);
  return chromium.launch({ executablePath: CHROMIUM, args: [...ARGS, `--disk-cache-dir=${mkdtempSync(join(tmpdir(), "khien-cache-"))}`] });
}

export async function open(browser, { viewport = DESKTOP, theme = "light", language = "vi", scale = 1, reducedMotion, storageState } = {}) {
  const context = await browser.newContext({ viewport, reducedMotion, deviceScaleFactor: scale, colorScheme: theme, locale: "vi-VN", timezoneId: "Asia/Ho_Chi_Minh", ignoreHTTPSErrors: true, storageState });
  await context.addInitScript(
    ([chosenTheme, chosenLanguage]) => {
      if (!localStorage.getItem("khien.theme")) localStorage.setItem("khien.theme", chosenTheme);
      if (!localStorage.getItem("khien.language")) localStorage.setItem("khien.language", chosenLanguage);
      window.__cls = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__cls += entry.value;
      }).observe({ type: "layout-shift", buffered: true });
    },
    [theme, language],
  );
  return context;
}

/** Console errors, page errors and policy violations, gathered into one list. */
export function listen(page) {
  const faults = [];
  page.on("pageerror", (error) => faults.push(`page error: ${error}`));
  page.on("console", (message) => {
    const text = message.text();
    // A refused request is an answer the page shows; the browser logs it all the same.
    if (message.type() === "error" && !/the server responded with a status of (401|403|404|409|422)/.test(text)) faults.push(text);
    else if (/Security Policy|Trusted/.test(text)) faults.push(text);
  });
  return faults;
}

export async function signIn(page, { url, user, password, newPassword, path = "/" }) {
  await page.goto(url + path);
  await page.locator('input[autocomplete="username"]').fill(user);
  await page.locator('input[autocomplete="current-password"]').fill(password);
  await page.locator('button[type="submit"]').click();
  const changing = page.locator('input[autocomplete="new-password"]').first();
  const main = page.locator("#main");
  await main.or(changing).first().waitFor();
  if (await changing.isVisible()) {
    if (!newPassword) throw new Error("The password must be changed: set KHIEN_NEW_PASSWORD");
    await page.locator('input[autocomplete="current-password"]').fill(password);
    for (const field of await page.locator('input[autocomplete="new-password"]').all()) await field.fill(newPassword);
    await page.locator('button[type="submit"]').click();
    await main.waitFor();
  }
}

/** Waits for what is on its way, and no longer: data, fonts, motion, and two frames that nothing more came with. */
export async function settled(page) {
  await page.waitForSelector("h1");
  // What was quiet before says nothing of what the last act set going.
  await page.evaluate(() => {
    window.__seen = undefined;
    // A browser keeps 250 of them, and counts no further.
    performance.clearResourceTimings();
  });
  await page.waitForFunction(
    (quiet) => {
      const requests = performance.getEntriesByType("resource").length;
      const bars = document.querySelector('[role="status"] > i + i');
      const moving = document.getAnimations().some(({ playState, effect }) => playState === "running" && effect?.getComputedTiming().endTime !== Infinity);
      const seen = bars || moving || document.fonts.status !== "loaded" ? -1 : requests;
      if (seen < 0 || window.__seen !== seen) {
        window.__seen = seen;
        window.__since = performance.now();
      }
      return seen >= 0 && performance.now() - window.__since >= quiet;
    },
    QUIET_MS,
  );
}

/** What axe finds: by all rules or by some, on the whole page or on what is not the frame around every page. */
export async function axe(page, { rules, framed = true } = {}) {
  if (!(await page.evaluate(() => "axe" in window))) {
    const devtools = await page.context().newCDPSession(page);
    // Not an injected script: the page's own policy stays as it is.
    await devtools.send("Runtime.evaluate", { expression: axeSource });
    await devtools.detach();
  }
  const runOnly = rules ? { type: "rule", values: rules } : ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const violations = await page.evaluate(
    async ([only, whole]) => {
      const main = document.getElementById("main");
      const frame = whole || !main ? [] : [main.parentElement.previousElementSibling, main.parentElement.querySelector("header")];
      // Every rule is run; only what breaks one is described in full. None of these rules reads a style sheet: none is fetched again.
      const result = await window.axe.run({ include: [document], exclude: frame }, { runOnly: only, resultTypes: ["violations"], preload: false });
      return result.violations;
    },
    [runOnly, framed],
  );
  return violations.map((violation) => `${violation.id}: ${violation.nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? node.failureSummary}`).join(" | ")}`);
}

/** Two frames: what React draws anew for another size is drawn. */
export const frames = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))));

export const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** The hub under test: the one of the environment, else the mock. */
export async function hubUnderTest(options) {
  const { KHIEN_URL, KHIEN_USER, KHIEN_PASSWORD } = process.env;
  if (KHIEN_URL) return { url: KHIEN_URL.replace(/\/$/, ""), user: KHIEN_USER, password: KHIEN_PASSWORD, newPassword: process.env.KHIEN_NEW_PASSWORD, mock: false, stop: () => undefined };
  const { startMockHub } = await import("../../ui/dev/mock-hub.mjs");
  return { ...(await startMockHub({ port: 0, ...options })), mock: true };
}
