// A real Chromium, watched: whatever a page complains of, fetches elsewhere or leaves behind fails the test.
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
  // A page that a test writes itself comes from no address, so Chromium takes its visits to this machine
  // for an attack.
  "--disable-features=LocalNetworkAccessChecks",
];

/**
 * Opens a page for `body`. `expected` matches the complaints that belong to the story (Chromium counts an answer of
 * 422 as one), `origins` are those of other servers in it, `keeps` the cookies that may stay; everything else in
 * `options` is Playwright's, such as javaScriptEnabled.
 */
export async function inBrowser(demo, { expected, origins: others = [], keeps = [], ...options }, body) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    chromiumSandbox: process.getuid() !== 0, // Chromium refuses its sandbox to root
    args: quiet,
  });
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

/** Violations of a content security policy come as console errors, too. */
function watch(page) {
  const seen = { complaints: [], origins: new Set() };
  page.on("console", (message) => message.type() === "error" && seen.complaints.push(message.text()));
  page.on("pageerror", (error) => seen.complaints.push(String(error)));
  page.on("request", (request) => seen.origins.add(new URL(request.url()).origin));
  return seen;
}

/** What a page keeps for the length of a visit; Playwright's own look at storage leaves this out. */
export async function assertNoSession(page) {
  assert.equal(await page.evaluate(() => sessionStorage.length), 0, `session storage of ${page.url()}`);
}

/** Fills in a form, wherever it is shown: a page or our element in somebody else's page. */
export async function fillIn(form, email) {
  await form.locator("input[name=email]").fill(email);
  for (const box of await form.locator("input[type=checkbox][name=consent]").all()) await box.check();
  await takeAMoment();
}

/** Nobody fills in a form, or reads a page, within a second; Accord takes who does for a program. */
export const takeAMoment = () => new Promise((resume) => setTimeout(resume, 1_000));

/** A form's own button, not one beside it that only does something in the page. */
export function sendButton(form) {
  return form.locator("button:not([type=button]), input[type=submit]").first();
}

/** The button that says yes on the page behind a confirmation link. */
export function yesButton(page) {
  return page.locator('form[method=post]:not([action*="/decline"]):not([action*="/allow"]) button').first();
}
