// GraphiQL for somebody who has never seen the API: every example of docs/api.md runs as it is offered.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, startDemo } from "../support/demo.js";
import { inBrowser } from "./support/browser.js";

const timeout = 180_000;
const run = (page) => page.locator("button.graphiql-execute-button").click();

/** The answer shown in GraphiQL, once it is complete; the editor renders only what is in view. */
const answered = (page, is) =>
  eventually("GraphiQL shows the answer", async () => {
    const text = await page.evaluate(() => document.querySelector(".graphiql-response .CodeMirror, .result-window .CodeMirror")?.CodeMirror.getValue());
    return text && is(text) && text;
  });

test("every example runs as GraphiQL offers it", { timeout }, async (t) => {
  const demo = await startDemo(t);
  await inBrowser(demo, {}, async (page) => {
    await page.goto(`${demo.app}/graphiql`);
    await page.locator("#key").fill(demo.apiKey);
    const titles = await page.locator("#examples button").allTextContents();
    assert.ok(titles.length >= 7, titles.join());
    for (const title of titles) {
      await page.locator("#examples button", { hasText: title }).first().click();
      await page.waitForSelector(`#examples button[aria-pressed=true]:text-is(${JSON.stringify(title)})`);
      // GraphiQL renders the editors and reads the operation name from the document a moment later.
      await page.waitForTimeout(500);
      const variables = await eventually(`${title} has its variables`, () =>
        page.evaluate(() => [...document.querySelectorAll(".CodeMirror")].map((one) => one.CodeMirror.getValue()).find((text) => /^\s*\{\s*"/.test(text))),
      );
      assert.ok(!variables.includes("$"), `${title}: ${variables}`);
      await run(page);
      const answer = await answered(page, (text) => /"data":|"errors":/.test(text));
      assert.ok(!answer.includes('"errors"'), `${title}: ${answer}`);
    }
  });
});

test("a subscription without a credential says so at once, and a mistyped field says what was meant", { timeout }, async (t) => {
  const demo = await startDemo(t);
  await inBrowser(demo, { expected: /status of 40[01]/ }, async (page) => {
    await page.goto(`${demo.app}/graphiql`);
    const type = async (text) => {
      await page.waitForSelector(".graphiql-query-editor .CodeMirror");
      await page.evaluate((text) => document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.setValue(text), text);
      await run(page);
    };
    await type("subscription { journal { position } }");
    assert.match(await answered(page, (text) => text.includes("errors")), /UNAUTHENTICATED/);
    await page.locator("#key").fill(demo.apiKey);
    await type("{ viewer { rol } }");
    assert.match(await answered(page, (text) => text.includes("Unknown field")), /Did you mean `role`/);
  });
});
