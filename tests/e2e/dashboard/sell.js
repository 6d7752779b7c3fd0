// J6: two salespeople at one pipeline.
import assert from "node:assert/strict";
import { still } from "../support/accessible.js";
import { card, column, dealNow, euros, inColumn, isOver, lift, newPipeline, sums } from "../support/board.js";

/** A pipeline of the test's own, with both at its board. */
async function bothAtTheBoard(t, dashboard, ...titles) {
  const pipeline = await newPipeline(dashboard, `Two people, ${titles[0]}`);
  const deals = [];
  for (const title of titles) deals.push(await pipeline.add(title, "New", euros("125000")));
  const [freya, hugo] = await Promise.all([dashboard.freya, dashboard.hugo].map((seller) => dashboard.open(t, seller, pipeline.path)));
  for (const page of [freya, hugo]) for (const id of deals) await card(page, id).waitFor();
  return { freya, hugo, deals };
}

async function stageOf(dashboard, id) {
  const { stage, timeline } = await dealNow(dashboard, id);
  return { stage: stage.name, moves: timeline.nodes.filter(({ event }) => event === "deal.moved").length };
}

export default {
  "one salesperson drags a deal, another sees it move, and the totals follow": async (t, dashboard) => {
    const { freya, hugo, deals: [id] } = await bothAtTheBoard(t, dashboard, "Ten lamps", "Two lamps");
    await sums(hugo, "New").getByText(/2,500/).first().waitFor();
    await lift(freya, id, column(freya, "Talking"));
    await isOver(freya, "Talking", 1);
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
    await still(freya);
    await freya.keyboard.press("Space");
    for (const page of [freya, hugo]) await inColumn(page, "Talking", id).waitFor();
    await freya.waitForFunction((id) => document.activeElement?.dataset.deal === id, id);
  },

  "two salespeople move the same deal, and neither's work is lost": async (t, dashboard) => {
    const { freya, hugo, deals: [id] } = await bothAtTheBoard(t, dashboard, "Wanted by two");
    await lift(freya, id, column(freya, "Talking"));
    await isOver(freya, "Talking", 1);
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
