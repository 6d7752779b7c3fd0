// What a screen's queries cost where the database is far away: every answer passes a proxy that holds it back, so
// that the time of a query tells how many answers it waited for, one after another.
import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { screens, settle } from "../dashboard/screens.js";
import { startDashboard } from "../support/dashboard.js";

const timeout = 900_000;
/** In ms: many times what a statement takes. */
const held = 60;
/** Who asks is one; then the row, and what belongs to it. */
const most = 3;
/** Queries that need more, and why. */
const known = {};

/** Passes everything on to a server, answers later by `delay` ms. */
async function farAway(t, url) {
  const far = { delay: 0 };
  const server = net.createServer((near) => {
    const there = net.connect(Number(url.port), url.hostname);
    near.setNoDelay(true).on("error", () => there.destroy()).on("close", () => there.destroy());
    there.setNoDelay(true).on("error", () => near.destroy()).on("close", () => near.destroy());
    near.on("data", (bytes) => there.write(bytes));
    there.on("data", (bytes) => (far.delay ? setTimeout(() => near.write(bytes), far.delay) : near.write(bytes)));
  });
  await new Promise((resume) => server.listen(0, "127.0.0.1", resume));
  t.after(() => server.close());
  const through = new URL(url);
  through.port = server.address().port;
  return Object.assign(far, { url: through.href });
}

/** Every query that the screens ask, each once. */
async function asked(t, dashboard) {
  const page = await dashboard.open(t, dashboard.owner, "/");
  const queries = new Map();
  page.on("request", (request) => {
    if (request.method() !== "POST" || !request.url().endsWith("/graphql")) return;
    const { query, variables, operationName } = request.postDataJSON();
    if (!query?.trimStart().startsWith("mutation")) queries.set(operationName, { query, variables, operationName, path: new URL(page.url()).pathname });
  });
  for (const path of await screens(dashboard)) {
    await page.goto(dashboard.demo.app + path);
    await settle(page);
  }
  return [...queries.values()];
}

test("no query of a screen waits for the database more than three times", { timeout }, async (t) => {
  let far;
  const dashboard = await startDashboard(t, { through: async (url) => (far = await farAway(t, new URL(url))).url });
  dashboard.owner = await dashboard.member("Olga", "OWNER");
  const queries = await asked(t, dashboard);
  assert.ok(queries.length > 40, `only ${queries.length} queries were seen`);

  const context = await dashboard.browser.newContext({ storageState: dashboard.owner.state });
  t.after(() => context.close());
  const shortest = async (data, times) => {
    let shortest = Infinity;
    for (let turn = 0; turn < times; turn += 1) {
      const began = performance.now();
      const answer = await context.request.post(dashboard.demo.graphql, { headers: { Origin: dashboard.demo.app }, data });
      const { errors } = await answer.json();
      assert.equal(errors, undefined, data.operationName);
      shortest = Math.min(shortest, performance.now() - began);
    }
    return shortest;
  };
  const rounds = {};
  for (const { path, ...data } of queries) {
    far.delay = 0;
    // Also so that the connections have prepared the statements.
    const near = await shortest(data, 8);
    far.delay = held;
    rounds[`${data.operationName} (${path})`] = Math.round(((await shortest(data, 3)) - near) / held);
  }
  far.delay = 0;
  console.error(Object.entries(rounds).sort(([, a], [, b]) => b - a).map(([name, count]) => `${count} ${name}`).join("\n"));
  const over = Object.entries(rounds).filter(([name, count]) => count > (known[name.split(" ")[0]] ?? most));
  assert.deepEqual(over, []);
});
