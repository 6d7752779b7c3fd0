// The table of contacts, and one person's page.
import assert from "node:assert/strict";
import { assertUsable } from "../support/accessible.js";
import { wrongWith } from "../support/dashboard.js";
import { eventually } from "../../support/demo.js";
import { mailsTo } from "../../support/mailbox.js";

const rows = (page) => page.locator("[role=row][data-id]");
const row = (page, id) => page.locator(`[role=row][data-id="${id}"]`);
const value = (page, key) => page.locator(`[data-value="${key}"]`);
const bulk = (page) => page.locator("[data-bulk=finished]");
const bulkDone = (page, text) => bulk(page).getByText(text, { exact: true }).waitFor();

/** Shows only who is found by these words. */
async function find(page, words, wanted) {
  await page.keyboard.press("f");
  await page.keyboard.type(words);
  await page.waitForFunction((wanted) => document.querySelectorAll("[role=row][data-id]").length === wanted, wanted);
}

const contactNow = async (dashboard, id) =>
  (await dashboard.demo.gql("query ($id: ID!) { contact(id: $id) { id version givenName jobTitle email archivedAt restrictedAt owner { name } tags { name } duplicates { score } } }", { id })).contact;

export default {
  "contacts come live, are chosen by keyboard and tagged together, and undo takes back no more than that": async (t, dashboard) => {
    const page = await dashboard.open(t, dashboard.admin, "/contacts");
    await rows(page).first().waitFor();
    const one = await dashboard.person("Keyboardone");
    const two = await dashboard.person("Keyboardtwo", { tags: ["Together"] });
    await row(page, two.id).waitFor();
    await find(page, "keyboard", 2);
    await page.keyboard.press("ArrowDown");
    await page.getByRole("grid").and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    for (const { id } of [one, two]) await page.locator(`[data-id="${id}"][aria-selected=true]`).waitFor();
    await page.getByRole("button", { name: "Add tags" }).click();
    await page.keyboard.type("Together");
    await page.keyboard.press("Enter");
    await assertUsable(page);
    await page.getByRole("button", { name: "Apply" }).click();
    await bulkDone(page, "Tags changed: 2 of 2");
    await row(page, one.id).getByText("Together").waitFor();
    await bulk(page).getByRole("button", { name: "Undo" }).click();
    await bulkDone(page, "Undone: 2 of 2");
    await row(page, one.id).getByText("Together").waitFor({ state: "detached" });
    assert.deepEqual((await contactNow(dashboard, one.id)).tags, []);
    assert.deepEqual((await contactNow(dashboard, two.id)).tags, [{ name: "Together" }], "the tag that was there before");
    await page.getByRole("grid").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /Keyboard/ }).waitFor();
  },

  "all who match get an owner or are archived, and who could not be changed is named with the reason": async (t, dashboard) => {
    const people = [await dashboard.person("Manyone"), await dashboard.person("Manytwo"), await dashboard.person("Manythree")];
    const page = await dashboard.open(t, dashboard.dpo, "/contacts");
    await rows(page).first().waitFor();
    await find(page, "many", 3);
    await page.getByRole("checkbox", { name: "Select all rows that are loaded" }).check();
    await page.getByText("3 selected", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Set owner" }).click();
    await page.getByRole("combobox", { name: "Owner" }).fill("Hugo");
    await page.getByRole("option", { name: "Hugo", exact: true }).click();
    await page.getByRole("button", { name: "Apply" }).click();
    await bulkDone(page, "Owner set: 3 of 3");
    for (const { id } of people) assert.equal((await contactNow(dashboard, id)).owner?.name, "Hugo");
    await bulk(page).getByRole("button", { name: "Close" }).click();

    // The third is locked before the selection is archived.
    await dashboard.act("restrictContact", "restriction { id }", { contactId: people[2].id, ground: "ACCURACY_CONTESTED" });
    await page.getByRole("toolbar").getByRole("button", { name: "Archive" }).click();
    await bulkDone(page, "Archived: 2 of 3");
    await page.getByRole("button", { name: "1 failed: see why" }).click();
    assert.match(await page.getByRole("dialog").getByRole("listitem").innerText(), /^.+: .*restrict/i);
    for (const { id } of people.slice(0, 2)) await row(page, id).waitFor({ state: "detached" });
    assert.deepEqual(await Promise.all(people.map(async ({ id }) => (await contactNow(dashboard, id)).archivedAt !== null)), [true, true, false]);
    await page.keyboard.press("Escape");
    await bulk(page).getByRole("button", { name: "Undo" }).click();
    await bulkDone(page, "Restored: 2 of 2");
    for (const { id } of people.slice(0, 2)) await row(page, id).waitFor();
  },

  "a view is saved under a name, found again after a reload, and deleted with an undo": async (t, dashboard) => {
    const customer = await dashboard.person("Harbourone", { lifecycle: "CUSTOMER" });
    const prospect = await dashboard.person("Harbourtwo", { lifecycle: "PROSPECT" });
    const page = await dashboard.open(t, dashboard.freya, "/contacts");
    await rows(page).first().waitFor();
    const views = (name) => page.getByRole("search").getByRole("button", { name, exact: true });
    const choose = (name) => page.getByRole("menuitem", { name, exact: true }).click();
    await views("All contacts").click();
    await choose("Customers by name");
    await page.getByText("Relation: Customer").waitFor();
    await find(page, "harbour", 1);
    await row(page, customer.id).waitFor();
    await views("Unsaved view").click();
    await choose("Save this view");
    await page.getByLabel("Name of the view").fill("Customers at the harbour");
    await assertUsable(page);
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("The view “Customers at the harbour” is saved.").waitFor();

    await views("Customers at the harbour").click();
    await choose("All contacts");
    await row(page, prospect.id).waitFor();
    await page.reload();
    await views("All contacts").click();
    await choose("Customers at the harbour");
    await row(page, prospect.id).waitFor({ state: "detached" });
    await row(page, customer.id).waitFor();
    assert.equal(await rows(page).count(), 1);

    await views("Customers at the harbour").click();
    await choose("Delete “Customers at the harbour”");
    await views("Unsaved view").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await views("Customers at the harbour").waitFor();
  },

  "somebody new is added with the reason for keeping them, after a warning of who looks alike": async (t, dashboard) => {
    const { id: alike, name } = await dashboard.person("Alike");
    const page = await dashboard.open(t, dashboard.freya, "/contacts");
    await page.getByRole("grid").waitFor();
    await page.keyboard.press("c");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("First name").fill("Zoltan");
    await dialog.getByLabel("Last name").fill("Alike");
    await dialog.getByText("Someone like this is already here").waitFor();
    assert.equal(await dialog.getByRole("link", { name }).getAttribute("href"), `/contacts/${alike}`);
    await assertUsable(page);
    await dialog.getByLabel("Last name").fill("Unlike");
    await dialog.getByRole("button", { name: "Add contact" }).click();
    assert.match(await wrongWith(dialog.getByRole("combobox", { name: /Where does their data/ })), /Choose where their data comes from\./);
    await dialog.getByRole("combobox", { name: /Why do you keep/ }).click();
    await page.getByRole("option").first().click();
    await dialog.getByRole("combobox", { name: /Where does their data/ }).click();
    await page.getByRole("option", { name: "Business card" }).click();
    await dialog.getByRole("button", { name: "Add contact" }).click();
    await page.getByRole("heading", { level: 1, name: "Zoltan Unlike" }).waitFor();
  },

  "what the server refuses is said in French at its field, and can be put right there": async (t, dashboard) => {
    await dashboard.person("Double");
    const page = await dashboard.open(t, dashboard.freya, "/contacts", { language: "fr", locale: "fr-FR" });
    await page.getByRole("grid").waitFor();
    await page.keyboard.press("c");
    const dialog = page.getByRole("dialog", { name: "Ajouter un contact" });
    await dialog.getByLabel("Prénom").fill("Autre");
    await dialog.getByLabel("Nom", { exact: true }).fill("Personne");
    await dialog.getByLabel("E-mail").fill("double@person.example");
    await dialog.getByRole("combobox", { name: /Pourquoi conserver/ }).click();
    await page.getByRole("option").first().click();
    await dialog.getByRole("combobox", { name: /D’où viennent/ }).click();
    await page.getByRole("option").first().click();
    await dialog.getByRole("button", { name: "Ajouter un contact" }).click();
    assert.match(await wrongWith(dialog.getByLabel("E-mail")), / déjà /);
    assert.equal(await dialog.getByLabel("Prénom").inputValue(), "Autre");
    await assertUsable(page);
    await dialog.getByLabel("E-mail").fill("autre@person.example");
    await dialog.getByRole("button", { name: "Ajouter un contact" }).click();
    await page.getByRole("heading", { level: 1, name: "Autre Personne" }).waitFor();
  },

  "of two who edit a person neither writes over the other, and the same value is shown from both": async (t, dashboard) => {
    const { id } = await dashboard.person("Conflict", { jobTitle: "Buyer" });
    const change = async (more) => dashboard.act("updateContact", "contact { id }", { contactId: id, expectedVersion: (await contactNow(dashboard, id)).version, ...more });
    const page = await dashboard.open(t, dashboard.freya, `/contacts/${id}`);
    const title = value(page, "job_title");
    await title.getByRole("button").click();
    await change({ givenName: "Noura" });
    await title.getByRole("textbox").fill("Head of light");
    await page.keyboard.press("Enter");
    await title.getByText("Head of light").waitFor();
    await value(page, "given_name").getByText("Noura").waitFor();

    await title.getByRole("button").click();
    await title.getByRole("textbox").fill("Mine");
    await change({ jobTitle: "Theirs" });
    await title.getByText("Someone else has just changed").waitFor();
    await page.keyboard.press("Enter");
    const both = title.getByRole("alert");
    await both.waitFor();
    assert.match(await both.innerText(), /Theirs[\s\S]*Mine/);
    assert.equal((await contactNow(dashboard, id)).jobTitle, "Theirs");
    await assertUsable(page);
    await title.getByRole("button", { name: "Save mine" }).click();
    await title.getByRole("button", { name: /Edit Job title: Mine/ }).waitFor();
    assert.equal((await contactNow(dashboard, id)).jobTitle, "Mine");

    await title.getByRole("button", { name: /Edit/ }).focus();
    await page.getByRole("tooltip").getByText("Entered by staff").waitFor();
  },

  "names of every script are shown, and a note of thousands of letters is kept": async (t, dashboard) => {
    const names = { Arabic: ["محمد", "العربي"], Japanese: ["太郎", "山田"], Swedish: ["Zoe\u0308", "Ha\u030Akansson"] };
    const page = await dashboard.open(t, dashboard.freya, "/contacts");
    for (const [script, [givenName, familyName]] of Object.entries(names)) {
      const { id } = await dashboard.person(script, { givenName, familyName });
      await page.goto(`${dashboard.demo.app}/contacts/${id}`);
      const heading = page.getByRole("heading", { level: 1 }).filter({ hasText: givenName.slice(0, 2) });
      await heading.waitFor();
      assert.ok((await heading.innerText()).normalize("NFC").includes(`${givenName} ${familyName}`.normalize("NFC")), script);
    }
    await page.keyboard.press("n");
    await page.getByRole("textbox", { name: /Write a note/ }).fill(`${"Une longue note. ".repeat(290)}fin`);
    await page.keyboard.press("Control+Enter");
    await page.getByText("Note saved.").first().waitFor();
    await page.getByRole("button", { name: "Show all of it" }).click();
    await page.getByText(/Une longue note\. fin$/).first().waitFor();
  },

  "two contacts of one person are merged with a choice per field, after a last warning": async (t, dashboard) => {
    const phone = "+33199001234";
    const older = await dashboard.person("Twin", { givenName: "Lou", phone, jobTitle: "Older title", email: undefined });
    const newer = await dashboard.person("Twin", { givenName: "Louise", phone, jobTitle: "Newer title" });
    await eventually("they are found to be alike", async () => (await contactNow(dashboard, older.id)).duplicates.length, 90);
    const page = await dashboard.open(t, dashboard.freya, `/contacts/${older.id}`);
    await page.getByRole("button", { name: "Compare and merge" }).click();
    await page.getByRole("radio", { name: "Job title: right" }).check();
    await assertUsable(page);
    await page.getByRole("button", { name: "Merge for good" }).click();
    const last = page.getByRole("dialog").filter({ hasText: "There is no way back" });
    await last.getByRole("button", { name: "Merge for good" }).click();
    await page.getByText("The contacts are merged.").waitFor();
    const { id, jobTitle, givenName, email } = await contactNow(dashboard, newer.id);
    assert.deepEqual({ id, jobTitle, givenName, email }, { id: older.id, jobTitle: "Newer title", givenName: "Lou", email: "twin@person.example" });
  },

  "a restricted person is locked for everybody, until the lifting has reached their mailbox": async (t, dashboard) => {
    const { id } = await dashboard.person("Locked", { jobTitle: "Buyer" });
    const [page, seller] = await Promise.all([dashboard.open(t, dashboard.dpo, `/contacts/${id}`), dashboard.open(t, dashboard.freya, `/contacts/${id}`)]);
    await value(seller, "job_title").getByRole("button").waitFor();
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Restrict processing" }).click();
    await page.getByRole("radio", { name: /disputes/ }).check();
    await page.getByRole("button", { name: "Restrict", exact: true }).click();
    for (const one of [page, seller]) {
      await one.locator("[data-locked]").waitFor();
      await value(one, "job_title").getByRole("button").waitFor({ state: "detached" });
    }
    await page.locator("[data-answer=RESTRICTED]").first().waitFor();
    await seller.getByText("Ask your data protection officer").waitFor();
    await assertUsable(page);

    await page.getByRole("button", { name: "Lift the restriction" }).click();
    await page.getByRole("dialog").getByText("Accord writes to the person first.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Lift the restriction" }).click();
    await page.getByText("The person is being told. Then the restriction ends.").waitFor();
    for (const one of [page, seller]) {
      await one.locator("[data-locked]").waitFor({ state: "detached" });
      await value(one, "job_title").getByRole("button").waitFor();
    }
    assert.equal((await contactNow(dashboard, id)).restrictedAt, null);
    const [last] = (await mailsTo(dashboard.demo, "locked@person.example")).slice(-1);
    assert.equal(last.subject, "We are about to use your data again");
  },

  "a company has its people by the domain of their addresses, and is edited in place": async (t, dashboard) => {
    const { company } = await dashboard.act("createCompany", "company { id }", { name: "Lampes du Port", domain: "lampes-du-port.example" });
    const { name } = await dashboard.person("Employee", { email: "zoltan@lampes-du-port.example" });
    const page = await dashboard.open(t, dashboard.freya, "/companies");
    await row(page, company.id).getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: "Lampes du Port" }).waitFor();
    await page.getByText(name).waitFor();
    const industry = value(page, "industry");
    await industry.getByRole("button").click();
    await industry.getByRole("textbox").fill("Lighting");
    await page.keyboard.press("Enter");
    await industry.getByText("Lighting").waitFor();
    const { company: now } = await dashboard.demo.gql("query ($id: ID!) { company(id: $id) { industry } }", { id: company.id });
    assert.equal(now.industry, "Lighting");
  },
};
