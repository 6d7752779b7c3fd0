// An owner sets the workspace up.
import assert from "node:assert/strict";
import { assertUsable } from "../support/accessible.js";
import { code, wrongWith } from "../support/dashboard.js";

const dialog = (page) => page.getByRole("dialog");
const item = (page, text) => page.getByRole("listitem").filter({ hasText: text });

export default {
  "the workspace's address is changed and taken back, and a wrong mail address is said at its field": async (t, dashboard) => {
    const page = await dashboard.open(t, dashboard.owner, "/settings/workspace");
    const address = page.getByLabel("Postal address");
    const before = await address.inputValue();
    const stored = async () => (await dashboard.demo.gql("{ viewer { workspace { postalAddress } } }")).viewer.workspace.postalAddress;
    assert.ok(before, "the demo has an address");
    await address.fill(`${before} (new)`);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    assert.equal(await stored(), `${before} (new)`);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.waitForFunction((text) => [...document.querySelectorAll("input, textarea")].some(({ value }) => value === text), before);
    assert.equal(await stored(), before);

    const contact = page.getByLabel("Contact address");
    await contact.fill("nobody");
    await page.getByRole("button", { name: "Save" }).click();
    assert.match(await wrongWith(contact), /e-mail address/i);
    await page.getByRole("button", { name: "Discard" }).click();
    assert.notEqual(await contact.inputValue(), "nobody");
  },

  "a member is invited, changes role, and loses access": async (t, dashboard) => {
    const page = await dashboard.open(t, dashboard.owner, "/settings/members");
    const row = item(page, "Colleague Short");
    await page.getByRole("button", { name: "Invite a member" }).click();
    await dialog(page).getByLabel("Name").fill("Colleague Short");
    await page.getByLabel("E-mail address").fill(dashboard.freya.email);
    await page.getByRole("button", { name: "Send the invitation" }).click();
    assert.match(await wrongWith(page.getByLabel("E-mail address")), /exists/);
    await page.getByLabel("E-mail address").fill("colleague@staff.example");
    await assertUsable(page);
    await page.getByRole("button", { name: "Send the invitation" }).click();
    await page.getByText("The invitation is on its way").waitFor();
    await row.getByText("Invited").waitFor();

    await row.getByRole("button", { name: "More for Colleague Short" }).click();
    await page.getByRole("menuitem", { name: "Change name, role or language" }).click();
    await dialog(page).getByRole("combobox", { name: "Role" }).click();
    await page.getByRole("option", { name: /^Marketing/ }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await row.getByText("Marketing").waitFor();

    await row.getByRole("button", { name: "More for Colleague Short" }).click();
    await page.getByRole("menuitem", { name: "End access" }).click();
    await dialog(page).getByRole("button", { name: "End access" }).click();
    await page.getByText("Colleague Short has no access any more.").waitFor();
    await row.getByText("No access").waitFor();
  },

  "a purpose is created in two languages, gets a new text, and is archived with an undo": async (t, dashboard) => {
    const page = await dashboard.open(t, dashboard.owner, "/settings/purposes");
    await page.getByRole("button", { name: "New purpose" }).first().click();
    await page.getByLabel("Key").fill("lamp_fair");
    const sides = dialog(page).getByRole("group");
    for (const [language, title, wording] of [["English", "Lamp fair", "Yes, invite me to the fair."], ["Français", "Salon des lampes", "Oui, invitez-moi au salon."]]) {
      const side = sides.filter({ has: page.getByText(language, { exact: true }) }).last();
      await side.getByLabel("Short name").fill(title);
      await side.getByLabel("Exact sentence beside the checkbox").fill(wording);
    }
    await assertUsable(page);
    await page.getByRole("button", { name: "Create the purpose" }).click();
    await page.getByRole("heading", { level: 1, name: "Lamp fair" }).waitFor();
    await page.getByText("Oui, invitez-moi au salon.").waitFor();

    await page.getByRole("button", { name: "New version of the texts" }).click();
    await page.getByLabel("Exact sentence beside the checkbox").first().fill("Yes, invite me to the fair in May.");
    await page.getByRole("button", { name: "Publish version 2" }).click();
    await page.getByText("Version 2 is in force.").waitFor();
    await page.getByText("Yes, invite me to the fair in May.").waitFor();
    await page.getByText("Yes, invite me to the fair.", { exact: true }).waitFor();

    const archive = async () => {
      await page.getByRole("button", { name: "Archive" }).click();
      await dialog(page).getByRole("button", { name: "Archive" }).click();
      await page.getByText("This purpose is archived").waitFor();
    };
    await archive();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("This purpose is archived").waitFor({ state: "detached" });
    await archive();
  },

  "a field is created with its reason, and deleted with its values": async (t, dashboard) => {
    const page = await dashboard.open(t, dashboard.owner, "/settings/fields");
    await page.getByRole("radiogroup", { name: "Fields of" }).getByText("Companies").click();
    await page.getByRole("button", { name: "New field" }).first().click();
    await page.getByLabel("Label (English)").fill("Shelf");
    await page.getByLabel("Why you keep it").fill("To find their lamps.");
    await page.getByLabel("Key").fill("shelf");
    await assertUsable(page);
    await page.getByRole("button", { name: "Create the field" }).click();
    const row = item(page, "Shelf");
    await row.waitFor();
    await row.getByRole("button", { name: "More for Shelf" }).click();
    await page.getByRole("menuitem", { name: "Delete with all values" }).click();
    await dialog(page).getByRole("button", { name: "Delete" }).click();
    await row.waitFor({ state: "detached" });
  },

  "a pipeline's stages are ordered by keyboard, one is deleted, and the pipeline archived": async (t, dashboard) => {
    const page = await dashboard.open(t, dashboard.owner, "/settings/pipelines");
    await page.getByRole("button", { name: "New pipeline" }).first().click();
    await dialog(page).getByRole("textbox", { name: "Name", exact: true }).fill("Ordered");
    await assertUsable(page);
    await page.getByRole("button", { name: "Create the pipeline" }).click();
    const card = page.getByRole("region", { name: "Ordered" });
    await card.waitFor();
    const shown = () => card.getByRole("listitem").evaluateAll((rows) => rows.map((row) => row.innerText.split("\n")[0]));
    const first = (name) => page.waitForFunction((name) => document.querySelector('section[aria-label="Ordered"] li')?.innerText.startsWith(name), name);
    assert.deepEqual(await shown(), ["New", "Talking", "Offer sent", "Won", "Lost"]);

    await card.getByRole("button", { name: "Move Talking", exact: true }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Space");
    await page.getByText("The stages are in a new order.").waitFor();
    const { pipelines } = await dashboard.demo.gql("{ pipelines { name stages { name } } }");
    assert.deepEqual(pipelines.find(({ name }) => name === "Ordered").stages.map(({ name }) => name), ["Talking", "New", "Offer sent", "Won", "Lost"]);
    await first("Talking");
    await page.getByRole("button", { name: "Undo" }).click();
    await first("New");

    await card.getByRole("button", { name: "More for Offer sent" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await dialog(page).getByRole("button", { name: "Delete" }).click();
    await page.getByText("“Offer sent” is deleted").waitFor();
    await card.getByRole("button", { name: "More for Ordered" }).click();
    await page.getByRole("menuitem", { name: "Archive" }).click();
    await card.waitFor({ state: "detached" });
  },

  "tags are merged, renamed and deleted": async (t, dashboard) => {
    const { id } = await dashboard.person("Tagged", { tags: ["alpha lamp", "beta lamp"] });
    const tagsNow = async () => (await dashboard.demo.gql("query ($id: ID!) { contact(id: $id) { tags { name } } }", { id })).contact.tags.map(({ name }) => name);
    const page = await dashboard.open(t, dashboard.owner, "/settings/tags");
    for (const name of ["alpha lamp", "beta lamp"]) await page.getByRole("checkbox", { name: `Choose ${name}` }).check();
    await page.getByRole("button", { name: "Merge the 2 chosen" }).click();
    await assertUsable(page);
    await dialog(page).getByRole("button", { name: "Merge" }).click();
    await page.getByText(/^Merged into/).waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll("main li")].filter((row) => /(alpha|beta) lamp/.test(row.innerText)).length === 1);
    assert.equal((await tagsNow()).length, 1);
    await item(page, / lamp/).getByRole("button", { name: /^Rename/ }).click();
    await page.getByLabel("New name").fill("gamma lamp");
    await dialog(page).getByRole("button", { name: "Rename" }).click();
    const row = item(page, "gamma lamp");
    await row.waitFor();
    assert.deepEqual(await tagsNow(), ["gamma lamp"]);
    await row.getByRole("button", { name: /^Delete/ }).click();
    await dialog(page).getByRole("button", { name: "Delete" }).click();
    await row.waitFor({ state: "detached" });
    assert.deepEqual(await tagsNow(), []);
  },

  "a key is made after a second factor, is shown once, works, and is revoked": async (t, dashboard) => {
    // Of their own, as a second factor renews the session.
    const keeper = await dashboard.member("Keyra", "OWNER");
    const page = await dashboard.open(t, keeper, "/settings/keys", { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "New API key" }).click();
    await page.getByLabel("What is it for?").fill("A short journey");
    await page.getByRole("button", { name: "Create the key" }).click();
    await page.getByText("so it needs a second factor").waitFor();
    await page.getByLabel(/Your password/).fill(keeper.password);
    await page.getByRole("button", { name: "Set up a second factor" }).click();
    const secret = await dialog(page).locator("pre").innerText();
    await assertUsable(page);
    await page.getByLabel(/^Code/).fill(code(secret));
    await page.getByRole("button", { name: "Confirm", exact: true }).click();
    await page.getByRole("button", { name: "I have kept them" }).click();

    await page.getByText("It is never shown again.").waitFor();
    await page.getByRole("button", { name: "Copy the key" }).click();
    const key = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(key, /^accord_key_/);
    const role = async () => {
      const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
      const answer = await fetch(dashboard.demo.graphql, { method: "POST", headers, body: JSON.stringify({ query: "{ viewer { role } }" }) });
      return (await answer.json()).data?.viewer.role;
    };
    assert.equal(await role(), "READER");
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText(key).waitFor({ state: "detached" });

    const row = item(page, "A short journey");
    await row.getByRole("button", { name: /^Revoke/ }).click();
    await dialog(page).getByRole("button", { name: "Revoke" }).click();
    await row.getByText(/^Revoked/).waitFor();
    assert.equal(await role(), undefined, "the key still works");
  },
};
