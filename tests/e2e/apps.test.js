// Apps on origins of their own, in a real browser: they sign in, use every transport, and lose nothing when
// the server restarts.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { build } from "esbuild";
import { eventually, startDemo } from "../support/demo.js";
import { inBrowser } from "./support/browser.js";

const timeout = 180_000;
const PURPOSES = "{ purposes { id legalBasis } pipelines { id } journalHead }";
const CREATE = "mutation ($input: CreateContactInput!) { createContact(input: $input) { userErrors { code } } }";
const SIGN_IN = "mutation ($input: SignInInput!) { signIn(input: $input) { outcome userErrors { message } } }";
const DEVICE = "__Host-accord_device";

const { outputFiles } = await build({
  entryPoints: [new URL("app/app.js", import.meta.url).pathname],
  bundle: true,
  write: false,
  format: "iife",
  // clients/ is outside this folder but uses its packages.
  nodePaths: [new URL("node_modules", import.meta.url).pathname],
});
const script = outputFiles[0].text;

/** A server for the app's pages; `accord()` returns Accord's address. */
async function serveApp(t, host, accord) {
  const server = createServer((request, response) => {
    const page = `<!doctype html><html lang="en" data-accord="${accord()}"><title>App</title><script src="/app.js"></script></html>`;
    const [type, body] = request.url === "/app.js" ? ["text/javascript", script] : ["text/html", page];
    response.setHeader("content-type", `${type}; charset=utf-8`).end(body);
  });
  server.listen(0, host);
  await once(server, "listening");
  t.after(() => server.close());
  return `http://${host}:${server.address().port}`;
}

const call = (page, name, ...given) => page.evaluate(([name, given]) => window.app[name](...given), [name, given]);

async function signIn(page, demo) {
  await page.waitForFunction(() => window.app);
  const { workspace, email, password } = demo.member;
  const { data } = await call(page, "ask", SIGN_IN, { input: { workspace, email, password } });
  assert.deepEqual(data.signIn, { outcome: "SIGNED_IN", userErrors: [] });
}

async function signOut(page) {
  const { data } = await call(page, "ask", "mutation { signOut { signedOut } }");
  assert.equal(data.signOut.signedOut, true);
  const { errors } = await call(page, "ask", "{ viewer { role } }");
  assert.equal(errors[0].extensions.code, "UNAUTHENTICATED", "the app can read why it is refused");
}

/** Waits until all four have received entries up to `head` at least, each number once and in order. */
async function assertHeard(page, after, head) {
  // The demo goes on working: mails that were due leave, and are written down.
  const inOrder = ({ length }) => Array.from({ length }, (_, n) => after + 1 + n);
  const last = (heard) => Object.values(heard).every((positions) => positions.at(-1) >= head);
  await eventually("all four heard everything", async () => last(await page.evaluate(() => window.app.heard)), 40);
  const { heard, ended } = await page.evaluate(() => ({ heard: window.app.heard, ended: window.app.ended }));
  assert.deepEqual(ended, [], "a stream ended");
  for (const [client, positions] of Object.entries(heard)) assert.deepEqual(positions, inOrder(positions), client);
}

async function create(demo, basisPurposeId, count) {
  for (let n = 0; n < count; n++) {
    const { createContact } = await demo.gql(CREATE, { input: { givenName: `Live ${n}`, source: "INTEGRATION", basisPurposeId } });
    assert.deepEqual(createContact.userErrors, []);
  }
  return (await demo.gql("{ journalHead }")).journalHead;
}

test("an app on another origin signs in, follows with four clients, and a restart neither loses nor doubles an event", { timeout }, async (t) => {
  let demo = await startDemo(t);
  const app = await serveApp(t, "localhost", () => demo.app);
  // What a browser reports about a server that is down, and about the refusal after signing out.
  const expected = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|WebSocket connection to|status of 401|ERR_EMPTY_RESPONSE/;
  await inBrowser(demo, { expected, origins: [app], keeps: [DEVICE] }, async (page) => {
    const warnings = [];
    page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
    await page.goto(app);
    await signIn(page, demo);
    await call(page, "begin");
    assert.deepEqual(await call(page, "roles"), ["OWNER", "OWNER"]);

    const { purposes, pipelines, journalHead } = await demo.gql(PURPOSES);
    const basis = purposes.find((purpose) => purpose.legalBasis !== "CONSENT").id;
    const [columns, again] = await call(page, "board", pipelines[0].id);
    assert.ok(columns > 0 && again === columns, "graphcache answers from what it keeps");

    // Starts 20 entries back, so that each client has entries that it could receive twice.
    const after = journalHead - 20;
    await call(page, "follow", after);
    await assertHeard(page, after, await create(demo, basis, 3));
    await demo.stop();
    demo = await demo.restart(t);
    await assertHeard(page, after, await create(demo, basis, 3));
    await demo.stop("SIGKILL");
    demo = await demo.restart(t);
    await assertHeard(page, after, await create(demo, basis, 3));
    assert.deepEqual(warnings, [], "a client complained");

    await page.reload();
    await page.waitForFunction(() => window.app);
    await signOut(page);
  });
});

test("an app on another site keeps its session for that site alone", { timeout }, async (t) => {
  let demo;
  const app = await serveApp(t, "127.0.0.1", () => demo.app);
  demo = await startDemo(t, { settings: { ACCORD_APP_ORIGINS: app } });
  await inBrowser(demo, { expected: /status of 401/, origins: [app], keeps: [DEVICE] }, async (page) => {
    await page.goto(app);
    await signIn(page, demo);
    const cookies = await page.context().cookies();
    const session = cookies.find((cookie) => cookie.name === "__Host-accord_session");
    assert.deepEqual([session.sameSite, session.secure, session.httpOnly], ["None", true, true]);
    assert.equal(session.partitionKey, "http://127.0.0.1", "the browser keeps it for the app's site");
    await call(page, "begin");
    assert.deepEqual(await call(page, "roles"), ["OWNER", "OWNER"]);
    const { journalHead } = await demo.gql("{ journalHead }");
    await call(page, "follow", journalHead - 5);
    await assertHeard(page, journalHead - 5, journalHead);
    await page.reload();
    await page.waitForFunction(() => window.app);
    await signOut(page);
  });
});

test("an app that is not listed can neither sign in nor read why", { timeout }, async (t) => {
  const demo = await startDemo(t);
  const app = await serveApp(t, "127.0.0.1", () => demo.app);
  await inBrowser(demo, { expected: /blocked by CORS policy|ERR_FAILED|WebSocket connection to/, origins: [app] }, async (page) => {
    await page.goto(app);
    await page.waitForFunction(() => window.app);
    await assert.rejects(call(page, "ask", "{ viewer { role } }"), /Failed to fetch/);
    const { workspace, email, password } = demo.member;
    await assert.rejects(call(page, "ask", SIGN_IN, { input: { workspace, email, password } }), /Failed to fetch/);
    const opened = await page.evaluate(
      (url) =>
        new Promise((resolve) => {
          const socket = new WebSocket(url, "graphql-transport-ws");
          socket.onopen = () => resolve("open");
          socket.onclose = () => resolve("closed");
        }),
      demo.graphql.replace(/^http/, "ws"),
    );
    assert.equal(opened, "closed");
  });
});
