// Selling on the board, against a running demo: `ACCORD_URL` serves the dashboard and the API; `ACCORD_WORKSPACE`,
// `ACCORD_EMAIL` and `ACCORD_PASSWORD` sign in an OWNER; `ACCORD_KEY` is the key by which somebody else acts.
// Run it by `node --test tests/browser/board.journey.js`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";

const { ACCORD_URL: app = "http://localhost:8080", ACCORD_WORKSPACE: workspace, ACCORD_EMAIL: email, ACCORD_PASSWORD: password, ACCORD_KEY: key } = process.env;
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
let pipeline;
let signedIn;
before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", chromiumSandbox: process.getuid() !== 0 });
  pipeline = await makePipeline();
  // Once for all tests: sign-ins are limited.
  const context = await browser.newContext();
  const answer = await context.request.post(`${app}/graphql`, {
    headers: { "Content-Type": "application/json", Origin: app },
    data: { query: `mutation ($input: SignInInput!) { signIn(input: $input) { outcome } }`, variables: { input: { workspace, email, password } } },
  });
  const { data, errors } = await answer.json();
  assert.equal(data?.signIn.outcome, "SIGNED_IN", JSON.stringify(errors));
  signedIn = await context.storageState();
  await context.close();
});
after(async () => {
  await clearPipeline();
  await browser?.close();
});

/** Somebody else, at another desk. */
async function elsewhere(query, variables = {}) {
  const answer = await fetch(`${app}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  for (const payload of Object.values(data)) assert.deepEqual(payload?.userErrors ?? [], []);
  return data;
}

async function makePipeline() {
  const stages = [["New", "OPEN", 10], ["Talking", "OPEN", 40], ["Agreed", "OPEN", 80], ["Won", "WON", 100], ["Lost", "LOST", 0]];
  const { createPipeline } = await elsewhere(
    `mutation ($input: CreatePipelineInput!) { createPipeline(input: $input) { pipeline { id stages { id name } } userErrors { message } } }`,
    { input: { name: `Journey ${Date.now()}`, currency: "EUR", stages: stages.map(([name, kind, probability]) => ({ name, kind, probability })) } },
  );
  return { id: createPipeline.pipeline.id, stage: Object.fromEntries(createPipeline.pipeline.stages.map(({ id, name }) => [name, id])), deals: [] };
}

async function addDeal(title, stage = "New", more = {}) {
  const { createDeal } = await elsewhere(`mutation ($input: CreateDealInput!) { createDeal(input: $input) { deal { id } userErrors { message } } }`, {
    input: { title, stageId: pipeline.stage[stage], ownerId: null, ...more },
  });
  pipeline.deals.push(createDeal.deal.id);
  return createDeal.deal.id;
}

/** Leaves nothing behind: open deals are archived, then the pipeline. */
async function clearPipeline() {
  if (!pipeline) return;
  const { deals } = await elsewhere(`query ($id: ID!) { deals(first: 100, filter: { pipeline: { in: [$id] } }) { nodes { id } } }`, { id: pipeline.id });
  for (const { id } of deals.nodes) await elsewhere(`mutation ($id: ID!) { archiveDeal(input: { dealId: $id }) { userErrors { message } } }`, { id });
  await elsewhere(`mutation ($id: ID!) { archivePipeline(input: { pipelineId: $id }) { userErrors { message } } }`, { id: pipeline.id });
}

const moveElsewhere = (id, stage) =>
  elsewhere(`mutation ($input: MoveDealInput!) { moveDeal(input: $input) { userErrors { message } } }`, { input: { dealId: id, toStageId: pipeline.stage[stage] } });
const dealNow = async (id) =>
  (await elsewhere(`query ($id: ID!) { deal(id: $id) { title version amount { decimal } expectedCloseOn stage { name } above { id } lossReason { label } timeline(first: 20) { nodes { event } } activities(first: 5) { nodes { kind subject body } } } }`, { id })).deal;

/** A signed-in page on the board. `expected`: console errors that belong to the test. */
async function desk(t, { path = `/deals?pipeline=${pipeline.id}`, expected, ...options } = {}) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1440, height: 900 }, storageState: signedIn, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && !expected?.test(message.text()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  t.after(() => assert.deepEqual(complaints, [], "the browser complained"));
  const asked = [];
  page.on("request", (request) => request.url().endsWith("/graphql") && request.method() === "POST" && asked.push(request.postDataJSON()?.operationName));
  await page.goto(app + path);
  return { page, context, asked };
}

const column = (page, name) => page.locator("section", { has: page.getByRole("heading", { level: 2, name, exact: true }) });
const card = (page, id) => page.locator(`[data-deal="${id}"]`);
const inColumn = (page, name, id) => column(page, name).locator(`[data-deal="${id}"]`);

async function drag(page, id, target, { release = true } = {}) {
  const from = await card(page, id).boundingBox();
  const to = await target.boundingBox();
  await page.mouse.move(from.x + 60, from.y + 30);
  await page.mouse.down();
  await page.mouse.move(from.x + 70, from.y + 38, { steps: 4 });
  await page.mouse.move(to.x + 90, to.y + Math.min(50, to.height / 2), { steps: 12 });
  await page.waitForTimeout(150);
  if (release) await page.mouse.up();
}

/** Findings of axe-core in the whole page. */
async function audit(page) {
  await page.evaluate(axeSource);
  const findings = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ["violations"] })).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`));
  assert.deepEqual(findings, []);
}

