// A marketer makes, publishes and embeds web forms.
import assert from "node:assert/strict";
import { assertUsable } from "../support/accessible.js";

const texts = (en, fr) => [{ language: "en", text: en }, { language: "fr", text: fr }];
const saved = (page) => page.getByText("All changes saved").waitFor();
const save = (page) => page.getByRole("button", { name: "Save", exact: true });
const publish = (page) => page.getByRole("button", { name: "Publish", exact: true });
const heading = (page) => page.getByLabel("Heading (English)");
const order = (page) => page.locator("[data-question]").evaluateAll((rows) => rows.map((row) => row.dataset.question));

/** A draft that only lacks what the test adds. */
async function newForm(dashboard, name, more = {}) {
  const fields = [
    { key: "email", kind: "EMAIL", required: true, label: texts("E-mail", "E-mail"), reason: texts("to write", "pour écrire") },
    { key: "given_name", kind: "GIVEN_NAME", label: texts("First name", "Prénom"), reason: texts("to greet you", "pour vous saluer") },
  ];
  const definition = { languages: ["en", "fr"], title: texts("Letter", "Lettre"), fields, ...more };
  return (await dashboard.act("createForm", "form { id }", { name, definition })).form.id;
}

const formNow = async (dashboard, id) =>
  (await dashboard.demo.gql("query ($id: ID!) { form(id: $id) { name version draft { title { language text } fields { key } } publishedVersion { number } } }", { id })).form;

