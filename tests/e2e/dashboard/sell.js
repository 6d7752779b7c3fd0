// J6: two salespeople at one pipeline.
import assert from "node:assert/strict";

const stages = [["New", "OPEN", 10], ["Talking", "OPEN", 40], ["Agreed", "OPEN", 80], ["Won", "WON", 100], ["Lost", "LOST", 0]];
const column = (page, name) => page.locator("section", { has: page.getByRole("heading", { level: 2, name, exact: true }) });
const card = (page, id) => page.locator(`[data-deal="${id}"]`);
const inColumn = (page, name, id) => column(page, name).locator(`[data-deal="${id}"]`);
const sums = (page, name) => column(page, name).locator("[data-sums]");

/** A pipeline of the test's own, with both at its board. */
async function bothAtTheBoard(t, dashboard, ...titles) {
  const { pipeline } = await dashboard.act("createPipeline", "pipeline { id stages { id name } }", {
    name: `Two people, ${titles[0]}`,
    currency: "EUR",
    stages: stages.map(([name, kind, probability]) => ({ name, kind, probability })),
  });
  const stageId = pipeline.stages[0].id;
  const deals = [];
  for (const title of titles) {
    const { deal } = await dashboard.act("createDeal", "deal { id }", { title, stageId, ownerId: null, amount: { amountMinor: "125000", currency: "EUR" } });
    deals.push(deal.id);
  }
  const path = `/deals?pipeline=${pipeline.id}`;
  const [freya, hugo] = await Promise.all([dashboard.freya, dashboard.hugo].map((seller) => dashboard.open(t, seller, path)));
  for (const page of [freya, hugo]) for (const id of deals) await card(page, id).waitFor();
  return { freya, hugo, deals };
}

async function lift(page, id, target) {
  const [from, to] = [await card(page, id).boundingBox(), await target.boundingBox()];
  await page.mouse.move(from.x + 60, from.y + 30);
  await page.mouse.down();
  await page.mouse.move(from.x + 70, from.y + 38, { steps: 4 });
  await page.mouse.move(to.x + 90, to.y + 50, { steps: 12 });
  await page.waitForTimeout(200); // the card follows the pointer by frames
}

async function stageOf(dashboard, id) {
  const { deal } = await dashboard.demo.gql("query ($id: ID!) { deal(id: $id) { stage { name } timeline(first: 20) { nodes { event } } } }", { id });
  return { stage: deal.stage.name, moves: deal.timeline.nodes.filter(({ event }) => event === "deal.moved").length };
}

export default {
  "one salesperson drags a deal, another sees it move, and the totals follow": async (t, dashboard) => {
    const { freya, hugo, deals: [id] } = await bothAtTheBoard(t, dashboard, "Ten lamps", "Two lamps");
    await sums(hugo, "New").getByText(/2,500/).first().waitFor();
    await lift(freya, id, column(freya, "Talking"));
    await freya.mouse.up();
    for (const page of [freya, hugo]) {
      await inColumn(page, "Talking", id).waitFor();
      await sums(page, "New").getByText(/1,250/).first().waitFor();
      await sums(page, "Talking").getByText(/1,250/).first().waitFor();
    }
    await inColumn(hugo, "Talking", id).getByText("Freya moved this").waitFor();
    assert.deepEqual(await stageOf(dashboard, id), { stage: "Talking", moves: 1 });
  },

  "a deal is moved by keyboard alone, and the other sees that, too": async (t, dashboard) => {
    const { freya, hugo, deals: [id] } = await bothAtTheBoard(t, dashboard, "By keyboard");
    await card(freya, id).focus();
    await freya.keyboard.press("Space");
    await freya.getByText("You picked up By keyboard.").waitFor({ state: "attached" });
    await freya.keyboard.press("ArrowRight");
    await freya.getByText(/^Talking, position 1/).waitFor({ state: "attached" });
    await freya.waitForTimeout(300); // the card is on its way
    await freya.keyboard.press("Space");
    for (const page of [freya, hugo]) await inColumn(page, "Talking", id).waitFor();
    await freya.waitForFunction((id) => document.activeElement?.dataset.deal === id, id);
  },

  "two salespeople move the same deal, and neither's work is lost": async (t, dashboard) => {
    const { freya, hugo, deals: [id] } = await bothAtTheBoard(t, dashboard, "Wanted by two");
    await lift(freya, id, column(freya, "Talking"));
    await card(hugo, id).focus();
    await hugo.keyboard.press("m");
    await hugo.getByRole("radio", { name: "Agreed", exact: true }).check();
    await hugo.getByRole("button", { name: "Move", exact: true }).click();
    await inColumn(hugo, "Agreed", id).waitFor();
    await freya.waitForTimeout(500); // Hugo's move reaches her while she holds the card
    await freya.mouse.up();
    await freya.getByText(/Hugo had moved “Wanted by two” to Agreed at the same time/).waitFor();
    for (const page of [freya, hugo]) await inColumn(page, "Talking", id).waitFor();
    assert.deepEqual(await stageOf(dashboard, id), { stage: "Talking", moves: 2 });
    await freya.getByRole("button", { name: "Undo" }).click();
    for (const page of [freya, hugo]) await inColumn(page, "Agreed", id).waitFor();
  },
};