describe("the board", { concurrency: 1 }, () => {
  test("asks once, and shows every stage with its totals", async (t) => {
    await addDeal("Ten lamps", "New", { amount: { amountMinor: "125000", currency: "EUR" } });
    await addDeal("Two lamps in Zürich", "New", { amount: { amountMinor: "90000", currency: "CHF" } });
    const { page, asked } = await desk(t);
    await card(page, pipeline.deals[0]).waitFor();
    assert.equal(asked.filter((name) => /Board|Stage|Deal|Pipeline/.test(name)).length, 1, `one query: ${asked}`);
    const sums = await column(page, "New").locator("[data-sums]").innerText();
    assert.match(sums, /€1,250/);
    assert.match(sums, /CHF\s*900/);
    assert.match(await page.title(), /^Deals · /);
    await audit(page);
  });

  test("moves by mouse, within a stage and to another one", async (t) => {
    const [a, b] = [await addDeal("Below"), await addDeal("On top")];
    const { page } = await desk(t);
    await card(page, a).waitFor();
    await drag(page, b, card(page, a));
    await page.waitForTimeout(500);
    await page.waitForFunction(([a, b]) => document.querySelector(`[data-deal="${a}"]`).getBoundingClientRect().top < document.querySelector(`[data-deal="${b}"]`).getBoundingClientRect().top, [a, b]);
    await drag(page, a, column(page, "Talking"));
    await inColumn(page, "Talking", a).waitFor();
    await page.waitForTimeout(600);
    assert.equal((await dealNow(b)).above, null, "the lower one left, so this is the topmost again");
    assert.equal((await dealNow(a)).stage.name, "Talking");
  });

  test("shows within 300 ms what somebody else moves, and who did it", async (t) => {
    const id = await addDeal("Moved by another");
    const { page } = await desk(t);
    await inColumn(page, "New", id).waitFor();
    await page.waitForTimeout(500);
    await page.evaluate(([id, stage]) => {
      const seen = () => document.querySelector(`[data-stage="${stage}"] [data-deal="${id}"]`) && (window.seenAt ??= Date.now());
      new MutationObserver(seen).observe(document.body, { subtree: true, childList: true });
    }, [id, pipeline.stage.Agreed]);
    await moveElsewhere(id, "Agreed");
    const done = Date.now();
    await inColumn(page, "Agreed", id).getByText("An integration moved this").waitFor();
    const after = (await page.evaluate(() => window.seenAt)) - done;
    t.diagnostic(`seen ${after} ms after the answer to the other`);
    assert.ok(after < 300, `seen after ${after} ms`);
  });

  test("loses neither move when two people drag the same deal", async (t) => {
    const id = await addDeal("Wanted by two");
    const { page } = await desk(t);
    await card(page, id).waitFor();
    await drag(page, id, column(page, "Talking"), { release: false });
    await moveElsewhere(id, "Agreed");
    await page.waitForTimeout(500);
    await page.mouse.up();
    await page.getByText(/had moved “Wanted by two” to Agreed at the same time/).waitFor();
    await inColumn(page, "Talking", id).waitFor();
    assert.equal((await dealNow(id)).timeline.nodes.filter(({ event }) => event === "deal.moved").length, 2, "the history has both");
    await page.getByRole("button", { name: "Undo" }).click();
    await inColumn(page, "Agreed", id).waitFor();
  });

  test("puts a card back when the server cannot be reached, and says why", async (t) => {
    const id = await addDeal("Goes nowhere");
    const { page, context } = await desk(t, { expected: /Failed to load resource|ERR_INTERNET|WebSocket/ });
    await card(page, id).waitFor();
    await context.setOffline(true);
    await drag(page, id, column(page, "Agreed"));
    await page.getByText(/could not be moved and is back in New/).waitFor();
    await inColumn(page, "New", id).waitFor();
    await context.setOffline(false);
    assert.equal((await dealNow(id)).stage.name, "New");
  });

  test("asks why a deal is lost, and takes it back", async (t) => {
    const id = await addDeal("Almost lost", "Talking");
    const { page } = await desk(t);
    await card(page, id).focus();
    await page.keyboard.press("m");
    await page.getByRole("radio", { name: "Lost", exact: true }).check();
    await page.getByRole("button", { name: "Move", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Why was it lost?" });
    await audit(page);
    await dialog.getByRole("radio").first().check();
    await dialog.getByRole("button", { name: "Mark as lost" }).click();
    await inColumn(page, "Lost", id).waitFor();
    await page.getByText("“Almost lost” is lost.").waitFor();
    assert.ok((await dealNow(id)).lossReason);
    await page.getByRole("button", { name: "Undo" }).click();
    await inColumn(page, "Talking", id).waitFor();
    assert.equal((await dealNow(id)).lossReason, null);
  });

  test("works by keyboard alone", async (t) => {
    const id = await addDeal("By keyboard");
    const { page } = await desk(t);
    await card(page, id).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("keyb");
    await page.waitForFunction(() => document.querySelectorAll("[data-deal]").length === 1);
    await page.keyboard.press("Escape");
    await card(page, id).focus();
    await page.keyboard.press("Space");
    await page.waitForTimeout(250);
    await page.keyboard.press("ArrowRight");
    await page.waitForTimeout(350);
    await page.keyboard.press("Space");
    await inColumn(page, "Talking", id).waitFor();
    await page.waitForTimeout(700);
    assert.equal((await dealNow(id)).stage.name, "Talking");
    assert.equal(await page.evaluate(() => document.activeElement?.dataset.deal), id, "the focus stays on the card");
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction((stage) => document.activeElement?.closest("[data-stage]")?.dataset.stage === stage, pipeline.stage.New);
    await page.keyboard.press("n");
    await page.keyboard.type("Tresor 日本 شركة é");
    await page.keyboard.press("Tab");
    await page.keyboard.type("12 500,50");
    await page.keyboard.press("Enter");
    await column(page, "New").getByText("Tresor 日本 شركة é").waitFor();
    await page.keyboard.press("Escape");
    await card(page, id).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`/deals/${id}`));
    await page.getByRole("dialog", { name: "By keyboard" }).waitFor();
    await page.keyboard.press("Escape");
    await page.waitForFunction((id) => document.activeElement?.dataset.deal === id, id);
  });

  test("filters on the board and in the list, which sorts", async (t) => {
    await addDeal("Large order", "Agreed", { amount: { amountMinor: "9900000", currency: "EUR" } });
    const { page } = await desk(t, { path: `/deals?pipeline=${pipeline.id}&min=50000` });
    await page.waitForFunction(() => document.querySelectorAll("[data-deal]").length === 1);
    assert.match(await column(page, "Agreed").innerText(), /1 of /);
    await page.keyboard.press("v");
    await page.getByRole("table", { name: "Deals" }).getByText("Large order").waitFor();
    assert.equal(await page.locator("[role=row] a").count(), 1);
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByRole("button", { name: "Value" }).click();
    await page.getByRole("button", { name: "Value" }).click();
    await page.waitForFunction(() => document.querySelector("[role=row] a")?.textContent === "Large order");
    await audit(page);
  });
});

