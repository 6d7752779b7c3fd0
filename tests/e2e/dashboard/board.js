// Selling on the board: what one salesperson does there. Two at once: sell.js.
import assert from "node:assert/strict";
import { assertUsable } from "../support/accessible.js";
import { card, column, dealNow, euros, inColumn, isOver, lift, newPipeline, sums } from "../support/board.js";
import { eventually } from "../../support/demo.js";

/** What Chromium says of requests without a network. */
const offline = /ERR_INTERNET_DISCONNECTED|WebSocket/;
const count = (page, wanted) => page.waitForFunction((wanted) => document.querySelectorAll("[data-deal]").length === wanted, wanted);
const focusIsOn = (page, id) => page.waitForFunction((id) => document.activeElement?.dataset.deal === id, id);

export default {
  "the board asks the server once, and shows every stage with its totals in each currency": async (t, dashboard) => {
    const pipeline = await newPipeline(dashboard, "Two currencies");
    await pipeline.add("Ten lamps", "New", euros("125000"));
    const id = await pipeline.add("Two lamps in Zürich", "New", { amount: { amountMinor: "90000", currency: "CHF" } });
    const page = await dashboard.open(t, dashboard.freya, "/contacts");
    await page.getByRole("grid").waitFor();
    const asked = [];
    page.on("request", (request) => request.url().endsWith("/graphql") && request.method() === "POST" && asked.push(request.postDataJSON()?.operationName));
    await page.goto(dashboard.demo.app + pipeline.path);
    await card(page, id).waitFor();
    assert.equal(asked.filter((name) => /Board|Stage|Deal|Pipeline/.test(name)).length, 1, `one query: ${asked}`);
    const text = await sums(page, "New").innerText();
    assert.match(text, /€1,250/);
    assert.match(text, /CHF\s*900/);
    for (const stage of ["Talking", "Agreed", "Won", "Lost"]) await column(page, stage).waitFor();
    assert.match(await page.title(), /^Deals · /);
  },

  "a deal is dragged to another place in its stage": async (t, dashboard) => {
    const pipeline = await newPipeline(dashboard, "Order by hand");
    const [below, top] = [await pipeline.add("Below"), await pipeline.add("On top")];
    const page = await dashboard.open(t, dashboard.freya, pipeline.path);
    await card(page, below).waitFor();
    assert.equal((await dealNow(dashboard, below)).above.id, top);
    await lift(page, top, card(page, below));
    await isOver(page, "New", 2);
    await page.mouse.up();
    await eventually("the order is stored", async () => (await dealNow(dashboard, top)).above?.id === below);
    await page.waitForFunction(([first, second]) => {
      const [above, under] = [first, second].map((id) => document.querySelector(`[data-deal="${id}"]`)?.getBoundingClientRect().top);
      return above < under;
    }, [below, top]);
  },

  "a card goes back when the server cannot be reached, and the reason is said": async (t, dashboard) => {
    const pipeline = await newPipeline(dashboard, "Without a network");
    const id = await pipeline.add("Goes nowhere");
    const page = await dashboard.open(t, dashboard.freya, pipeline.path, { expected: offline });
    await card(page, id).waitFor();
    await page.context().setOffline(true);
    await lift(page, id, column(page, "Agreed"));
    await isOver(page, "Agreed", 1);
    await page.mouse.up();
    await page.getByText(/“Goes nowhere” could not be moved and is back in New\. .*cannot be reached/).waitFor();
    await inColumn(page, "New", id).waitFor();
    await page.context().setOffline(false);
    assert.equal((await dealNow(dashboard, id)).stage.name, "New");
  },

  "a lost deal asks for the reason, and undo takes both back": async (t, dashboard) => {
    const pipeline = await newPipeline(dashboard, "Lost and found");
    const id = await pipeline.add("Almost lost", "Talking");
    const page = await dashboard.open(t, dashboard.freya, pipeline.path);
    await card(page, id).focus();
    await page.keyboard.press("m");
    await page.getByRole("radio", { name: "Lost", exact: true }).check();
    await page.getByRole("button", { name: "Move", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Why was it lost?" });
    await dialog.getByRole("radio").first().check();
    await assertUsable(page);
    await dialog.getByRole("button", { name: "Mark as lost" }).click();
    await inColumn(page, "Lost", id).waitFor();
    await page.getByText("“Almost lost” is lost.").waitFor();
    assert.ok((await dealNow(dashboard, id)).lossReason);
    await page.getByRole("button", { name: "Undo" }).click();
    await inColumn(page, "Talking", id).waitFor();
    await eventually("it is not lost", async () => (await dealNow(dashboard, id)).lossReason === null);
  },

  "deals are found, added and opened without a mouse": async (t, dashboard) => {
    const pipeline = await newPipeline(dashboard, "No mouse");
    const other = await pipeline.add("Another");
    const id = await pipeline.add("By keyboard", "Talking");
    const page = await dashboard.open(t, dashboard.freya, pipeline.path);
    await card(page, id).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("keyb");
    await count(page, 1);
    await card(page, id).waitFor();
    await page.keyboard.press("Escape");
    await count(page, 2);

    await card(page, id).focus();
    await page.keyboard.press("ArrowLeft");
    await focusIsOn(page, other);
    await page.keyboard.press("n");
    await page.keyboard.type("Tresor 日本 شركة é");
    await page.keyboard.press("Tab");
    await page.keyboard.type("12 500,50");
    await page.keyboard.press("Enter");
    const added = column(page, "New").locator("[data-deal]", { hasText: "Tresor 日本 شركة é" });
    await added.waitFor();
    assert.equal((await dealNow(dashboard, await added.getAttribute("data-deal"))).amount.decimal, "12500.50");
    await page.keyboard.press("Escape");

    await card(page, id).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "By keyboard" }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/deals/${id}`);
    await page.keyboard.press("Escape");
    await focusIsOn(page, id);
  },

  "filters hold on the board and in the list, which sorts": async (t, dashboard) => {
    const pipeline = await newPipeline(dashboard, "Large and small");
    await pipeline.add("Small order", "Agreed", euros("100000"));
    await pipeline.add("Large order", "Agreed", euros("9900000"));
    await pipeline.add("Middling order", "New", euros("2000000"));
    const page = await dashboard.open(t, dashboard.freya, `${pipeline.path}&min=50000`);
    await count(page, 1);
    await column(page, "Agreed").getByText(/1 of 2/).waitFor();
    await page.keyboard.press("v");
    const list = page.getByRole("table", { name: "Deals" });
    await list.getByText("Large order").waitFor();
    await count(page, 1);
    await page.getByRole("button", { name: "Clear all" }).click();
    await count(page, 3);
    const titles = (order) => page.waitForFunction((order) => [...document.querySelectorAll("[role=row] a")].map((link) => link.innerText).join() === order, order);
    await list.getByRole("button", { name: "Value" }).click();
    await titles("Small order,Middling order,Large order");
    await list.getByRole("button", { name: "Value" }).click();
    await titles("Large order,Middling order,Small order");
    await assertUsable(page);
  },

  "a deal's panel opens by its address, and keeps an edit through a lost connection": async (t, dashboard) => {
    const pipeline = await newPipeline(dashboard, "In a tunnel");
    const id = await pipeline.add("Edited offline");
    const page = await dashboard.open(t, dashboard.freya, pipeline.pathOf(id), { expected: offline });
    const panel = page.getByRole("dialog", { name: "Edited offline" });
    await panel.getByRole("button", { name: /^Value/ }).click();
    await page.context().setOffline(true);
    await page.keyboard.type("7,250.50");
    await page.keyboard.press("Enter");
    await panel.getByText(/Not saved yet/).waitFor();
    assert.equal(await panel.getByRole("textbox", { name: "Value" }).inputValue(), "7,250.50");
    await assertUsable(page);
    await page.context().setOffline(false);
    await panel.getByRole("button", { name: /Value.*7,250\.50/ }).waitFor();
    assert.equal((await dealNow(dashboard, id)).amount.decimal, "7250.50");
  },

  "of two who edit a deal neither writes over the other, and the same field is decided by a person": async (t, dashboard) => {
    const pipeline = await newPipeline(dashboard, "Two editors");
    const id = await pipeline.add("Two editors");
    const page = await dashboard.open(t, dashboard.freya, pipeline.pathOf(id));
    const panel = page.getByRole("dialog");
    const change = async (more) => dashboard.act("updateDeal", "deal { id }", { dealId: id, expectedVersion: (await dealNow(dashboard, id)).version, ...more });
    await panel.getByRole("button", { name: /^Title/ }).click();
    await page.keyboard.type(" and mine");
    await change({ expectedCloseOn: "2027-03-01" });
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Two editors and mine" }).waitFor();
    assert.equal((await dealNow(dashboard, id)).expectedCloseOn, "2027-03-01");

    await panel.getByRole("button", { name: /^Title/ }).click();
    await page.keyboard.type("!");
    await change({ title: "Theirs" });
    await page.keyboard.press("Enter");
    await panel.getByText("Someone else changed this to “Theirs” while you were editing.").waitFor();
    assert.equal((await dealNow(dashboard, id)).title, "Theirs");
    await assertUsable(page);
    await panel.getByRole("button", { name: "Save mine" }).click();
    await page.getByRole("dialog", { name: "Two editors and mine!" }).waitFor();
    assert.equal((await dealNow(dashboard, id)).title, "Two editors and mine!");
  },

  "a long note and a task are logged at a deal, and the task is finished": async (t, dashboard) => {
    const pipeline = await newPipeline(dashboard, "Much to say");
    const id = await pipeline.add("Talked about");
    const page = await dashboard.open(t, dashboard.freya, pipeline.pathOf(id));
    const panel = page.getByRole("dialog");
    await panel.getByRole("textbox", { name: "Subject" }).fill("What they said");
    const body = "A line of what they said, word for word.\n".repeat(122).trim();
    await panel.getByRole("textbox", { name: "Details" }).fill(body);
    await panel.getByRole("button", { name: "Log", exact: true }).click();
    await panel.getByRole("button", { name: "Show all" }).waitFor();
    const [note] = (await dealNow(dashboard, id)).activities.nodes;
    assert.deepEqual([note.kind, note.body], ["NOTE", body]);

    await panel.getByText("Task", { exact: true }).click();
    await panel.getByRole("textbox", { name: "Subject" }).fill("Send the offer");
    await panel.getByLabel("Due").fill("2027-01-15");
    await panel.getByRole("button", { name: "Add the task" }).click();
    await panel.getByRole("checkbox", { name: /Send the offer/ }).click();
    await page.getByText("“Send the offer” is done.").waitFor();
    await panel.getByText(/Nothing planned/).waitFor();
  },
};
