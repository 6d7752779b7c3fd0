// An OWNER of the test's own, invited by key and joined by the mail in the mailbox preview, so that sign-ins, second
// factors and sessions of others are left alone. Environment: `ACCORD_URL` serves the dashboard and the API,
// `ACCORD_KEY` is an OWNER's key, `ACCORD_MAILBOX` the mailbox preview, `ACCORD_WORKSPACE` the short name.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

export const { ACCORD_URL: app = "http://localhost:8080", ACCORD_KEY: key, ACCORD_MAILBOX: mailbox, ACCORD_WORKSPACE: workspace } = process.env;
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const password = "correct horse battery staple 42";

/** The API by key: somebody else, at another desk. */
export async function elsewhere(query, variables = {}) {
  const answer = await fetch(`${app}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  for (const payload of Object.values(data)) assert.deepEqual(payload?.userErrors ?? [], []);
  return data;
}

async function mailTo(email) {
  for (let patience = 40; patience > 0; patience -= 1) {
    const list = await (await fetch(mailbox)).text();
    const found = [...list.matchAll(/<a href="(\/mails\/[^"]+)">\s*<span[^>]*>[^<]*<\/span>\s*<span class="to">([^<]*)/g)].find(([, , to]) => to === email);
    if (found) return (await fetch(new URL(`${found[1]}/text`, mailbox))).text();
    await new Promise((resume) => setTimeout(resume, 250));
  }
  throw new Error(`no mail came to ${email}`);
}

/** Opens a browser signed in as a new member; `end` closes it and ends the member's access. */
export async function ownMember(name, role = "OWNER") {
  const email = `${name.toLowerCase().replace(/\W+/g, "-")}-${Date.now().toString(36)}@staff.example`;
  const { inviteMember } = await elsewhere(`mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { member { id } userErrors { message } } }`, {
    input: { name, email, role, language: "en" },
  });
  const token = /\/join\/([^"&\s<#]+)/.exec(await mailTo(email))[1];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", chromiumSandbox: process.getuid() !== 0 });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${app}/sign-in`);
  const post = (query, input) =>
    page.evaluate(
      async ([query, input]) => {
        const answer = await fetch("/graphql", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ query, variables: { input } }) });
        return answer.json();
      },
      [query, input],
    );
  const joined = await post(`mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { userErrors { message } } }`, { token, password });
  assert.deepEqual(joined.data?.acceptInvitation.userErrors, [], JSON.stringify(joined));
  const signed = await post(`mutation ($input: SignInInput!) { signIn(input: $input) { outcome } }`, { workspace, email, password });
  assert.equal(signed.data?.signIn.outcome, "SIGNED_IN", JSON.stringify(signed.errors));
  const storageState = await context.storageState();
  await context.close();

  return {
    id: inviteMember.member.id,
    password,
    /** A page of theirs. `expected`: console errors that belong to the test. */
    async desk(t, path, { expected, language = "en", ...options } = {}) {
      const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1440, height: 900 }, storageState, ...options });
      t.after(() => context.close());
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      await context.addInitScript((tongue) => localStorage.setItem("accord.language", tongue), language);
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const complaints = [];
      page.on("console", (message) => message.type() === "error" && !expected?.test(message.text()) && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      t.after(() => assert.deepEqual(complaints, [], "the browser complained"));
      await page.goto(app + path);
      return page;
    },
    async end() {
      await browser.close();
      await elsewhere(`mutation ($input: MemberInput!) { deactivateMember(input: $input) { userErrors { message } } }`, { input: { memberId: inviteMember.member.id } });
    },
  };
}

/** Findings of axe-core in the whole page. */
export async function audit(page) {
  await page.evaluate(axeSource);
  const findings = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ["violations"] })).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`));
  assert.deepEqual(findings, []);
}