describe("a deal's panel", { concurrency: 1 }, () => {
  test("opens by its address, and keeps an edit through a lost connection", async (t) => {
    const id = await addDeal("Edited offline");
    const { page, context } = await desk(t, { path: `/deals/${id}?pipeline=${pipeline.id}`, expected: /Failed to load resource|ERR_INTERNET|WebSocket/ });
    const panel = page.getByRole("dialog", { name: "Edited offline" });
    await panel.getByRole("button", { name: /^Value/ }).click();
    await context.setOffline(true);
    await page.keyboard.type("7,250.50");
    await page.keyboard.press("Enter");
    await panel.getByText(/Not saved yet/).waitFor();
    assert.equal(await panel.getByRole("textbox", { name: "Value" }).inputValue(), "7,250.50");
    await context.setOffline(false);
    await panel.getByRole("button", { name: /Value.*7,250\.50/ }).waitFor({ timeout: 20_000 });
    assert.equal((await dealNow(id)).amount.decimal, "7250.50");
    await audit(page);
  });

  test("never writes over what somebody else wrote meanwhile", async (t) => {
    const id = await addDeal("Two editors");
    const { page } = await desk(t, { path: `/deals/${id}?pipeline=${pipeline.id}` });
    const panel = page.getByRole("dialog");
    await panel.getByRole("button", { name: /^Title/ }).click();
    await page.keyboard.type(" and mine");
    // Another field: no conflict.
    const { version } = await dealNow(id);
    await elsewhere(`mutation ($input: UpdateDealInput!) { updateDeal(input: $input) { userErrors { message } } }`, { input: { dealId: id, expectedVersion: version, expectedCloseOn: "2027-03-01" } });
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Two editors and mine" }).waitFor();
    assert.equal((await dealNow(id)).expectedCloseOn, "2027-03-01");
    // The same field: theirs stays until somebody decides.
    await panel.getByRole("button", { name: /^Title/ }).click();
    await page.keyboard.type("!");
    const now = await dealNow(id);
    await elsewhere(`mutation ($input: UpdateDealInput!) { updateDeal(input: $input) { userErrors { message } } }`, { input: { dealId: id, expectedVersion: now.version, title: "Theirs" } });
    await page.keyboard.press("Enter");
    await panel.getByText("Someone else changed this to “Theirs” while you were editing.").waitFor();
    assert.equal((await dealNow(id)).title, "Theirs");
    await panel.getByRole("button", { name: "Save mine" }).click();
    await page.getByRole("dialog", { name: "Two editors and mine!" }).waitFor();
    assert.equal((await dealNow(id)).title, "Two editors and mine!");
  });

  test("logs a long note and a task, and finishes it", async (t) => {
    const id = await addDeal("Talked about");
    const { page } = await desk(t, { path: `/deals/${id}?pipeline=${pipeline.id}` });
    const panel = page.getByRole("dialog");
    await panel.getByRole("textbox", { name: "Subject" }).fill("What they said");
    const body = "A line of what they said, word for word.\n".repeat(122).trim();
    await panel.getByRole("textbox", { name: "Details" }).fill(body);
    await panel.getByRole("button", { name: "Log", exact: true }).click();
    await panel.getByRole("button", { name: "Show all" }).waitFor();
    const [note] = (await dealNow(id)).activities.nodes;
    assert.deepEqual([note.kind, note.body.length], ["NOTE", body.length]);
    await panel.getByText("Task", { exact: true }).click();
    await panel.getByRole("textbox", { name: "Subject" }).fill("Send the offer");
    await panel.getByLabel("Due").fill("2027-01-15");
    await panel.getByRole("button", { name: "Add the task" }).click();
    await panel.getByRole("checkbox", { name: /Send the offer/ }).click();
    await page.getByText("“Send the offer” is done.").waitFor();
    await panel.getByText(/Nothing planned/).waitFor();
  });
});

for (const [colorScheme, width, locale] of [["dark", 1024, "fr-FR"], ["light", 390, "en-GB"]]) {
  test(`nothing for axe-core to find: ${colorScheme}, ${width} px, ${locale}`, async (t) => {
    const id = await addDeal("Looked at", "Talking", { amount: { amountMinor: "125000", currency: "EUR" }, expectedCloseOn: "2026-01-31" });
    const { page } = await desk(t, { colorScheme, locale, viewport: { width, height: 800 } });
    await page.locator("[data-deal]").first().waitFor();
    await audit(page);
    await page.goto(`${app}/deals/${id}?pipeline=${pipeline.id}`);
    await page.getByRole("dialog", { name: "Looked at" }).waitFor();
    await page.waitForTimeout(600);
    await audit(page);
  });
}
