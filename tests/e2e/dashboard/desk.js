// The privacy desk: requests, holds, texts held back, breaches and the record of processing.
import assert from "node:assert/strict";
import { assertUsable } from "../support/accessible.js";
import { downloaded } from "../support/dashboard.js";

const dialog = (page) => page.getByRole("dialog");

/** Somebody about whom a colleague wrote what is held back, and the officer who decides on it. */
async function heldBack(t, dashboard, familyName, body) {
  const patient = await dashboard.person(familyName);
  const page = await dashboard.open(t, dashboard.dpo, "/privacy/quarantine");
  await page.getByRole("heading", { level: 1, name: "Quarantine" }).waitFor();
  const { activity } = await dashboard.act("logActivity", "activity { id }", { kind: "NOTE", subject: "Call", body, contactId: patient.id });
  const held = page.getByRole("listitem").filter({ hasText: patient.name });
  await held.getByRole("button", { name: /^Decide/ }).click();
  assert.equal(await page.getByText(body).count(), 0, "it is sealed until somebody reads it");
  await page.getByRole("button", { name: "Read it" }).click();
  await page.getByText(body).waitFor();
  const stored = async () => (await dashboard.demo.gql("query ($id: ID!) { nodes(ids: [$id]) { ... on Activity { body } } }", { id: activity.id })).nodes[0].body;
  assert.notEqual(await stored(), body);
  return { page, held, patient, stored };
}

