// An owner sets the workspace up, against a running demo: see own_member.js for the environment.
// Run it by `node --test tests/browser/settings.journey.js`.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { app, audit, elsewhere, ownMember } from "./own_member.js";

const mark = Date.now().toString(36);
let member;
before(async () => {
  member = await ownMember("Settings Journey");
});
after(() => member?.end());

/** The six digits that an authenticator app shows (RFC 6238). */
function digits(secret, at = Date.now()) {
  const bits = [...secret.replace(/[\s=]/g, "").toUpperCase()].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const code = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(code % 1_000_000).padStart(6, "0");
}

describe("the settings", { concurrency: 1 }, () => {
  test("hold on every page, in both languages and themes, and on a phone", async (t) => {
    const places = ["workspace", "members", "keys", "purposes", "fields", "pipelines", "tags", "mail"];
    for (const look of [{ language: "en", colorScheme: "light" }, { language: "fr", colorScheme: "dark", viewport: { width: 390, height: 844 } }]) {
      const page = await member.desk(t, "/settings/workspace", look);
      for (const place of places) {
        await page.goto(`${app}/settings/${place}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.locator('[aria-busy="true"]').first().waitFor({ state: "detached" });
        await audit(page);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= (look.viewport?.width ?? 1440), `${place} scrolls sideways`);
      }
    }
  });

  test("change the workspace, and take it back", async (t) => {
    const page = await member.desk(t, "/settings/workspace");
    const address = page.getByLabel("Postal address");
    const before = await address.inputValue();
    await address.fill(`${before} (${mark})`);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.waitForFunction((text) => [...document.querySelectorAll("input")].some(({ value }) => value === text), before);
    await page.getByLabel("Contact address").fill("nobody");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(/e-mail address/i).first().waitFor();
    await page.getByRole("button", { name: "Discard" }).click();
  });

  test("invite a member, change their role, and end their access", async (t) => {
    const page = await member.desk(t, "/settings/members");
    const name = `Colleague ${mark}`;
    await page.getByRole("button", { name: "Invite a member" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill(name);
    await page.getByLabel("E-mail address").fill(`colleague-${mark}@staff.example`);
    await audit(page);
    await page.getByRole("button", { name: "Send the invitation" }).click();
    await page.getByText("The invitation is on its way").waitFor();
    const row = page.getByRole("listitem").filter({ hasText: name });
    await row.scrollIntoViewIfNeeded();
    await row.getByText("Invited").waitFor();

    await row.getByRole("button", { name: `More for ${name}` }).click();
    await page.getByRole("menuitem", { name: "Change name, role or language" }).click();
    await page.getByRole("combobox", { name: "Role" }).or(page.getByLabel("Role")).first().click();
    await page.getByRole("option", { name: /^Marketing/ }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await row.getByText("Marketing").waitFor();

    await row.getByRole("button", { name: `More for ${name}` }).click();
    await page.getByRole("menuitem", { name: "End access" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End access" }).click();
    await page.getByText(`${name} has no access any more.`).waitFor();
    await row.getByText("No access").waitFor();
  });

  test("create a purpose, give it a new text, archive it and take that back", async (t) => {
    const page = await member.desk(t, "/settings/purposes");
    await page.getByRole("button", { name: "New purpose" }).first().click();
    await page.getByLabel("Key").fill(`journey_${mark}`);
    const sides = page.getByRole("dialog").getByRole("group");
    for (const [language, title, wording] of [["English", "Lamp fair", "Yes, invite me to the fair."], ["Français", "Salon des lampes", "Oui, invitez-moi au salon."]]) {
      const side = sides.filter({ has: page.getByText(language, { exact: true }) }).last();
      await side.getByLabel("Short name").fill(title);
      await side.getByLabel("Exact sentence beside the checkbox").fill(wording);
    }
    await audit(page);
    await page.getByRole("button", { name: "Create the purpose" }).click();
    await page.getByRole("heading", { level: 1, name: "Lamp fair" }).waitFor();
    await page.getByText("Oui, invitez-moi au salon.").waitFor();
    await audit(page);

    await page.getByRole("button", { name: "New version of the texts" }).click();
    await page.getByLabel("Exact sentence beside the checkbox").first().fill("Yes, invite me to the fair in May.");
    await page.getByRole("button", { name: "Publish version 2" }).click();
    await page.getByText("Version 2 is in force.").waitFor();
    await page.getByText("Yes, invite me to the fair in May.").waitFor();
    await page.getByText("Yes, invite me to the fair.", { exact: true }).waitFor();

    await page.getByRole("button", { name: "Archive" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Archive" }).click();
    await page.getByText("This purpose is archived").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("This purpose is archived").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Archive" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Archive" }).click();
    await page.getByText("This purpose is archived").waitFor();
  });

  test("create a field, move it, and delete it with its values", async (t) => {
    const page = await member.desk(t, "/settings/fields");
    await page.getByRole("radiogroup", { name: "Fields of" }).getByText("Companies").click();
    await page.getByRole("button", { name: "New field" }).first().click();
    const name = `Shelf ${mark}`;
    await page.getByLabel("Label (English)").fill(name);
    await page.getByLabel("Why you keep it").fill("To find their lamps.");
    await page.getByLabel("Key").fill(`shelf_${mark}`);
    await audit(page);
    await page.getByRole("button", { name: "Create the field" }).click();
    const row = page.getByRole("listitem").filter({ hasText: name });
    await row.waitFor();
    await row.getByRole("button", { name: `More for ${name}` }).click();
    await page.getByRole("menuitem", { name: "Delete with all values" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await row.waitFor({ state: "detached" });
  });

  test("make a pipeline, order its stages by keyboard, lose one, and archive it", async (t) => {
    const page = await member.desk(t, "/settings/pipelines");
    const name = `Journey ${mark}`;
    await page.getByRole("button", { name: "New pipeline" }).first().click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Name", exact: true }).fill(name);
    await audit(page);
    await page.getByRole("button", { name: "Create the pipeline" }).click();
    const card = page.getByRole("region", { name });
    await card.waitFor();
    const stages = () => card.getByRole("listitem").evaluateAll((rows) => rows.map((row) => row.innerText.split("\n")[0]));
    assert.deepEqual(await stages(), ["New", "Talking", "Offer sent", "Won", "Lost"]);

    await card.getByRole("button", { name: "Move Talking", exact: true }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Space");
    await page.getByText("The stages are in a new order.").waitFor();
    const { pipelines } = await elsewhere(`{ pipelines { id name stages { name } } }`);
    const mine = pipelines.find((one) => one.name === name);
    assert.deepEqual(mine.stages.map(({ name }) => name), ["Talking", "New", "Offer sent", "Won", "Lost"]);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.waitForFunction((name) => document.querySelector(`section[aria-label="${name}"] li`)?.innerText.startsWith("New"), name);

    await card.getByRole("button", { name: "More for Offer sent" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("“Offer sent” is deleted").waitFor();
    await card.getByRole("button", { name: `More for ${name}` }).click();
    await page.getByRole("menuitem", { name: "Archive" }).click();
    await card.waitFor({ state: "detached" });
  });

  test("rename, merge and delete tags", async (t) => {
    const { contacts } = await elsewhere(`{ contacts(first: 1) { nodes { id } } }`);
    const names = [`alpha ${mark}`, `beta ${mark}`];
    await elsewhere(`mutation ($input: TagContactsInput!) { tagContacts(input: $input) { userErrors { message } } }`, { input: { contactIds: [contacts.nodes[0].id], add: names } });
    const page = await member.desk(t, "/settings/tags");
    for (const name of names) await page.getByRole("checkbox", { name: `Choose ${name}` }).check();
    await page.getByRole("button", { name: "Merge the 2 chosen" }).click();
    await audit(page);
    await page.getByRole("dialog").getByRole("button", { name: "Merge" }).click();
    await page.getByText(/^Merged into/).waitFor();
    const left = page.getByRole("listitem").filter({ hasText: mark });
    await page.waitForFunction((mark) => [...document.querySelectorAll("li")].filter((row) => row.innerText.includes(mark)).length === 1, mark);
    await left.getByRole("button", { name: /^Rename/ }).click();
    await page.getByLabel("New name").fill(`gamma ${mark}`);
    await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
    await left.getByText(`gamma ${mark}`).waitFor();
    await left.getByRole("button", { name: /^Delete/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await left.waitFor({ state: "detached" });
  });

  // The last one: setting up a second factor renews the session, which the other tests share.
  test("make a key after the second factor, show it once, and revoke it", async (t) => {
    const page = await member.desk(t, "/settings/keys", { expected: /503/ });
    await page.getByRole("button", { name: "New API key" }).click();
    await page.getByLabel("What is it for?").fill(`journey ${mark}`);
    await page.getByRole("button", { name: "Create the key" }).click();

    // The API wants a second factor; there is none yet, so the dialog leads through setting one up.
    await page.getByText("so it needs a second factor").waitFor();
    await page.locator('input[type="password"]').fill(member.password);
    await page.getByRole("button", { name: "Set up a second factor" }).click();
    const secret = await page.getByRole("dialog").locator("pre").innerText();
    await page.getByLabel("Code").fill(digits(secret));
    const answer = page.waitForResponse((response) => response.request().postDataJSON()?.operationName === "ConfirmSecondFactor", { timeout: 60_000 });
    await page.getByRole("button", { name: "Confirm", exact: true }).click();
    assert.equal((await answer).status(), 200, "the server made the recovery codes in time");
    await page.getByRole("button", { name: "I have kept them" }).click();

    await page.getByText("It is never shown again.").waitFor();
    await page.getByRole("button", { name: "Copy the key" }).click();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(text, /^accord_key_/);
    const used = await fetch(`${app}/graphql`, { method: "POST", headers: { "Content-Type": "application/json", Authorization: `Bearer ${text}` }, body: JSON.stringify({ query: "{ viewer { role } }" }) });
    assert.equal((await used.json()).data.viewer.role, "READER");
    await page.getByRole("button", { name: "Done" }).click();

    const row = page.getByRole("listitem").filter({ hasText: `journey ${mark}` });
    await row.getByRole("button", { name: /^Revoke/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await row.getByText(/^Revoked/).waitFor();
  });
});
