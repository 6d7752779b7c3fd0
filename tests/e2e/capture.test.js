// A visitor of another site becomes a contact, and staff see it happen live.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertNoSession, fillIn, inBrowser, sendButton, takeAMoment, yesButton } from "./support/browser.js";
import { eventually, startDemo } from "../support/demo.js";
import { at, link, mailWith } from "../support/mailbox.js";

const timeout = 180_000;
const email = "ada@example.org";

test("a visitor of another site subscribes, confirms by mail, and staff see it live", { timeout }, async (t) => {
  const demo = await startDemo(t);
  const tail = demo.tail(t);
  assert.notEqual(new URL(demo.site).origin, new URL(demo.app).origin);

  await inBrowser(demo, {}, async (page) => {
    const landing = await page.goto(demo.site);
    const policy = landing.headers()["content-security-policy"];
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*/);

    const form = page.locator("accord-form");
    await fillIn(form, email);
    await sendButton(form).click();
    await form.getByRole("status").filter({ hasText: /\S/ }).waitFor();
    await assertNoSession(page);
    await tail.shows("submission.received");

    const mail = await mailWith(demo, email, "/confirm/");
    await page.goto(at(demo).href);
    await page.getByText(mail.subject).first().waitFor();

    await page.goto(link(mail, "/confirm/"));
    const question = await page.locator("h1").innerText();
    assert.equal(await demo.consentsOf(email), null, "opening the link already did something");

    await yesButton(page).click();
    await page.locator("h1", { hasNotText: question }).waitFor();
    assert.deepEqual(await demo.consentsOf(email), ["GIVEN"]);
    await assertNoSession(page);
  });

  await tail.shows("opt_in.confirmed");
  await tail.shows("consent.given");
  const numbers = tail.entries().map((entry) => parseInt(entry));
  assert.deepEqual(numbers, numbers.map((_, index) => numbers[0] + index), "the journal has a gap");
});

test("a plain HTML form without JavaScript reaches the same end", { timeout }, async (t) => {
  const demo = await startDemo(t);

  // The page that asks again has an error status, which Chromium logs.
  await inBrowser(demo, { javaScriptEnabled: false, expected: /status of 4(09|22)/ }, async (page) => {
    await page.goto(new URL("/plain", demo.site).href);
    await fillIn(page.locator("form"), email);
    await sendButton(page.locator("form")).click();

    // Copied HTML has no ticket: our page asks again, with everything still filled in.
    await page.waitForURL((url) => url.origin === new URL(demo.app).origin);
    const form = page.locator("form", { has: page.locator("input[name=email]") });
    assert.equal(await form.locator("input[name=email]").inputValue(), email);
    assert.equal(await form.locator("input[name=consent]").first().isChecked(), true);
    await takeAMoment();
    await sendButton(form).click();
    await page.waitForURL(/\/received/);

    await page.goto(link(await mailWith(demo, email, "/confirm/"), "/confirm/"));
    await yesButton(page).click();
    await eventually("the consent is given", async () => (await demo.consentsOf(email))?.includes("GIVEN"));
  });
});
