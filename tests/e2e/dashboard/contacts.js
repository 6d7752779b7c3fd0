// J1 Capture, J2 Prove, J7 Sensitive: a contact as staff see them.
import assert from "node:assert/strict";
import { code, downloaded, stays } from "../support/dashboard.js";
import { fillIn, sendButton, yesButton } from "../support/browser.js";
import { confirm, submit } from "../../support/by_hand.js";
import { eventually } from "../../support/demo.js";
import { link, mailWith } from "../../support/mailbox.js";

const value = (page, key) => page.locator(`[data-value="${key}"]`);
const row = (page, id) => page.locator(`[role=row][data-id="${id}"]`);

/** The contact with this address, who comes with the confirmation. */
const contactOf = (dashboard, email) =>
  eventually(`${email} is a contact`, async () => {
    const { contacts } = await dashboard.demo.gql(`query ($email: String!) { contacts(first: 1, filter: { email: $email }) { nodes { id } } }`, { email });
    return contacts.nodes[0]?.id;
  });

export default {
  "a visitor subscribes and confirms by mail, and the open dashboard shows contact and consent": async (t, dashboard) => {
    const email = "ada@example.org";
    const table = await dashboard.open(t, dashboard.dpo, "/contacts");
    const overview = await dashboard.open(t, dashboard.dpo, "/");
    await table.locator("[role=row][data-id]").first().waitFor();
    await overview.locator("li[data-kind]").first().waitFor();
    const same = [await stays(table), await stays(overview)];

    const visitor = await dashboard.open(t, null, "/preferences", { origins: [dashboard.demo.site], expected: /status of 404/ });
    await visitor.goto(dashboard.demo.site);
    await fillIn(visitor.locator("accord-form"), email);
    await sendButton(visitor.locator("accord-form")).click();
    await overview.locator('li[data-kind="submission.received"][data-fresh]').waitFor();
    await visitor.goto(link(await mailWith(dashboard.demo, email, "/confirm/"), "/confirm/"));
    await yesButton(visitor).click();

    await overview.locator('li[data-kind="consent.given"][data-fresh]').first().waitFor();
    const id = await contactOf(dashboard, email);
    await row(table, id).getByText(email).first().waitFor();
    await row(table, id).getByRole("link").first().click();
    await table.locator("[data-state=GIVEN]").first().waitFor();
    for (const check of same) await check();
  },

  "the officer unfolds a consent into its proof, and downloads it by one click": async (t, dashboard) => {
    const email = "grace@example.org";
    await submit(dashboard.demo, email);
    await confirm(dashboard.demo, email);
    const page = await dashboard.open(t, dashboard.dpo, `/contacts/${await contactOf(dashboard, email)}`);
    const given = page.locator("[data-state=GIVEN]").first();
    await given.getByRole("button", { name: "Show the evidence" }).click();
    const evidence = given.locator("[data-evidence]");
    await evidence.locator("blockquote").waitFor();
    const text = await evidence.innerText();
    for (const part of [/Form “.+”, version \d/, /SHA-256/, /Page/, /Sent/, /<?\S+@\S+>?/, /Confirmed/, /after the e-mail/]) assert.match(text, part);
    const proof = await downloaded(page, evidence.getByRole("button", { name: "Download the proof" }));
    assert.match(proof, /^<!doctype html>/i);
    assert.ok(proof.includes((await evidence.locator("blockquote").first().innerText()).trim().slice(0, 30)), "the proof holds the wording");

    await evidence.getByRole("button", { name: "Other formats" }).click();
    const record = JSON.parse(await downloaded(page, page.getByRole("menuitem", { name: "Consent record (JSON-LD)" })));
    assert.ok(record["@context"], "the record is JSON-LD");
  },

  "an IBAN is masked until a second factor and a reason, and the journal says who read it": async (t, dashboard) => {
    const { id } = await dashboard.person("Secret", { custom: [{ key: "iban", value: "FR7630006000011234567890189" }] });
    const page = await dashboard.open(t, dashboard.admin, `/contacts/${id}`);
    const iban = value(page, "custom.iban");
    await iban.getByText(/•/).waitFor();
    assert.doesNotMatch(await page.content(), /7630006/);

    await iban.getByRole("button", { name: /Reveal/ }).click();
    await page.getByRole("combobox", { name: /Why do you need it/ }).click();
    await page.getByRole("option", { name: "To pay or be paid" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Reveal" }).click();
    // The first time leads through enrolling a second factor.
    await page.getByLabel(/Your password/).fill(dashboard.admin.password);
    await page.keyboard.press("Enter");
    const secret = await page.getByRole("dialog").locator("pre").innerText();
    await page.getByLabel(/^Code/).fill(code(secret));
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "I have kept them" }).click();
    await iban.getByText(/FR76/).waitFor();
    await iban.getByRole("button", { name: /Hide/ }).click();
    assert.equal(await page.getByText(/FR7630006/).count(), 0);
    await page.getByRole("list", { name: "What happened" }).getByText("To pay or be paid").waitFor();
  },
};
