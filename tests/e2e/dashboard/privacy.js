// J5 Forget me, J8 Retention: what goes, and what stays for a while.
import assert from "node:assert/strict";
import { downloaded } from "../support/dashboard.js";
import { eventually } from "../../support/demo.js";

const dialog = (page) => page.getByRole("dialog");

/** The certificate on the screen and as a file: nothing was left of the person. */
async function assertCertified(page, id) {
  await page.getByRole("heading", { level: 1, name: "Certificate of erasure" }).waitFor();
  await page.getByText("Nothing left", { exact: true }).waitFor({ timeout: 120_000 });
  const certificate = JSON.parse(await downloaded(page, page.getByRole("button", { name: "Download (JSON)" })));
  assert.equal(certificate.contactId, id);
  assert.deepEqual(certificate.residues, []);
}

export default {
  "staff erase a person from the contact's page, who is gone live for a colleague": async (t, dashboard) => {
    const { id, name } = await dashboard.person("Leaver");
    const [page, open, table] = await Promise.all([
      dashboard.open(t, dashboard.dpo, `/contacts/${id}`),
      dashboard.open(t, dashboard.freya, `/contacts/${id}`),
      dashboard.open(t, dashboard.freya, "/contacts"),
    ]);
    await open.getByRole("heading", { level: 1, name }).waitFor();
    const row = table.locator(`[role=row][data-id="${id}"]`);
    await row.waitFor();

    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Erase this person" }).click();
    await dialog(page).getByRole("radio", { name: "The person objected" }).check();
    await dialog(page).getByLabel(`Type ${name} to confirm`).fill(name);
    await dialog(page).getByRole("button", { name: "Erase for good" }).click();

    await open.getByText("This contact is gone").waitFor();
    await row.waitFor({ state: "detached" });
    await assertCertified(page, id);
    assert.equal((await dashboard.demo.gql("query ($id: ID!) { contact(id: $id) { id } }", { id })).contact, null);
  },

  "a request to be forgotten is logged and carried out at the privacy desk": async (t, dashboard) => {
    const { id, name } = await dashboard.person("Forgotten");
    const [page, colleague] = await Promise.all([dashboard.open(t, dashboard.dpo, "/privacy/requests"), dashboard.open(t, dashboard.owner, "/privacy/requests")]);
    await page.getByRole("button", { name: "Log a request" }).first().waitFor();
    await colleague.getByRole("heading", { level: 1, name: "Requests" }).waitFor();
    await page.keyboard.press("c");
    await dialog(page).getByLabel("Which right").selectOption("ERASURE");
    await dialog(page).getByLabel("How it arrived").selectOption("POST");
    await dialog(page).getByRole("combobox", { name: "Contact" }).fill(name);
    await page.getByRole("option", { name: new RegExp(name) }).click();
    await dialog(page).getByLabel("What they wrote or said").fill("Please forget me.");
    await dialog(page).getByRole("button", { name: "Log the request" }).click();
    await page.getByRole("heading", { level: 1, name: new RegExp(name) }).waitFor();
    await colleague.getByRole("link", { name: new RegExp(`Erasure · ${name}`) }).waitFor();

    await page.getByRole("button", { name: "Carry it out" }).click();
    await dialog(page).getByRole("button", { name: "Erase for good" }).click();
    await page.getByText("Fulfilled", { exact: true }).first().waitFor();
    await page.goto(`${dashboard.demo.app}/privacy/certificates`);
    await page.getByRole("link", { name: new RegExp(id) }).click();
    await assertCertified(page, id);
  },

  "the officer sees what goes soon and why, sets a hold, and the preview changes": async (t, dashboard) => {
    const page = await dashboard.open(t, dashboard.dpo, "/privacy/retention");
    const show = page.getByRole("button", { name: /^Show .*, within 90 days/ }).first();
    const cell = show.locator("xpath=ancestor::td");
    await show.waitFor();
    const going = async () => parseInt((await cell.innerText()).replace(/\D*(\d+)[\s\S]*/, "$1"));
    const before = await going();
    await show.click();
    const people = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: "Set a hold" }) });
    const name = await people.first().getByRole("link").first().innerText();
    await people.first().getByText(/last act on|added on/).waitFor();
    await people.first().getByRole("button", { name: "Set a hold" }).click();
    await dialog(page).getByLabel("Note (optional)").fill("Order 2291 is disputed.");
    await dialog(page).getByRole("button", { name: "Set a hold" }).click();
    await page.getByText("The hold applies.").waitFor();
    await eventually("one less goes", async () => (await going()) === before - 1, 60);
    await cell.getByText(/\d+ stays?$/).waitFor();

    await page.getByRole("link", { name: "Holds", exact: true }).click();
    await page.getByText("Order 2291 is disputed.").waitFor();
    await page.getByRole("button", { name: `Lift the hold on ${name}` }).click();
    await page.getByRole("button", { name: "Lift", exact: true }).last().click();
    await page.getByText(`The hold on ${name} is lifted.`).waitFor();

    await page.getByRole("link", { name: "Rules", exact: true }).click();
    await page.getByRole("button", { name: "Change the rule: Prospects" }).click();
    await dialog(page).getByLabel("Months").fill("1");
    await dialog(page).getByText(/more (people|person) than now/).waitFor();
  },
};
