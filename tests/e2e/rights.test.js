// People see, change and end what a workspace holds about them: real mails, real pages, no scripts.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { assertAccessible } from "./support/accessible.js";
import { inBrowser } from "./support/browser.js";
import { unzip } from "./support/zip.js";
import { confirm, submit } from "../support/by_hand.js";
import { eventually, startDemo } from "../support/demo.js";
import { link, mailsTo, mailWith } from "../support/mailbox.js";

const timeout = 480_000;
const plain = { javaScriptEnabled: false, reducedMotion: "reduce" };
/** Each language in one of the two colour schemes, so that the contrast of both is audited. */
const readers = [
  { language: "en", locale: "en-GB", colorScheme: "light" },
  { language: "fr", locale: "fr-FR", colorScheme: "dark" },
];

const press = (page, name, value) => page.locator(`button[name="${name}"][value="${value}"]`).first().click();

/** Audits a page unless one with the same elements was audited in this language: those that only say something. */
async function auditOnce(page, language) {
  const elements = await page.locator("main *").evaluateAll((all) => all.map((one) => one.tagName));
  const kind = [language, ...elements].join();
  if (!audited.has(kind)) await assertAccessible(page);
  audited.add(kind);
}
const audited = new Set();

/** A page in this language that says what happened. */
async function assertDone(page, language) {
  assert.equal(await page.locator("html").getAttribute("lang"), language);
  assert.ok((await page.getByRole("status").innerText()).trim());
  await auditOnce(page, language);
}

const firstButton = (page) => page.locator("main form button").first();
const at = (name) => `${name}@example.org`;
const pageOf = (demo, path, language) => `${demo.app}/${path}?workspace=${demo.member.workspace}&lang=${language}`;
const goBack = (page) => page.locator("a.action").first().click();

/** Subscribes with the form in this language, in which Accord then writes to the contact. */
async function subscribe(demo, email, language) {
  await submit({ ...demo, form: `${demo.form}?lang=${language}` }, email);
  await confirm(demo, email);
  return mailWith(demo, email, "/preferences/");
}

/** What staff see of a contact with this address; null if there is none. */
async function contactOf(demo, email) {
  const { contacts } = await demo.gql(
    `query ($email: String!) { contacts(first: 1, filter: { email: $email }) {
      nodes { id givenName language pausedUntil consents { state } } } }`,
    { email },
  );
  return contacts.nodes[0] ?? null;
}

/** Waits for a mail with a link to `path` that came after `known` mails. */
function nextMail(demo, email, known, path) {
  return eventually(`another mail to ${email} with ${path}`, async () =>
    (await mailsTo(demo, email)).slice(known).findLast((mail) => mail.links.some((one) => one.includes(path))),
  );
}

async function openMyData(demo, page, language, email) {
  const known = (await mailsTo(demo, email)).length;
  await typeAddress(page, demo, "my-data", language, email);
  await page.goto(link(await nextMail(demo, email, known, "/my-data/"), "/my-data/"));
}

/** Types an address into the page of that name, and returns what the page answers. */
async function typeAddress(page, demo, path, language, email) {
  await page.goto(pageOf(demo, path, language));
  await page.locator("input[name=email]").fill(email);
  await firstButton(page).click();
  assert.equal(await page.locator("html").getAttribute("lang"), language);
  return page.locator("main").innerText();
}

const journeys = {
  "what they receive": choose,
  "their data": seeAndChange,
  "to be forgotten": beForgotten,
  "whom their data go to": passOn,
  "that it was not them": beNobody,
  "an address that is known or not, for their choices": (...all) => ask("preferences", ...all),
  "an address that is known or not, for their data": (...all) => ask("my-data", ...all),
  "pages that anybody may open": lookAround,
};

test("people see, change and end what is held about them, without an account or a script", { timeout }, async (t) => {
  const demo = await startDemo(t);
  for (const { language, ...look } of readers) {
    // Chromium logs pages with the status of an error.
    const reader = { ...plain, ...look, expected: /status of 4(04|22)/ };
    for (const [name, walk] of Object.entries(journeys)) {
      await t.test(`${name} (${language})`, () => inBrowser(demo, reader, (page) => walk(demo, page, language)));
    }
  }
});

