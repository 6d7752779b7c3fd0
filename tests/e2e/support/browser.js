// A monitored Chromium: console errors, requests to other hosts and stored data fail the test.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const quiet = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A page that a test writes itself has no address, so Chromium blocks its requests to this machine as an
  // attack.
  "--disable-features=LocalNetworkAccessChecks",
];

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    chromiumSandbox: process.getuid() !== 0, // Chromium refuses to use its sandbox as root
    args: quiet,
  });
}

/**
 * Opens a page for `body`. `expected` matches console errors that belong to the test (Chromium logs a 422
 * answer as one), `origins` are other servers it may use, `keeps` the cookies that may remain; all other
 * `options` go to Playwright, such as javaScriptEnabled.
 */
export async function inBrowser(demo, { expected, origins: others = [], keeps = [], ...options }, body) {
  const browser = await launch();
  try {
    const context = await browser.newContext({ locale: "en-GB", ...options });
    const page = await context.newPage();
    const seen = watch(page);
    try {
      await body(page);
      assert.deepEqual(seen.complaints.filter((text) => !expected?.test(text)), [], "the browser complained");
      const known = [demo.app, demo.site, demo.mailbox, ...others].map((url) => new URL(url).origin);
      assert.deepEqual([...seen.origins].filter((origin) => !known.includes(origin)), [], "a page fetched from elsewhere");
      const { cookies, origins } = await context.storageState({ indexedDB: true });
      const left = cookies.filter((cookie) => !keeps.includes(cookie.name));
      assert.deepEqual({ cookies: left, origins }, { cookies: [], origins: [] }, "a page left something behind");
    } catch (error) {
      const file = join(mkdtempSync(join(tmpdir(), "accord-e2e-screenshot-")), "page.png");
      await page.screenshot({ path: file, fullPage: true, timeout: 5_000 }).catch(() => {});
      console.error(`at ${page.url()}, screenshot: ${file}`);
      throw error;
    }
  } finally {
    await browser.close();
  }
}

/** Violations of a content security policy are console errors, too. */
export function watch(page) {
  const seen = { complaints: [], origins: new Set() };
  page.on("console", (message) => message.type() === "error" && seen.complaints.push(message.text()));
  page.on("pageerror", (error) => seen.complaints.push(String(error)));
  page.on("request", (request) => seen.origins.add(new URL(request.url()).origin));
  return seen;
}

/** The page's session storage, which Playwright's `storageState` leaves out. */
export async function assertNoSession(page) {
  assert.equal(await page.evaluate(() => sessionStorage.length), 0, `session storage of ${page.url()}`);
}

/** Fills in a form, on a page or in our element in another page. */
export async function fillIn(form, email) {
  await form.locator("input[name=email]").fill(email);
  for (const box of await form.locator("input[type=checkbox][name=consent]").all()) await box.check();
  await takeAMoment();
}

/** Nobody fills in a form or reads a page within a second; Accord takes anyone who does for a program. */
export const takeAMoment = () => new Promise((resume) => setTimeout(resume, 1_000));

/** A form's submit button, not another one that only acts in the page. */
export function sendButton(form) {
  return form.locator("button:not([type=button]), input[type=submit]").first();
}

/** The confirm button on the page behind a confirmation link. */
export function yesButton(page) {
  return page.locator('form[method=post]:not([action*="/decline"]):not([action*="/allow"]) button').first();
}
