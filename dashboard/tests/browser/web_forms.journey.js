// A marketer makes, publishes and embeds a form, against a running demo: see own_member.js for the environment.
// Run it by `node --test tests/browser/web_forms.journey.js`.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { app, audit, elsewhere, ownMember } from "./own_member.js";

let member;
const made = [];
before(async () => {
  member = await ownMember("Forms Journey");
});
after(async () => {
  for (const id of made) await elsewhere(`mutation ($input: ArchiveFormInput!) { archiveForm(input: $input) { userErrors { message } } }`, { input: { formId: id } });
  await member?.end();
});

const texts = (en, fr) => [{ language: "en", text: en }, { language: "fr", text: fr }];

/** A form that only lacks what the test adds. */
async function newForm(name, more = {}) {
  const { createForm } = await elsewhere(`mutation ($input: CreateFormInput!) { createForm(input: $input) { form { id } userErrors { message } } }`, {
    input: {
      name,
      definition: {
        languages: ["en", "fr"],
        title: texts("Letter", "Lettre"),
        fields: [
          { key: "email", kind: "EMAIL", required: true, label: texts("E-mail", "E-mail"), reason: texts("to write", "pour écrire") },
          { key: "given_name", kind: "GIVEN_NAME", label: texts("First name", "Prénom"), reason: texts("to greet you", "pour vous saluer") },
        ],
        ...more,
      },
    },
  });
  made.push(createForm.form.id);
  return createForm.form.id;
}
const formNow = async (id) =>
  (await elsewhere(`query ($id: ID!) { form(id: $id) { name version archivedAt draft { title { language text } fields { key } consents { channel } } publishedVersion { number } } }`, { id })).form;
const consent = async () => (await elsewhere(`{ purposes { id legalBasis channels archivedAt } }`)).purposes.find((one) => one.legalBasis === "CONSENT" && !one.archivedAt && one.channels.includes("EMAIL"));
const saved = (page) => page.getByText("All changes saved").waitFor();
const save = (page) => page.getByRole("button", { name: "Save", exact: true });
const order = (page) => page.locator("[data-question]").evaluateAll((rows) => rows.map((row) => row.dataset.question));

