// Every screen of the dashboard's routes: served, quiet, for everybody, on every window.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { excess, findings, still } from "../support/accessible.js";

const routes = readFileSync(new URL("../../../dashboard/src/routes.tsx", import.meta.url), "utf8");
const wide = { width: 1440, height: 900 };
const widths = [1024, 390];

/** Ids of what the screens with `$id` show, by the prefix of the ids. */
async function samples(dashboard) {
  const of = (name, more = "") => `${name}: ${name}(first: 1${more}) { nodes { id } }`;
  const lists = { contact: "contacts", company: "companies", deal: "deals", form: "forms", request: "requests", breach: "breaches", recipient: "recipients", erasure: "erasures" };
  const data = await dashboard.demo.gql(`{ ${Object.values(lists).map((name) => of(name)).join(" ")} purposes { id } }`);
  const ids = Object.entries(lists).map(([prefix, name]) => [prefix, data[name].nodes[0]?.id]);
  return { ...Object.fromEntries(ids), purpose: data.purposes[0].id };
}

/** The paths of all screens, with an object of the demo where they show one. */
export async function screens(dashboard) {
  const ids = await samples(dashboard);
  const found = [...routes.matchAll(/createRoute\(\{.*path: "([^"]+)".*/g)];
  assert.ok(found.length > 40, "the routes are written in another way");
  return found.map(([line, path]) => {
    if (!path.includes("$id")) return path;
    const id = ids[line.match(/shows: "(\w+)"/)[1]];
    assert.ok(id, `the demo has nothing to show at ${path}`);
    return (path.startsWith("/") ? path : `/deals/${path}`).replace("$id", id);
  });
}

/** Waits until the screen shows what it is about. */
export async function settle(page) {
  await page.locator("main h1").first().waitFor();
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"], .mantine-Skeleton-root'));
  await still(page);
}

/** Each language in one of the two themes, so that the contrast of both is audited. */
const readers = [
  { language: "en", locale: "en-GB", colorScheme: "light" },
  { language: "fr", locale: "fr-FR", colorScheme: "dark" },
];

/** What is wrong with any screen for this reader. */
async function complaints(t, dashboard, { language, ...look }) {
  const page = await dashboard.open(t, dashboard.owner, "/sign-in", { viewport: wide, reducedMotion: "reduce", language, ...look });
  const wrong = [];
  for (const path of await screens(dashboard)) {
    await page.goto(dashboard.demo.app + path);
    await settle(page);
    const say = (what) => wrong.push(`${path} (${language}): ${what}`);
    if ((await page.locator("html").getAttribute("lang")) !== language) say("another language");
    // The navigation is the same on every screen.
    for (const one of await findings(page, path === "/" ? [] : ["nav"])) say(one.slice(0, 300));
    for (const width of widths) {
      await page.setViewportSize({ width, height: 844 });
      const beyond = await page.evaluate(stages) ? await page.evaluate(moved) : await page.evaluate(excess);
      if (beyond) say(`${beyond} px beyond a window of ${width} px`);
    }
    await page.setViewportSize(wide);
  }
  return wrong;
}

/** Whether the screen is the board, whose stages are beside one another on every window. */
const stages = () => document.querySelector("[data-stage]") !== null;

/** How far all but the stages moves when one scrolls to the last stage. */
function moved() {
  const heading = document.querySelector("main h1");
  const before = heading.getBoundingClientRect().left;
  scrollTo(document.documentElement.scrollWidth, 0);
  const { left, right } = heading.getBoundingClientRect();
  scrollTo(0, 0);
  return Math.max(Math.abs(Math.round(left - before)), right - innerWidth, 0);
}

export default {
  "the program answers each screen's path with the dashboard, and no other": async (t, dashboard) => {
    const { app } = dashboard.demo;
    for (const path of await screens(dashboard)) {
      const answer = await fetch(app + path, { headers: { accept: "text/html" } });
      assert.equal(answer.status, 200, path);
      assert.match(answer.headers.get("content-type"), /^text\/html/, path);
      assert.match(answer.headers.get("content-security-policy"), /default-src 'none'/, path);
      assert.doesNotMatch(answer.headers.get("content-security-policy"), /unsafe|\*/, path);
    }
    for (const path of ["/nothing", "/assets/nothing.js", "/dealsx"]) assert.equal((await fetch(app + path)).status, 404, path);
  },
  "every screen can be used by everybody, in both languages and both themes, on every window": async (t, dashboard) => {
    const wrong = await Promise.all(readers.map((reader) => complaints(t, dashboard, reader)));
    assert.deepEqual(wrong.flat(), []);
  },
};