export default {
  "a request is extended and refused with a ground, and the exchange is a file that names no member": async (t, dashboard) => {
    const { id } = await dashboard.person("Asker");
    const { request } = await dashboard.act("logRequest", "request { id }", { kind: "RECTIFICATION", channel: "PHONE", contactId: id, message: "My name is wrong." });
    const page = await dashboard.open(t, dashboard.dpo, `/privacy/requests/${request.id}`);
    const state = (name) => page.getByText(name, { exact: true }).first().waitFor();
    await page.getByText("My name is wrong.").first().waitFor();
    await page.getByRole("button", { name: "Start work" }).click();
    await state("In progress");
    await page.getByRole("button", { name: "Extend" }).click();
    await page.getByRole("button", { name: "Extend, and tell the person" }).click();
    await state("Extended");

    await page.getByRole("button", { name: "Refuse" }).click();
    await page.getByLabel("Ground").selectOption("ACCURATE_ALREADY");
    await page.getByLabel("Why it applies here").fill("We checked: it is spelled like this in the register.");
    await assertUsable(page);
    await page.getByRole("button", { name: "Refuse, and tell the person" }).click();
    await page.getByText("We checked: it is spelled like this in the register.").first().waitFor();
    await state("Refused");

    const exchange = await downloaded(page, page.getByRole("button", { name: "Download the exchange" }));
    assert.match(exchange, /My name is wrong\.[\s\S]*it is spelled like this in the register/);
    assert.ok(!exchange.includes(dashboard.dpo.name), "it names the member");
  },

  "somebody is held and let go on the page of holds, and what is due comes as a table": async (t, dashboard) => {
    const { name } = await dashboard.person("Held");
    const page = await dashboard.open(t, dashboard.dpo, "/privacy/retention");
    assert.match(await downloaded(page, page.getByRole("button", { name: "Download as CSV" })), /^\ufeff?What,Period,.*\r?\nProspects,\d+ months,/);

    await page.getByRole("link", { name: "Holds", exact: true }).click();
    await page.getByRole("button", { name: "Set a hold" }).first().click();
    await page.getByRole("combobox", { name: "Whom to keep" }).fill(name);
    await page.getByRole("option", { name: new RegExp(name) }).click();
    await dialog(page).getByLabel("Note (optional)").fill("Order 2292 is disputed.");
    await assertUsable(page);
    await dialog(page).getByRole("button", { name: "Set a hold" }).click();
    await page.getByText("Order 2292 is disputed.").first().waitFor();
    await page.getByRole("button", { name: `Lift the hold on ${name}` }).click();
    await page.getByText("What is due for this person goes its way again", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Lift", exact: true }).last().click();
    await page.getByText(`The hold on ${name} is lifted.`).waitFor();
  },

  "a text about somebody's health is read and destroyed": async (t, dashboard) => {
    const body = "She is on sick leave for depression.";
    const { page, held, stored } = await heldBack(t, dashboard, "Patient", body);
    await assertUsable(page);
    await page.getByRole("button", { name: "Destroy it" }).click();
    await page.getByText("Nothing brings it back", { exact: false }).waitFor();
    await page.getByRole("dialog", { name: "Destroy the text?" }).getByRole("button", { name: "Destroy it" }).click();
    await page.getByText("The text is destroyed.").waitFor();
    await held.waitFor({ state: "detached" });
    assert.notEqual(await stored(), body);
  },

  "a text that was held back is put back on an exception of Article 9, and stands again where it was written": async (t, dashboard) => {
    const body = "He is on sick leave for a broken leg.";
    const { page, held, patient, stored } = await heldBack(t, dashboard, "Released", body);
    const back = page.getByRole("button", { name: "Put it back" });
    assert.ok(await back.isDisabled(), "only on a ground");
    await page.getByLabel("Exception that applies").selectOption("EXPLICIT_CONSENT");
    await back.click();
    const sure = page.getByRole("dialog", { name: "Put the text back?" });
    await sure.getByText("(a) Explicit consent", { exact: false }).waitFor();
    await sure.getByRole("button", { name: "Put it back" }).click();
    await page.getByText("The text is back in its place.").waitFor();
    await held.waitFor({ state: "detached" });
    assert.equal(await stored(), body);
    await page.getByText("All", { exact: true }).click();
    await held.getByText("Put back", { exact: true }).waitFor();
    await held.getByText("(a) Explicit consent", { exact: false }).waitFor();
    const seller = await dashboard.open(t, dashboard.freya, `/contacts/${patient.id}`);
    await seller.getByText(body).first().waitFor();
  },

  "a breach is recorded, assessed and only then closed": async (t, dashboard) => {
    const page = await dashboard.open(t, dashboard.dpo, "/privacy/breaches");
    await page.getByRole("button", { name: "Record a breach" }).first().click();
    await dialog(page).getByLabel("In one line").fill("Letter to the wrong door");
    await dialog(page).getByLabel("What happened").fill("A letter went to the neighbour, who brought it back unopened.");
    await assertUsable(page);
    await dialog(page).getByRole("button", { name: "Record a breach" }).click();
    await page.getByRole("heading", { level: 1, name: "Letter to the wrong door" }).waitFor();
    await page.getByText("Assess the risk").waitFor();
    const close = page.getByRole("main").getByRole("button", { name: "Close the breach" });
    assert.ok(await close.isDisabled());

    await page.getByRole("button", { name: "Change what is known" }).click();
    await dialog(page).getByLabel("Risk to the people concerned").selectOption("UNLIKELY");
    await dialog(page).getByLabel("Effects and likely consequences").fill("None.");
    await dialog(page).getByLabel("What was done and is proposed").fill("The door is labelled.");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await page.getByText("Everything that the risk demands is done.").waitFor();
    await close.click();
    await dialog(page).getByRole("button", { name: "Close the breach" }).click();
    await page.getByText("This breach is closed.", { exact: false }).waitFor();
  },

  "the record of processing comes as a table and as a page": async (t, dashboard) => {
    const page = await dashboard.open(t, dashboard.dpo, "/privacy/processing");
    await page.getByRole("heading", { name: "Security measures" }).waitFor();
    for (const [item, holds] of [["Record as CSV", /^[^\n]+,[^\n]+\n/], ["Record as a page (HTML)", /<!doctype html>/i]]) {
      await page.getByRole("button", { name: "Download" }).click();
      assert.match(await downloaded(page, page.getByRole("menuitem", { name: item })), holds, item);
    }
  },

  "a seller reads that the privacy desk is not for their role, and finds no way there": async (t, dashboard) => {
    const page = await dashboard.open(t, dashboard.freya, "/privacy/breaches");
    await page.getByRole("heading", { name: "Not for your role" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "Breaches" }).count(), 0);
    await assertUsable(page);
  },
};