describe("forms", { concurrency: 1 }, () => {
  test("begins with a name, and is built, published and copied", async (t) => {
    const page = await member.desk(t, "/web-forms");
    await page.getByRole("button", { name: "New form" }).first().click();
    await page.getByRole("button", { name: "Create the draft" }).click();
    await page.getByText("Give the form a name").waitFor();
    const name = `Journey ${Date.now()}`;
    await page.getByLabel("Name").fill(name);
    await page.getByRole("button", { name: "Create the draft" }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    const id = page.url().match(/form_\w+/)[0];
    made.push(id);

    // What is missing is said before the server refuses it.
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByText("Offer at least one consent").waitFor();
    await audit(page);

    // The preview is the draft, as it is typed.
    await page.getByLabel("Heading (English)").fill("Letters about lamps");
    const preview = page.frameLocator('iframe[title="Preview of the draft"]');
    await preview.getByRole("heading", { level: 1, name: "Letters about lamps" }).waitFor();

    await page.getByTestId("add-question").click();
    await page.getByRole("menuitem", { name: /^Telephone/ }).click();
    await page.getByLabel("Why you ask (English)").fill("to call you");
    await page.getByLabel("Why you ask (Français)").fill("pour vous appeler");
    await preview.getByLabel("Telephone").waitFor();
    await page.getByRole("checkbox", { name: "E-mail" }).first().check();
    await preview.getByText("Nothing is ticked in advance").waitFor();
    await save(page).click();
    await saved(page);

    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByRole("button", { name: "Publish version 1" }).click();
    await page.getByText("Version 1 is published.").waitFor();
    assert.equal((await formNow(id)).publishedVersion.number, 1);

    await page.getByRole("tab", { name: "Embed" }).click();
    await page.getByRole("button", { name: "Copy: Script" }).click();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), new RegExp(`<accord-form form="${id}">`));
    await page.getByRole("button", { name: "Copy: Plain HTML" }).click();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /<form method="post"/);
    await audit(page);

    // The second version says what changed.
    await page.getByRole("tab", { name: "Build" }).click();
    await page.getByLabel("Heading (English)").fill("Letters about light");
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByText("The heading in English is different.").waitFor();
    await audit(page);
    await page.getByRole("button", { name: "Publish version 2" }).click();
    await page.getByText("Version 2 is published.").waitFor();
    await page.getByRole("tab", { name: "Versions" }).click();
    await page.getByText("The heading in English is different.").waitFor();
    await page.getByRole("button", { name: "Make it the draft" }).last().click();
    await page.getByText("Version 1 is the draft again").waitFor();
    assert.equal(await page.getByLabel("Heading (English)").inputValue(), "Letters about lamps");
    await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  });

  test("is reordered by keyboard, undone and redone", async (t) => {
    const id = await newForm("Order");
    const page = await member.desk(t, `/web-forms/${id}`);
    await page.getByRole("button", { name: "Move First name" }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Space");
    await page.waitForFunction(() => document.querySelector("[data-question]")?.dataset.question === "given_name");
    await page.keyboard.press("Control+z");
    assert.deepEqual(await order(page), ["email", "given_name"]);
    await page.keyboard.press("Control+Shift+z");
    assert.deepEqual(await order(page), ["given_name", "email"]);
    await page.keyboard.press("Control+s");
    await saved(page);
    assert.deepEqual((await formNow(id)).draft.fields.map(({ key }) => key), ["given_name", "email"]);
  });

  test("keeps unsaved edits over a lost connection, a reload, and asks before leaving", async (t) => {
    const id = await newForm("Kept");
    const page = await member.desk(t, `/web-forms/${id}`, { expected: /ERR_INTERNET_DISCONNECTED|WebSocket/ });
    await page.getByLabel("Heading (English)").fill("Typed on a train");
    await page.context().setOffline(true);
    await save(page).click();
    await page.getByText("The server cannot be reached").waitFor();
    assert.equal(await page.getByLabel("Heading (English)").inputValue(), "Typed on a train");
    await page.context().setOffline(false);
    await page.waitForTimeout(500);

    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByText("Leave without saving?").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();

    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await page.getByText("Your unsaved edits are back").waitFor();
    assert.equal(await page.getByLabel("Heading (English)").inputValue(), "Typed on a train");
    await save(page).click();
    await saved(page);
    assert.equal((await formNow(id)).draft.title.find(({ language }) => language === "en").text, "Typed on a train");
  });

  test("shows what somebody else saved, and lets one choose", async (t) => {
    const id = await newForm("Two people");
    const page = await member.desk(t, `/web-forms/${id}`);
    await page.getByLabel("Name", { exact: true }).fill("My name for it");
    const { version } = await formNow(id);
    await elsewhere(`mutation ($input: UpdateFormInput!) { updateForm(input: $input) { userErrors { message } } }`, { input: { formId: id, expectedVersion: version, name: "Their name" } });
    await page.getByText("Somebody else changed this form").waitFor();
    await page.getByText("The name for staff is different.").waitFor();
    await page.getByRole("button", { name: /^Keep my edits/ }).click();
    await save(page).click();
    await saved(page);
    assert.equal((await formNow(id)).name, "My name for it");
  });

  test("is closed by archiving, and opened again by undo", async (t) => {
    const { id: purposeId } = await consent();
    const id = await newForm("Short-lived", { consents: [{ purposeId, channel: "EMAIL" }] });
    await elsewhere(`mutation ($input: PublishFormInput!) { publishForm(input: $input) { userErrors { message } } }`, { input: { formId: id } });
    const page = await member.desk(t, `/web-forms/${id}?tab=arrivals`);
    await page.getByText("Nothing was turned away").waitFor();
    await audit(page);
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Archive the form" }).click();
    await page.getByText("This form is archived").waitFor();
    assert.equal((await fetch(`${app}/forms/${id}`)).status, 410);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("This form is archived").waitFor({ state: "detached" });
    assert.equal((await fetch(`${app}/forms/${id}`)).status, 200);
  });

  test("holds in French, dark, and on a phone", async (t) => {
    const page = await member.desk(t, "/web-forms", { language: "fr", colorScheme: "dark", viewport: { width: 390, height: 844 } });
    await page.getByRole("heading", { level: 1, name: "Formulaires" }).waitFor();
    await audit(page);
    await page.goto(`${app}/web-forms/${made[0]}`);
    await page.getByRole("tab", { name: "Composer" }).waitFor();
    await audit(page);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390, "it scrolls sideways");
  });
});
