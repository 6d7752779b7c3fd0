// The journeys of contacts and companies, in Chromium, against a running demo:
//   ACCORD_URL=http://localhost:8080 DASHBOARD_URL=http://localhost:5173 ACCORD_DEMO=demo.json node --test tests/browser/contacts.journey.js
// ACCORD_DEMO is the line that `accord demo --json` printed. The test makes a member and contacts of its own.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { chromium } from "playwright-core";

const demo = JSON.parse(readFileSync(process.env.ACCORD_DEMO ?? "/tmp/dash-demo.json", "utf8"));
const site = process.env.DASHBOARD_URL ?? demo.app;
const shots = process.env.SCREENSHOTS;
const mark = randomBytes(4).toString("hex");
const password = `correct horse ${mark} battery`;
const member = { workspace: process.env.ACCORD_WORKSPACE ?? demo.member?.workspace, email: `tester-${mark}@atelier-lumen.example`, password };

let browser, page, context, complaints, secret;

async function api(query, variables = {}) {
  const answer = await fetch(demo.graphql, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${demo.apiKey}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

/** A new member, by the invitation in the mailbox preview. */
async function join() {
  const { inviteMember } = await api(`mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { userErrors { message } } }`, {
    input: { email: member.email, name: `Tester ${mark}`, role: "ADMIN", language: "en" },
  });
  assert.deepEqual(inviteMember.userErrors, []);
  const token = await eventually(async () => {
    const mails = await (await fetch(new URL("api/mails", demo.mailbox))).json();
    return mails.find(({ to }) => to.includes(member.email))?.links.find((link) => link.includes("/join/"))?.split("/").at(-1);
  });
  const { acceptInvitation } = await plain(`mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { userErrors { message } } }`, { input: { token, password } });
  assert.deepEqual(acceptInvitation.userErrors, []);
}

async function plain(query, variables) {
  const answer = await fetch(demo.graphql, { method: "POST", headers: { "Content-Type": "application/json", Origin: demo.app }, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

async function eventually(look, ms = 15_000) {
  for (const end = Date.now() + ms; ; ) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < end, "it did not come in time");
    await new Promise((resume) => setTimeout(resume, 200));
  }
}

/** RFC 6238, as an authenticator app does it. */
function code(base32, at = Date.now()) {
  const bits = [...base32.replace(/\s|=/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const offset = hash.at(-1) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

let basis;
async function person(input = {}) {
  basis ??= (await api(`{ purposes { id legalBasis archivedAt } }`)).purposes.find(({ legalBasis, archivedAt }) => legalBasis !== "CONSENT" && !archivedAt).id;
  const { createContact } = await api(`mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id version } userErrors { field message } } }`, {
    input: { basisPurposeId: basis, source: "PHONE", ...input },
  });
  assert.deepEqual(createContact.userErrors, []);
  return createContact.contact;
}

async function assertAccessible(what) {
  await page.evaluate(`if (!window.axe) { ${axe.source} }`);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
  assert.deepEqual(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ")}`), []);
}

const shot = async (name) => shots && page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
const row = (id) => page.locator(`[role=row][data-id="${id}"]`);
const value = (key) => page.locator(`[data-value="${key}"]`);

before(async () => {
  await join();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", chromiumSandbox: process.getuid() !== 0, args: ["--disable-quic", "--no-first-run"] });
  context = await browser.newContext({ locale: "en-GB", viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  page = await context.newPage();
  complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${site}/contacts`);
  const inputs = page.locator("form input");
  await inputs.nth(0).fill(member.workspace);
  await inputs.nth(1).fill(member.email);
  await page.locator("input[type=password]").fill(password);
  await page.keyboard.press("Enter");
  await page.getByRole("grid").waitFor();
  complaints.length = 0;
});

after(async () => {
  await browser?.close();
});

test("the table is worked by the keyboard alone, and stays live", async () => {
  const one = await person({ givenName: "Ada", familyName: `Keyboard ${mark}`, email: `ada-${mark}@inbox.example` });
  await row(one.id).waitFor(); // it came by itself
  await assertAccessible("table");
  await page.keyboard.press("f");
  await page.keyboard.type(`keyboard ${mark}`);
  await eventually(async () => (await page.locator("[role=row][data-id]").count()) === 1);
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "grid");
  await page.keyboard.press("Space");
  await eventually(async () => (await row(one.id).getAttribute("aria-selected")) === "true");
  await page.getByRole("button", { name: "Add tags" }).click();
  await page.keyboard.type("Journey");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByText("Tags changed: 1 of 1").waitFor();
  await row(one.id).getByText("Journey").waitFor();
  await shot("bulk");
  await page.getByRole("button", { name: "Undo" }).click();
  await eventually(async () => !(await row(one.id).getByText("Journey").count()));
  await page.getByRole("grid").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: `Ada Keyboard ${mark}` }).waitFor();
});

test("a value is edited in place, and of two people nobody's work is lost", async () => {
  const { id } = await person({ givenName: "Noor", familyName: `Conflict ${mark}`, jobTitle: "Buyer" });
  await page.goto(`${site}/contacts/${id}`);
  await value("job_title").getByRole("button").click();
  await value("job_title").getByRole("textbox").fill("Head of lamps");
  await page.keyboard.press("Enter");
  await value("job_title").getByText("Head of lamps").waitFor();

  // Somebody changes another value while this one is edited: no conflict.
  const update = (input) => api(`mutation ($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { message } } }`, { input: { contactId: id, ...input } });
  const version = async () => (await api(`query ($id: ID!) { contact(id: $id) { version } }`, { id })).contact.version;
  await value("job_title").getByRole("button").click();
  await update({ expectedVersion: await version(), givenName: "Noura" });
  await value("job_title").getByRole("textbox").fill("Head of light");
  await page.keyboard.press("Enter");
  await value("job_title").getByText("Head of light").waitFor();
  await value("given_name").getByText("Noura").waitFor();

  // The same value: both are shown.
  await value("job_title").getByRole("button").click();
  await value("job_title").getByRole("textbox").fill("Mine");
  await update({ expectedVersion: await version(), jobTitle: "Theirs" });
  await value("job_title").getByText("Someone else has just changed").waitFor();
  await page.keyboard.press("Enter");
  await value("job_title").getByRole("alert").waitFor();
  assert.match(await value("job_title").getByRole("alert").innerText(), /Theirs[\s\S]*Mine/);
  await shot("conflict");
  await assertAccessible("conflict");
  await value("job_title").getByRole("button", { name: "Save mine" }).click();
  await value("job_title").getByRole("button", { name: /Edit Job title: Mine/ }).waitFor();

  // Where it comes from, on focus.
  await value("job_title").getByRole("button", { name: /Edit/ }).focus();
  await page.getByRole("tooltip").getByText("Entered by staff").waitFor();
  await page.keyboard.press("Escape");
});

test("names of every script and a long note", async () => {
  const names = [["محمد", "العربي"], ["山田", "太郎"], ["Zoe\u0308", "Ha\u030Akansson"]];
  for (const [givenName, familyName] of names) {
    const { id } = await person({ givenName, familyName: `${familyName} ${mark}` });
    await page.goto(`${site}/contacts/${id}`);
    await page.getByRole("heading", { level: 1 }).getByText(familyName.normalize("NFC")).or(page.getByRole("heading", { level: 1 }).getByText(familyName)).waitFor();
  }
  const text = `${"Une longue note. ".repeat(290)}fin-${mark}`.slice(-5_000);
  await page.keyboard.press("n");
  await page.getByRole("textbox", { name: /Write a note/ }).fill(text);
  await page.keyboard.press("Control+Enter");
  await page.getByText("Note saved.").first().waitFor();
  await page.getByRole("button", { name: "Show all of it" }).click();
  await page.getByText(`fin-${mark}`).first().waitFor();
});

test("J2: each consent unfolds into its proof, which is downloaded", async () => {
  const { purposes } = await api(`{ purposes { id legalBasis channels } }`);
  let found;
  for (const { id, channels } of purposes.filter(({ legalBasis }) => legalBasis === "CONSENT")) {
    const { contacts } = await api(`query ($filter: ContactFilter) { contacts(first: 1, filter: $filter) { nodes { id } } }`, { filter: { consent: { purposeId: id, channel: channels[0], states: ["GIVEN"] } } });
    found ??= contacts.nodes[0];
  }
  await page.goto(`${site}/contacts/${found.id}`);
  const given = page.locator("[data-state=GIVEN]").first();
  await given.getByRole("button", { name: "Show the evidence" }).click();
  const evidence = given.locator("[data-evidence]");
  await evidence.locator("blockquote").waitFor();
  const text = await evidence.innerText();
  for (const part of [/Form “.+”, version/, /SHA-256/, /Mail server: 250/, /@/, /after the e-mail|Confirmed/]) assert.match(text, part);
  await shot("evidence");
  await assertAccessible("evidence");
  const [download] = await Promise.all([page.waitForEvent("download"), evidence.getByRole("button", { name: "Download the proof" }).click()]);
  assert.match(readFileSync(await download.path(), "utf8"), /<html/);
});

test("J7: a secret is masked, and revealed by a second factor and a reason, for a moment", async () => {
  const { id } = await person({ givenName: "Iris", familyName: `Secret ${mark}`, custom: [{ key: "iban", value: "FR7630006000011234567890189" }] });
  await page.goto(`${site}/contacts/${id}`);
  const iban = value("custom.iban");
  await iban.getByText(/•/).waitFor();
  assert.doesNotMatch(await page.content(), /7630006/);
  await iban.getByRole("button", { name: /Reveal/ }).click();
  await page.getByRole("combobox", { name: /Why do you need it/ }).click();
  await page.getByRole("option", { name: "To pay or be paid" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Reveal" }).click();
  // The first time: the kit leads through enrolling.
  await page.getByLabel(/Your password/).fill(password);
  await page.keyboard.press("Enter");
  secret = (await page.getByRole("dialog").locator("code, pre").innerText()).trim();
  await page.getByLabel(/^Code/).fill(code(secret));
  await page.keyboard.press("Enter");
  await page.waitForTimeout(process.env.SLOW ? 6000 : 0);
  await shot("enrolled");
  await page.getByRole("button", { name: "I have kept them" }).click();
  await iban.getByText(/FR76/).waitFor();
  await shot("revealed");
  await iban.getByRole("button", { name: /Hide/ }).click();
  assert.equal(await page.getByText(/FR7630006/).count(), 0);
  await page.getByRole("list", { name: "What happened" }).getByText("To pay or be paid").waitFor();
});

test("duplicates are merged with a choice per field after a last warning", async () => {
  const phone = `+3319900${String(parseInt(mark, 16) % 10_000).padStart(4, "0")}`;
  const older = await person({ givenName: "Lou", familyName: `Twin ${mark}`, phone, jobTitle: "Older title" });
  const newer = await person({ givenName: "Louise", familyName: `Twin ${mark}`, phone, jobTitle: "Newer title", email: `lou-${mark}@inbox.example` });
  await eventually(async () => (await api(`query ($id: ID!) { contact(id: $id) { duplicates { score } } }`, { id: older.id })).contact.duplicates.length, 90_000);
  await page.goto(`${site}/contacts/${older.id}`);
  await page.getByRole("button", { name: "Compare and merge" }).click();
  await page.getByRole("radio", { name: "Job title: right" }).check();
  await shot("merge");
  await assertAccessible("merge");
  await page.getByRole("button", { name: "Merge for good" }).click();
  await page.getByText("There is no way back").waitFor();
  await page.getByRole("dialog").filter({ hasText: "There is no way back" }).getByRole("button", { name: "Merge for good" }).click();
  await page.getByText("The contacts are merged.").waitFor();
  const { contact } = await api(`query ($id: ID!) { contact(id: $id) { id jobTitle givenName email } }`, { id: newer.id });
  assert.deepEqual(contact, { id: older.id, jobTitle: "Newer title", givenName: "Lou", email: `lou-${mark}@inbox.example` });
});

test("a restricted person is a locked card", async () => {
  const { id } = await person({ givenName: "Max", familyName: `Locked ${mark}` });
  await page.goto(`${site}/contacts/${id}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Restrict processing" }).click();
  await page.getByRole("radio", { name: /disputes/ }).check();
  await page.getByRole("button", { name: "Restrict", exact: true }).click();
  await page.locator("[data-locked]").waitFor();
  await eventually(async () => (await value("job_title").getByRole("button").count()) === 0);
  await page.locator("[data-answer=RESTRICTED]").first().waitFor();
  await shot("locked");
  await assertAccessible("locked");
});

test("somebody new is added, with a warning of who looks alike", async () => {
  await person({ givenName: "Ada", familyName: `Alike ${mark}` });
  await page.goto(`${site}/contacts`);
  await page.getByRole("grid").waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("First name").fill("Ada");
  await dialog.getByLabel("Last name").fill(`Alike ${mark}`);
  await dialog.getByText("Someone like this is already here").waitFor();
  await shot("create");
  await assertAccessible("create");
  await dialog.getByLabel("Last name").fill(`Fresh ${mark}`);
  await dialog.getByRole("combobox", { name: /Why do you keep/ }).click();
  await page.getByRole("option").first().click();
  await dialog.getByRole("combobox", { name: /Where does their data/ }).click();
  await page.getByRole("option", { name: "Business card" }).click();
  await dialog.getByRole("button", { name: "Add contact" }).click();
  await page.getByRole("heading", { level: 1, name: `Ada Fresh ${mark}` }).waitFor();
});

test("companies: table, page, people, an edit", async () => {
  const { createCompany } = await api(`mutation ($input: CreateCompanyInput!) { createCompany(input: $input) { company { id } userErrors { message } } }`, { input: { name: `Lampes ${mark}`, domain: `lampes-${mark}.example` } });
  await person({ givenName: "Paul", familyName: `Employee ${mark}`, email: `paul@lampes-${mark}.example` });
  await page.goto(`${site}/companies`);
  await row(createCompany.company.id).waitFor();
  await assertAccessible("companies");
  await row(createCompany.company.id).getByRole("link").click();
  await page.getByRole("heading", { level: 1, name: `Lampes ${mark}` }).waitFor();
  await page.getByText(`Paul Employee ${mark}`).waitFor();
  await value("industry").getByRole("button").click();
  await value("industry").getByRole("textbox").fill("Lighting");
  await page.keyboard.press("Enter");
  await value("industry").getByText("Lighting").waitFor();
  await shot("company");
  await assertAccessible("company");
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(complaints, []);
});
