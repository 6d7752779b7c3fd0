// Whether everybody can use a page: audited by axe, and without a horizontal scrollbar on a small telephone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4"];
const narrow = { width: 360, height: 800 };
const wide = { width: 1280, height: 800 };

/**
 * Audits the page as it is shown now, everything unfolded. axe needs timers, which stand still in a page without
 * scripts, so it reads a copy in a browser context that runs them.
 */
export async function assertAccessible(page) {
  const url = page.url();
  const body = await page.content();
  const copy = await copyPage(page);
  await copy.route(url, (route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" }));
  await copy.goto(url);
  await copy.unroute(url);
  await copy.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  assert.equal(await copy.locator("h1").count(), 1, `${url} has one heading of the first level`);
  await copy.setViewportSize(wide);
  assert.deepEqual(await copy.evaluate(squeezed), [], `${url} has text in a column of a few letters`);
  await copy.setViewportSize(narrow);
  assert.equal(await copy.evaluate(excess), 0, `${url} is wider than a small telephone`);
  assert.deepEqual(await findings(copy), [], url);
}

/** What axe finds in the page as it is now; `exclude`: selectors of what need not be looked at. */
export async function findings(page, exclude = []) {
  await page.evaluate(axe);
  const options = [exclude, runOnly];
  return page.evaluate(async ([exclude, runOnly]) => {
    const { violations } = await window.axe.run({ exclude }, { runOnly, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
  }, options);
}

/** Waits until nothing moves any more: what is half shown has less contrast. */
export function still(page) {
  return page.evaluate(async () => {
    await new Promise((resume) => requestAnimationFrame(() => requestAnimationFrame(resume)));
    const ending = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

/** Audits what a dialog or a fold shows now; the navigation is the same everywhere. */
export async function assertUsable(page) {
  await still(page);
  assert.deepEqual(await findings(page, ["nav"]), [], page.url());
}

/** How many pixels of the page are beyond the right edge. */
export function excess() {
  return document.documentElement.scrollWidth - document.documentElement.clientWidth;
}

/** Paragraphs with many words and hardly any width. */
function squeezed() {
  const texts = [...document.querySelectorAll("main p, main strong")].filter((one) => one.innerText.length > 15);
  return texts.filter((one) => one.getBoundingClientRect().width < 40).map((one) => one.innerText);
}

const copies = new WeakMap();
async function copyPage(page) {
  const browser = page.context().browser();
  if (!copies.has(browser)) {
    const dark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
    const context = await browser.newContext({ colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
    copies.set(browser, await context.newPage());
  }
  return copies.get(browser);
}
