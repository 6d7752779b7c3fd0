// The privacy desk's journeys (J5 Forget me, J8 Retention), in Chromium, against a running demo. See own_member.js for
// the environment: ACCORD_URL=… ACCORD_KEY=… ACCORD_MAILBOX=… ACCORD_WORKSPACE=… node --test tests/browser/privacy.journey.js
// Everything happens to people and objects that the test makes. SCREENSHOTS names a folder for pictures.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { audit, elsewhere, ownMember } from "./own_member.js";

const mark = Date.now().toString(36);
let officer, basis;

before(async () => {
  officer = await ownMember("Privacy Officer");
  const { purposes } = await elsewhere(`{ purposes { id legalBasis archivedAt } }`);
  basis = purposes.find(({ legalBasis, archivedAt }) => legalBasis === "LEGITIMATE_INTERESTS" && !archivedAt).id;
});
after(() => officer?.end());

async function person(familyName) {
  const { createContact } = await elsewhere(`mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { message } } }`, {
    input: { basisPurposeId: basis, source: "PHONE", givenName: "Zoltan", familyName: `${familyName}${mark}`, email: `${familyName.toLowerCase()}.${mark}@person.example` },
  });
  return { id: createContact.contact.id, name: `Zoltan ${familyName}${mark}` };
}

async function pick(page, label, { name }) {
  const input = page.getByRole("combobox", { name: label }).or(page.getByLabel(label, { exact: true })).first();
  await input.fill(name);
  await page.getByRole("option", { name: new RegExp(name) }).click();
}

async function read(download) {
  return readFileSync(await download.path(), "utf8");
}

test("a person is forgotten: request, erasure, certificate, while a colleague watches", async (t) => {
  const leaver = await person("Leaver");
  const colleague = await officer.desk(t, "/privacy/requests");
  await colleague.getByRole("heading", { level: 1, name: "Requests" }).waitFor();
  const page = await officer.desk(t, "/privacy/requests");

  // By keyboard: `c` opens the form.
  await page.getByRole("button", { name: "Log a request" }).first().waitFor();
  await page.keyboard.press("c");
  const form = page.getByRole("dialog");
  await form.getByLabel("Which right").selectOption("ERASURE");
  await form.getByLabel("How it arrived").selectOption("POST");
  await pick(page, "Contact", leaver);
  await form.getByLabel("What they wrote or said").fill("Please forget me.");
  await form.getByRole("button", { name: "Log the request" }).click();

  await page.getByRole("heading", { level: 1, name: `Erasure (Art. 17): ${leaver.name}` }).waitFor();
  await colleague.getByRole("link", { name: new RegExp(`Erasure · ${leaver.name}`) }).waitFor({ timeout: 5_000 });
  await page.getByText("Please forget me.").waitFor();

  // The exchange as a file, which names no member of the staff.
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download the exchange" }).click()]);
  const exchange = await read(file);
  assert.match(exchange, /Please forget me/);
  assert.doesNotMatch(exchange, /Privacy Officer/);

  await page.getByRole("button", { name: "Carry it out" }).click();
  await page.getByText("Nothing brings them back", { exact: false }).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Erase for good" }).click();
  await page.getByText("Fulfilled", { exact: true }).first().waitFor();

  await page.goto(new URL("/privacy/certificates", page.url()).href);
  await page.getByRole("link", { name: new RegExp(leaver.id) }).click();
  await page.getByRole("heading", { level: 1, name: "Certificate of erasure" }).waitFor();
  await page.getByText("Nothing left", { exact: true }).waitFor({ timeout: 30_000 });
  const [paper] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download (JSON)" }).click()]);
  const certificate = JSON.parse(await read(paper));
  assert.equal(certificate.contactId, leaver.id);
  assert.deepEqual(certificate.residues, []);
  await audit(page);
});

test("a request is refused with reasons, and one is extended", async (t) => {
  const asker = await person("Asker");
  const { logRequest } = await elsewhere(`mutation ($input: LogRequestInput!) { logRequest(input: $input) { request { id } userErrors { message } } }`, {
    input: { kind: "RECTIFICATION", channel: "PHONE", contactId: asker.id, message: "My name is wrong." },
  });
  const page = await officer.desk(t, `/privacy/requests/${logRequest.request.id}`);
  await page.getByRole("button", { name: "Start work" }).click();
  await page.getByText("In progress", { exact: true }).first().waitFor();

  await page.getByRole("button", { name: "Extend" }).click();
  await page.getByRole("button", { name: "Extend, and tell the person" }).click();
  await page.getByText("Extended", { exact: true }).first().waitFor();

  await page.getByRole("button", { name: "Refuse" }).click();
  await page.getByLabel("Ground").selectOption("ACCURATE_ALREADY");
  await page.getByLabel("Why it applies here").fill("We checked: it is spelled like this in the register.");
  await page.getByRole("button", { name: "Refuse, and tell the person" }).click();
  await page.getByText("We checked: it is spelled like this in the register.", { exact: false }).first().waitFor();
  await page.getByText("Refused", { exact: true }).first().waitFor();
  await audit(page);
});

