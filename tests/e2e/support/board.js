// A pipeline of a test's own, and its cards on the board.

const stages = [["New", "OPEN", 10], ["Talking", "OPEN", 40], ["Agreed", "OPEN", 80], ["Won", "WON", 100], ["Lost", "LOST", 0]];

export const column = (page, name) => page.locator("section", { has: page.getByRole("heading", { level: 2, name, exact: true }) });
export const card = (page, id) => page.locator(`[data-deal="${id}"]`);
export const inColumn = (page, name, id) => column(page, name).locator(`[data-deal="${id}"]`);
export const sums = (page, name) => column(page, name).locator("[data-sums]");

export const euros = (amountMinor) => ({ amount: { amountMinor, currency: "EUR" } });

/** A new pipeline: its path on the board, and `add` for deals in it. */
export async function newPipeline(dashboard, name) {
  const input = { name, currency: "EUR", stages: stages.map(([name, kind, probability]) => ({ name, kind, probability })) };
  const { pipeline } = await dashboard.act("createPipeline", "pipeline { id stages { id name } }", input);
  const stage = Object.fromEntries(pipeline.stages.map(({ id, name }) => [name, id]));
  return {
    id: pipeline.id,
    path: `/deals?pipeline=${pipeline.id}`,
    pathOf: (id) => `/deals/${id}?pipeline=${pipeline.id}`,
    async add(title, stageName = "New", more = {}) {
      const { deal } = await dashboard.act("createDeal", "deal { id }", { title, stageId: stage[stageName], ownerId: null, ...more });
      return deal.id;
    },
  };
}

/** The deal as the API tells of it. */
export async function dealNow(dashboard, id) {
  const fields = "title version amount { decimal } expectedCloseOn stage { name } above { id } lossReason { label } timeline(first: 20) { nodes { event } } activities(first: 5) { nodes { kind body } }";
  return (await dashboard.demo.gql(`query ($id: ID!) { deal(id: $id) { ${fields} } }`, { id })).deal;
}

/** Takes a card by the mouse to where another element is, and holds it there. */
export async function lift(page, id, target) {
  const [from, to] = [await card(page, id).boundingBox(), await target.boundingBox()];
  await page.mouse.move(from.x + 60, from.y + 30);
  await page.mouse.down();
  await page.mouse.move(from.x + 70, from.y + 38, { steps: 4 });
  await page.mouse.move(to.x + 90, to.y + 50, { steps: 12 });
}

/** Waits until the board has said, for those who cannot see it, that the card in the hand is here. */
export const isOver = (page, stage, position) => page.getByText(`${stage}, position ${position}.`, { exact: true }).waitFor({ state: "attached" });