async function choose(demo, page, language) {
  const email = at(`choice-${language}`);
  const mail = await subscribe(demo, email, language === "en" ? "fr" : "en");
  await page.goto(link(mail, "/preferences/"));
  await press(page, "language", language);
  await assertDone(page, language);
  assert.equal((await contactOf(demo, email)).language, language);
  await goBack(page);
  await assertAccessible(page);
  assert.ok(!(await page.content()).includes(email), "the page names the mailbox");
  assert.deepEqual(await demo.consentsOf(email), ["GIVEN"], "looking changed something");

  await press(page, "answer", "no");
  await assertDone(page, language);
  assert.deepEqual(await demo.consentsOf(email), ["WITHDRAWN"]);
  await goBack(page);

  const known = (await mailsTo(demo, email)).length;
  await press(page, "answer", "yes");
  await assertDone(page, language);
  assert.deepEqual(await demo.consentsOf(email), ["WITHDRAWN"], "a yes counted without the mailbox");
  await page.goto(link(await nextMail(demo, email, known, "/preferences/confirm/"), "/preferences/confirm/"));
  await assertAccessible(page);
  await firstButton(page).click();
  await assertDone(page, language);
  assert.deepEqual(await demo.consentsOf(email), ["GIVEN"]);
  await goBack(page);

  await press(page, "pause", "3");
  await assertDone(page, language);
  assert.ok((await contactOf(demo, email)).pausedUntil);
  await goBack(page);
  await assertAccessible(page);
  await press(page, "pause", "end");
  assert.equal((await contactOf(demo, email)).pausedUntil, null);
  await goBack(page);

  await press(page, "stop", "all");
  await assertDone(page, language);
  assert.deepEqual(await demo.consentsOf(email), ["WITHDRAWN"]);
  await goBack(page);
  await page.locator("button[name=answer][value=yes]").first().waitFor();
}

async function seeAndChange(demo, page, language) {
  const [email, next] = [at(`data-${language}`), at(`new-${language}`)];
  const mail = await subscribe(demo, email, language);
  await openMyData(demo, page, language, email);
  assert.ok((await page.locator("main").innerText()).includes(email));
  await assertAccessible(page);

  // A newsletter's link chooses, and shows nothing about the person.
  const token = link(mail, "/preferences/").split("/").pop();
  const answer = await fetch(`${demo.app}/my-data/${token}`);
  assert.equal(answer.status, 404);
  assert.ok(!(await answer.text()).includes(email));

  const names = page.locator("li", { has: page.locator("input[name=field][value=given_name]") });
  await names.locator("summary").click();
  await names.locator("input[name=value]").fill("Ada <b>");
  await names.locator("button").click();
  await assertDone(page, language);
  assert.equal((await contactOf(demo, email)).givenName, "Ada <b>");
  await goBack(page);
  assert.match(await names.innerText(), /Ada <b>/);

  await press(page, "kind", "ACCESS");
  await assertDone(page, language);
  await page.goto(link(await mailWith(demo, email, "/my-data/package/"), "/my-data/package/"));
  await assertAccessible(page);
  const [download] = await Promise.all([page.waitForEvent("download"), firstButton(page).click()]);
  const files = unzip(await readFile(await download.path()));
  assert.ok(files.has("index.html") && files.has("schema.json"), [...files.keys()].join());
  assert.ok(files.get("data.json").includes(email));
  assert.match(JSON.stringify(JSON.parse(files.get("data.json"))), /Ada <b>/);
  await readReport(page, files.get("index.html"), email);

  await openMyData(demo, page, language, email);
  const change = page.locator("details", { has: page.locator("#field-address") });
  await change.locator("summary").click();
  await change.locator("input").fill(next);
  await change.locator("button").click();
  await assertDone(page, language);
  await page.goto(link(await mailWith(demo, next, "/my-data/address/"), "/my-data/address/"));
  assert.ok(!(await page.content()).includes(email), "a mailbox that may be a stranger's learns the old one");
  await assertAccessible(page);
  assert.equal(await contactOf(demo, next), null);
  const subjects = (await mailsTo(demo, email)).map((one) => one.subject).join(" · ");
  assert.match(subjects, /change of your e-mail address|changement de votre adresse/i);
  await firstButton(page).click();
  await assertDone(page, language);
  assert.equal((await contactOf(demo, next)).givenName, "Ada <b>");
}

/** The page in the archive, without a server: as it is on the person's own disk. */
async function readReport(page, html, email) {
  const url = `${new URL(page.url()).origin}/report-of-the-archive`;
  await page.route(url, (route) => route.fulfill({ body: html, contentType: "text/html; charset=utf-8" }));
  await page.goto(url);
  assert.ok((await page.locator("body").innerText()).includes(email));
  await assertAccessible(page);
}

async function beForgotten(demo, page, language) {
  const email = at(`forget-${language}`);
  const mail = await subscribe(demo, email, language);
  const { id } = await contactOf(demo, email);
  await openMyData(demo, page, language, email);
  const mine = page.url();

  const erasure = page.locator("form", { has: page.locator("button[value=ERASURE]") });
  await erasure.locator("input[name=remember]").check();
  await erasure.locator("button").click();
  await assertDone(page, language);
  await eventually("the contact is gone", async () => (await contactOf(demo, email)) === null);
  const done = /has been carried out|avons donné suite/;
  await eventually("a mail says so", async () => (await mailsTo(demo, email)).some((one) => done.test(one.subject)));

  for (const gone of [mine, link(mail, "/preferences/")]) {
    const answer = await page.goto(gone);
    assert.equal(answer.status(), 404, `${gone} opens after the erasure`);
    await auditOnce(page, language);
  }
  const certificate = await eventually("the search for what is left ended", async () => {
    const { erasures } = await demo.gql(
      "{ erasures(first: 5) { nodes { contactId scannedAt residues { column } held { reason } } } }",
    );
    return erasures.nodes.find((one) => one.contactId === id && one.scannedAt);
  });
  assert.deepEqual(certificate.residues, []);
  assert.ok(certificate.held.some((one) => one.reason === "OBJECTION"));
}