test("retention: a rule is tried out, somebody is held and let go", async (t) => {
  const held = await person("Held");
  const page = await officer.desk(t, "/privacy/retention");
  await page.getByRole("columnheader", { name: /Within 90 days/ }).waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download as CSV" }).click()]);
  assert.match(await read(file), /Prospects,36 months/);

  await page.getByRole("link", { name: "Rules", exact: true }).click();
  await page.getByRole("button", { name: "Change the rule: Prospects" }).click();
  await page.getByLabel("Months").fill("1");
  await page.getByText("more people than now go", { exact: false }).or(page.getByText("more person than now goes", { exact: false })).waitFor();
  await page.keyboard.press("Escape");

  await page.getByRole("link", { name: "Holds", exact: true }).click();
  await page.getByRole("button", { name: "Set a hold" }).first().click();
  await pick(page, "Whom to keep", held);
  await page.getByLabel("Note (optional)").fill("Order 2291 is disputed.");
  await page.getByRole("dialog").getByRole("button", { name: "Set a hold" }).click();
  await page.getByText("Order 2291 is disputed.").first().waitFor();
  await audit(page);

  await page.getByRole("button", { name: `Lift the hold on ${held.name}` }).click();
  await page.getByText("What is due for this person goes its way again", { exact: false }).waitFor();
  await page.getByRole("button", { name: "Lift", exact: true }).last().click();
  await page.getByText(`The hold on ${held.name} is lifted.`).waitFor();
});

test("a text about somebody's health is read and destroyed", async (t) => {
  const patient = await person("Patient");
  const page = await officer.desk(t, "/privacy/quarantine");
  await page.getByRole("heading", { level: 1, name: "Quarantine" }).waitFor();
  await elsewhere(`mutation ($input: LogActivityInput!) { logActivity(input: $input) { activity { id } userErrors { message } } }`, {
    input: { kind: "NOTE", subject: "Call", body: "She is on sick leave for depression.", contactId: patient.id },
  });
  const row = page.getByRole("listitem").filter({ hasText: patient.name });
  await row.getByRole("button", { name: /^Decide/ }).click();
  await page.getByRole("button", { name: "Read it" }).click();
  await page.getByText("She is on sick leave for depression.").waitFor();
  await audit(page);
  await page.getByRole("button", { name: "Destroy it" }).click();
  await page.getByText("Nothing brings it back", { exact: false }).waitFor();
  await page.getByRole("dialog", { name: "Destroy the text?" }).getByRole("button", { name: "Destroy it" }).click();
  await page.getByText("The text is destroyed.").waitFor();
});

test("a breach is recorded, assessed and closed", async (t) => {
  const page = await officer.desk(t, "/privacy/breaches");
  await page.getByRole("button", { name: "Record a breach" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("In one line").fill(`Letter to the wrong door ${mark}`);
  await form.getByLabel("What happened").fill("A letter went to the neighbour, who brought it back unopened.");
  await form.getByRole("button", { name: "Record a breach" }).click();
  await page.getByRole("heading", { level: 1, name: `Letter to the wrong door ${mark}` }).waitFor();
  await page.getByText("Assess the risk").waitFor();
  assert.equal(await page.getByRole("button", { name: "Close the breach" }).isDisabled(), true);

  await page.getByRole("button", { name: "Change what is known" }).click();
  await form.getByLabel("Risk to the people concerned").selectOption("UNLIKELY");
  await form.getByLabel("Effects and likely consequences").fill("None.");
  await form.getByLabel("What was done and is proposed").fill("The door is labelled.");
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByText("Everything that the risk demands is done.").waitFor();
  await audit(page);
  await page.getByRole("button", { name: "Close the breach" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Close the breach" }).click();
  await page.getByText("This breach is closed.", { exact: false }).waitFor();
});

test("the record of processing comes as a table and as a page", async (t) => {
  const page = await officer.desk(t, "/privacy/processing");
  await page.getByRole("heading", { name: "Security measures" }).waitFor();
  for (const [item, holds] of [["Record as CSV", /,/], ["Record as a page (HTML)", /<!doctype html>/]]) {
    await page.getByRole("button", { name: "Download" }).click();
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: item }).click()]);
    assert.match(await read(file), holds);
  }
});

const pages = ["", "/requests", "/retention", "/retention/rules", "/retention/holds", "/retention/runs", "/processing", "/data-map", "/quarantine", "/quarantine/words", "/breaches", "/recipients", "/recipients/disclosures", "/recipients/notices", "/to-inform", "/copies", "/certificates"];

for (const [name, options] of [["light", { colorScheme: "light" }], ["dark, on a phone", { colorScheme: "dark", viewport: { width: 390, height: 844 } }]]) {
  test(`every page can be used by everybody: ${name}`, async (t) => {
    const page = await officer.desk(t, "/privacy", options);
    for (const path of pages) {
      await page.goto(new URL(`/privacy${path}`, page.url()).href);
      await page.locator("main h1").waitFor();
      await page.locator('[aria-busy="true"]').first().waitFor({ state: "detached" });
      await page.waitForTimeout(300);
      try {
        await audit(page);
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(excess, 0, "wider than the window");
      } catch (error) {
        error.message = `/privacy${path}: ${error.message}`;
        throw error;
      }
      if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/privacy${path.replaceAll("/", "-")}-${name.split(",")[0]}.png`, fullPage: true });
    }
  });
}

test("who may not use the desk reads who may", async (t) => {
  const seller = await ownMember("Seller", "SALES");
  t.after(() => seller.end());
  const page = await seller.desk(t, "/privacy/breaches", { expected: /./ });
  await page.getByRole("heading", { name: "Not for your role" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "Breaches" }).count(), 0);
  await audit(page);
});