export default {
  "a form begins with a name, is built beside its preview, published, and copied into a page": async (t, dashboard) => {
    const page = await dashboard.open(t, dashboard.marketer, "/web-forms", { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "New form" }).first().click();
    await page.getByRole("button", { name: "Create the draft" }).click();
    await page.getByText("Give the form a name").waitFor();
    await page.getByLabel("Name").fill("Letters about lamps");
    await page.getByRole("button", { name: "Create the draft" }).click();
    await page.getByRole("heading", { level: 1, name: "Letters about lamps" }).waitFor();
    const id = page.url().match(/form_\w+/)[0];

    // What is missing is said before the server refuses it.
    await publish(page).click();
    await page.getByText("Offer at least one consent").waitFor();
    await assertUsable(page);

    const preview = page.frameLocator('iframe[title="Preview of the draft"]');
    await heading(page).fill("Letters, as it is typed");
    await preview.getByRole("heading", { level: 1, name: "Letters, as it is typed" }).waitFor();
    await page.getByTestId("add-question").click();
    await page.getByRole("menuitem", { name: /^Telephone/ }).click();
    await page.getByLabel("Why you ask (English)").fill("to call you");
    await page.getByLabel("Why you ask (Français)").fill("pour vous appeler");
    await preview.getByLabel("Telephone").waitFor();
    await page.getByRole("checkbox", { name: "E-mail" }).first().check();
    await preview.getByText("Nothing is ticked in advance").waitFor();
    await save(page).click();
    await saved(page);
    await publish(page).click();
    await page.getByRole("button", { name: "Publish version 1" }).click();
    await page.getByText("Version 1 is published.").waitFor();
    assert.equal((await formNow(dashboard, id)).publishedVersion.number, 1);

    await page.getByRole("tab", { name: "Embed" }).click();
    const copied = async (name) => {
      await page.getByRole("button", { name: `Copy: ${name}` }).click();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    assert.match(await copied("Script"), new RegExp(`<accord-form form="${id}">`));
    assert.match(await copied("Plain HTML"), /<form method="post"/);
    await assertUsable(page);
  },

  "the second version says what is different, and the first can be the draft again": async (t, dashboard) => {
    const { purposes } = await dashboard.demo.gql("{ purposes { id legalBasis channels archivedAt } }");
    const { id: purposeId } = purposes.find((one) => one.legalBasis === "CONSENT" && !one.archivedAt && one.channels.includes("EMAIL"));
    const id = await newForm(dashboard, "Two versions", { consents: [{ purposeId, channel: "EMAIL" }] });
    await dashboard.act("publishForm", "form { id }", { formId: id });
    const page = await dashboard.open(t, dashboard.marketer, `/web-forms/${id}`);
    await heading(page).fill("Letter about light");
    await publish(page).click();
    await page.getByText("The heading in English is different.").waitFor();
    await assertUsable(page);
    await page.getByRole("button", { name: "Publish version 2" }).click();
    await page.getByText("Version 2 is published.").waitFor();
    await page.getByRole("tab", { name: "Versions" }).click();
    await page.getByText("The heading in English is different.").waitFor();
    await page.getByRole("button", { name: "Make it the draft" }).last().click();
    await page.getByText("Version 1 is the draft again").waitFor();
    assert.equal(await heading(page).inputValue(), "Letter");

    // Archived, it is closed for visitors; undo opens it again.
    await page.getByRole("button", { name: "Undo", exact: true }).first().click();
    await page.goto(`${dashboard.demo.app}/web-forms/${id}?tab=arrivals`);
    await page.getByText("Nothing was turned away").waitFor();
    await assertUsable(page);
    const status = async () => (await fetch(`${dashboard.demo.app}/forms/${id}`)).status;
    assert.equal(await status(), 200);
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Archive the form" }).click();
    await page.getByText("This form is archived").waitFor();
    assert.equal(await status(), 410);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("This form is archived").waitFor({ state: "detached" });
    assert.equal(await status(), 200);
  },

  "questions are reordered by keyboard, undone and redone": async (t, dashboard) => {
    const id = await newForm(dashboard, "Order");
    const page = await dashboard.open(t, dashboard.marketer, `/web-forms/${id}`);
    const first = (key) => page.waitForFunction((key) => document.querySelector("[data-question]")?.dataset.question === key, key);
    await page.getByRole("button", { name: "Move First name" }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Space");
    await first("given_name");
    await page.keyboard.press("Control+z");
    await first("email");
    await page.keyboard.press("Control+Shift+z");
    await first("given_name");
    assert.deepEqual(await order(page), ["given_name", "email"]);
    await page.keyboard.press("Control+s");
    await saved(page);
    assert.deepEqual((await formNow(dashboard, id)).draft.fields.map(({ key }) => key), ["given_name", "email"]);
  },

  "unsaved edits of a form outlive a lost connection and a reload, and leaving asks first": async (t, dashboard) => {
    const id = await newForm(dashboard, "Kept");
    const page = await dashboard.open(t, dashboard.marketer, `/web-forms/${id}`, { expected: /ERR_INTERNET_DISCONNECTED|WebSocket/ });
    await heading(page).fill("Typed on a train");
    await page.context().setOffline(true);
    await save(page).click();
    await page.getByText("The server cannot be reached").waitFor();
    assert.equal(await heading(page).inputValue(), "Typed on a train");
    await page.context().setOffline(false);
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByText("Leave without saving?").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();

    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await page.getByText("Your unsaved edits are back").waitFor();
    assert.equal(await heading(page).inputValue(), "Typed on a train");
    await save(page).click();
    await saved(page);
    assert.equal((await formNow(dashboard, id)).draft.title.find(({ language }) => language === "en").text, "Typed on a train");
  },

  "what somebody else saved in a form is shown, and one chooses what stays": async (t, dashboard) => {
    const id = await newForm(dashboard, "Two people");
    const page = await dashboard.open(t, dashboard.marketer, `/web-forms/${id}`);
    await page.getByLabel("Name", { exact: true }).fill("My name for it");
    const { version } = await formNow(dashboard, id);
    await dashboard.act("updateForm", "form { id }", { formId: id, expectedVersion: version, name: "Their name" });
    await page.getByText("Somebody else changed this form").waitFor();
    await page.getByText("The name for staff is different.").waitFor();
    await assertUsable(page);
    assert.equal((await formNow(dashboard, id)).name, "Their name");
    await page.getByRole("button", { name: /^Keep my edits/ }).click();
    await save(page).click();
    await saved(page);
    assert.equal((await formNow(dashboard, id)).name, "My name for it");
  },
};
