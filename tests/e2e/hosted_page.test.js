// The hosted page of a form.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fillIn, inBrowser, sendButton } from "./support/browser.js";
import { startDemo } from "../support/demo.js";

const timeout = 180_000;

test("a mistyped address is explained above and beside the field, and nothing typed is lost", { timeout }, async (t) => {
  const demo = await startDemo(t);
  const texts = {};

  for (const language of ["en", "fr"]) {
    await inBrowser(demo, { expected: /status of 422/ }, async (page) => {
      await page.goto(`${demo.form}?lang=${language}`);
      assert.equal(await page.locator("html").getAttribute("lang"), language);

      await fillIn(page.locator("form"), "not an address");
      await sendButton(page.locator("form")).click();

      const field = page.locator("input[name=email][aria-invalid=true]");
      await field.waitFor();
      assert.equal(await page.locator("html").getAttribute("lang"), language);
      assert.equal(await field.inputValue(), "not an address");
      assert.equal(await page.locator("input[name=consent]").first().isChecked(), true);

      const beside = (await field.getAttribute("aria-describedby")).split(" ").map((id) => `#${id}`);
      texts[language] = (await page.locator(beside.join(",")).allInnerTexts()).join(" ").trim();
      assert.ok(texts[language], "nothing is said beside the field");
      const above = page.locator(`a[href="#${await field.getAttribute("id")}"]`);
      assert.ok((await above.innerText()).trim(), "nothing is said above the form");
    });
  }

  assert.notEqual(texts.fr, texts.en);
});
