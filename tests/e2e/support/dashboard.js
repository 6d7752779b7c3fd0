// Staff at the dashboard of a demo: members of its own, each signed in once, in watched browser windows.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, watch } from "./browser.js";
import { startDemo } from "../../support/demo.js";
import { link, mailWith } from "../../support/mailbox.js";

const password = "correct horse battery staple 42";

/** A demo and a browser for a whole file of tests. */
export async function startDashboard(t) {
  const demo = await startDemo(t);
  const browser = await launch();
  t.after(() => browser.close());
  return new Dashboard(demo, browser);
}

const staff = { dpo: ["Dalia", "DPO"], admin: ["Adam", "ADMIN"], freya: ["Freya", "SALES"], hugo: ["Hugo", "SALES"], marketer: ["Mia", "MARKETING"], owner: ["Olga", "OWNER"] };

/** Walks journeys one after another, each as a test, with the staff of one demo. */
export async function walkAll(t, journeys) {
  const dashboard = await startDashboard(t);
  for (const [key, [name, role]] of Object.entries(staff)) dashboard[key] = await dashboard.member(name, role);
  for (const [name, walk] of Object.entries(journeys)) await t.test(name, (t) => walk(t, dashboard));
}

class Dashboard {
  constructor(demo, browser) {
    Object.assign(this, { demo, browser });
  }

  /** A new member of this role, who joined by the mail and is signed in. */
  async member(name, role) {
    const email = `${name.toLowerCase()}@staff.example`;
    const { member } = await this.act("inviteMember", "member { id }", { name, email, role, language: "en" });
    const token = link(await mailWith(this.demo, email, "/join/"), "/join/").split("/").pop();
    const context = await this.browser.newContext();
    await post(this.demo, context, "acceptInvitation", "member { id }", { token, password });
    await context.close();
    const sign = { workspace: this.demo.member.workspace, email, password };
    return { id: member.id, name, ...sign, state: await this.signIn(sign) };
  }

  /** The cookies of a new session. */
  async signIn({ workspace, email, password }) {
    const context = await this.browser.newContext();
    const { outcome } = await post(this.demo, context, "signIn", "outcome", { workspace, email, password });
    assert.equal(outcome, "SIGNED_IN");
    const state = await context.storageState();
    await context.close();
    return state;
  }

  /** By key, as somebody at another desk: a mutation with an `input`, which must succeed. */
  async act(mutation, fields, input) {
    const data = await this.demo.gql(written(mutation, fields), { input });
    assert.deepEqual(data[mutation].userErrors, [], mutation);
    return data[mutation];
  }

  /** A contact who is there for a reason, but not by consent. */
  async person(familyName, more = {}) {
    this.basis ??= (await this.demo.gql("{ purposes { id legalBasis archivedAt } }")).purposes.find((one) => one.legalBasis === "LEGITIMATE_INTERESTS" && !one.archivedAt).id;
    const input = { basisPurposeId: this.basis, source: "PHONE", givenName: "Zoltan", familyName, email: `${familyName.toLowerCase()}@person.example`, ...more };
    const { contact } = await this.act("createContact", "contact { id }", input);
    return { id: contact.id, name: `${input.givenName} ${familyName}` };
  }

  /**
   * A window at `path`; of nobody without a `member`. `expected` matches console errors that belong to the test,
   * `origins` are other servers it may use, `language` is chosen in this browser, instead of the member's own.
   */
  async open(t, member, path, { expected, origins = [], language, ...options } = {}) {
    const context = await this.browser.newContext({ locale: "en-GB", viewport: { width: 1440, height: 900 }, storageState: member?.state, ...options });
    if (language) await context.addInitScript((language) => window === top && localStorage.setItem("accord.language", language), language);
    const page = await context.newPage();
    page.setDefaultTimeout(60_000); // on a machine that has more to do
    const seen = watch(page);
    t.after(async () => {
      if (!t.passed) await picture(page);
      await context.close();
      assert.deepEqual(seen.complaints.filter((text) => !expected?.test(text)), [], "the browser complained");
      const known = [this.demo.app, ...origins].map((url) => new URL(url).origin);
      assert.deepEqual([...seen.origins].filter((origin) => !known.includes(origin)), [], "a page fetched from elsewhere");
    });
    await page.goto(this.demo.app + path);
    return page;
  }
}

/** What only a browser's own request may do, with its cookies. */
async function post(demo, context, mutation, fields, input) {
  const headers = { Origin: new URL(demo.app).origin };
  const answer = await context.request.post(demo.graphql, { headers, data: { query: written(mutation, fields), variables: { input } } });
  const { data, errors } = await answer.json();
  assert.deepEqual(data?.[mutation].userErrors, [], JSON.stringify(errors));
  return data[mutation];
}

/** The text of a mutation that takes an `input`. */
function written(mutation, fields) {
  const type = `${mutation[0].toUpperCase()}${mutation.slice(1)}Input`;
  return `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${fields} userErrors { code message } } }`;
}

async function picture(page) {
  const file = join(mkdtempSync(join(tmpdir(), "accord-e2e-screenshot-")), "page.png");
  await page.screenshot({ path: file, timeout: 5_000 }).catch(() => {});
  console.error(`at ${page.url()}, screenshot: ${file}`);
}

/** The file that a click downloads, as text. */
export async function downloaded(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return readFile(await download.path(), "utf8");
}

/** What a field says is wrong with it, to those who see it and those who hear it. */
export async function wrongWith(field) {
  await field.and(field.page().locator("[aria-invalid=true]")).waitFor();
  return field.evaluate((input) => {
    const ids = (input.getAttribute("aria-describedby") ?? "").split(" ");
    return ids.map((id) => document.getElementById(id)?.innerText).filter(Boolean).join(" ");
  });
}

/** Marks the document, to know later whether it is still the same one. */
export async function stays(page) {
  await page.evaluate(() => (window.mark = true));
  return async () => assert.equal(await page.evaluate(() => window.mark), true, `${page.url()} was loaded again`);
}

export async function fillInSignIn(page, { workspace, email, password }) {
  const form = page.locator("form", { has: page.locator("input[type=password]") });
  await form.getByLabel("Workspace").fill(workspace);
  await form.getByLabel("E-mail").fill(email);
  await form.locator("input[type=password]").fill(password);
  await form.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** What an authenticator app shows now (RFC 6238). */
export function code(base32) {
  const bits = [...base32.replace(/[\s=]/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))).update(counter).digest();
  const number = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}