/** The page says the same to every address, and its mailbox learns more. */
async function ask(path, demo, page, language) {
  const [known, nobody] = [at(`known-${path}-${language}`), at(`nobody-${path}-${language}`)];
  await subscribe(demo, known, language);
  await page.goto(pageOf(demo, path, language));
  await assertAccessible(page);

  // The browser itself accepts this one.
  await typeAddress(page, demo, path, language, "ada@example");
  const field = page.locator("input[name=email][aria-invalid=true]");
  assert.ok((await field.getAttribute("aria-describedby")).includes("error-email"));
  await assertAccessible(page);

  const answer = await typeAddress(page, demo, path, language, known);
  await assertAccessible(page);
  assert.equal(await typeAddress(page, demo, path, language, nobody), answer);

  await eventually("the known mailbox gets a link", async () =>
    (await mailsTo(demo, known)).slice(2).some((one) => link(one, `/${path}/`)));
  const [mail] = await eventually("the unknown one is told", async () => {
    const mails = await mailsTo(demo, nobody);
    return mails.length > 0 && mails;
  });
  assert.equal(link(mail, `/${path}/`), undefined);
}

/** Staff ask whether they may pass data on; the person agrees, and takes it back on the page of their data. */
async function passOn(demo, page, language) {
  const email = at(`pass-${language}`);
  await subscribe(demo, email, language);
  const { id } = await contactOf(demo, email);
  const recipient = await created(demo, "createRecipient", "CreateRecipientInput", "recipient { id }", {
    name: "Studio Brume",
    legalName: "Studio Brume SARL",
    country: "FR",
    role: "CONTROLLER",
    mechanism: "EEA",
    contactEmail: "privacy@studio-brume.example",
  });
  const validUntil = new Date(Date.now() + 90 * 86_400_000).toISOString();
  await created(demo, "askTransfer", "AskTransferInput", "authorisation { id }", {
    contactId: id,
    recipientId: recipient.recipient.id,
    scope: ["IDENTITY", "CONTACT_DETAILS"],
    purpose: "A common exhibition in June",
    validUntil,
  });
  await page.goto(link(await mailWith(demo, email, "/my-data/transfer/"), "/my-data/transfer/"));
  await assertAccessible(page);
  await press(page, "answer", "grant");
  await assertDone(page, language);

  await openMyData(demo, page, language, email);
  assert.match(await page.locator("main").innerText(), /Studio Brume/);
  await page.locator("button[name=authorisation]").click();
  await assertDone(page, language);
  const { transferAuthorisations } = await demo.gql(
    "query ($id: ID!) { transferAuthorisations(first: 1, contactId: $id) { nodes { state } } }",
    { id },
  );
  assert.equal(transferAuthorisations.nodes[0].state, "WITHDRAWN");
}

async function created(demo, mutation, type, fields, input) {
  const { payload } = await demo.gql(
    `mutation ($input: ${type}!) { payload: ${mutation}(input: $input) { ${fields} userErrors { code message } } }`,
    { input },
  );
  assert.deepEqual(payload.userErrors, []);
  return payload;
}

/** Somebody else typed the address: its owner says so, the link ends, and they can allow such mails again. */
async function beNobody(demo, page, language) {
  const email = at(`nobody-${language}`);
  await subscribe(demo, email, language);
  await openMyData(demo, page, language, email);
  const mine = page.url();
  await page.locator('form[action$="/decline"] button').click();
  await assertDone(page, language);
  await page.locator('form[action$="/allow"] button').click();
  await assertDone(page, language);
  assert.equal((await page.goto(mine)).status(), 404);
}

/** Where links of mails lead to, here with a link that nobody signed. */
const places = [
  ...["preferences", "preferences/confirm", "unsubscribe", "confirm", "stay-in-touch", "notices", "transfer"],
  ...["my-data", "my-data/address", "my-data/package", "my-data/transfer"],
];

async function lookAround(demo, page, language) {
  const id = new URL(demo.form).pathname.split("/").pop();
  const { form } = await demo.gql("query ($id: ID!) { form(id: $id) { publishedVersion { id } } }", { id });
  const paths = [
    "preferences?workspace=nobody",
    "my-data?workspace=nobody",
    `notices/${form.publishedVersion.id}`,
    ...places.map((place) => `${place}/v1.a.nothing`),
  ];
  for (const path of paths) {
    await page.goto(`${demo.app}/${path}${path.includes("?") ? "&" : "?"}lang=${language}`);
    assert.equal(await page.locator("html").getAttribute("lang"), language, path);
    await auditOnce(page, language);
  }
}
