// Whether everybody can use a page: audited by axe, and without a horizontal scrollbar on a small telephone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4"];
const width = 360;

/**
 * Audits the page as it is shown now, everything unfolded. axe needs timers, which stand still in a page without
 * scripts, so it reads a copy in a browser context with them.
 */
export async function assertAccessible(page) {
  const url = page.url();
  const dark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
  const body = await page.content();
  const context = await page.context().browser().newContext({ colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
  try {
    const copy = await context.newPage();
    await copy.route(url, (route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" }));
    await copy.goto(url);
    await copy.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
    await copy.evaluate(axe);
    assert.equal(await copy.locator("h1").count(), 1, `${url} has one heading of the first level`);
    await copy.setViewportSize({ width, height: 800 });
    if (process.env.SHOTS) { await copy.screenshot({ path: `${process.env.SHOTS}/${shot(copy, dark, width)}`, fullPage: true }); await copy.setViewportSize({ width: 1280, height: 800 }); await copy.screenshot({ path: `${process.env.SHOTS}/${shot(copy, dark, 1280)}`, fullPage: true });await copy.setViewportSize({ width, height: 800 }); }
    const found = await copy.evaluate(async (runOnly) => {
      const { violations } = await window.axe.run(document, { runOnly, resultTypes: ["violations"] });
      const { scrollWidth, clientWidth } = document.documentElement;
      const wide = scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} px too wide`] : [];
      return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`)).concat(wide);
    }, runOnly);
    if (process.env.SHOTS) { if (found.length) console.error(url, width, found); return; }
    assert.deepEqual(found, [], `${url} at ${width} px`);
  } finally {
    await context.close();
  }
}
let n = 100;
function shot(copy, dark, width) { if (width === 360) n += 1; return `${process.env.PART ?? ""}${n}-${new URL(copy.url()).pathname.replace(/v1[^/]*/, "T").replaceAll("/", "_")}-${dark ? "fr" : "en"}-${width}.png`; }
