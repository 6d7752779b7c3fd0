// The way in, and back in.
import assert from "node:assert/strict";
import { fillInSignIn, stays } from "../support/dashboard.js";

// The refusal of a request without a session.
const refused = /WebSocket|status of 40[13]/;

export default {
  "a wrong password says what to do, and the right one leads to where the link led": async (t, dashboard) => {
    const { id, name } = await dashboard.person("Linked");
    const page = await dashboard.open(t, null, `/contacts/${id}`, { expected: refused });
    await fillInSignIn(page, { ...dashboard.freya, password: "not this one" });
    await page.getByRole("alert").getByText("Check the workspace, the e-mail address and the password.").waitFor();
    await fillInSignIn(page, dashboard.freya);
    await page.getByRole("heading", { level: 1, name }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/contacts/${id}`);

    // The workspace is remembered.
    await page.context().clearCookies();
    await page.goto(`${dashboard.demo.app}/sign-in`);
    assert.equal(await page.getByLabel("Workspace").inputValue(), dashboard.freya.workspace);
  },

  "a session that is ended elsewhere leads to the sign-in and back, with what was being written": async (t, dashboard) => {
    const { id } = await dashboard.person("Ended");
    const page = await dashboard.open(t, { state: await dashboard.signIn(dashboard.hugo) }, `/contacts/${id}`, { expected: refused });
    await page.keyboard.press("n");
    await page.getByRole("textbox", { name: /Write a note/ }).fill("Half a sentence");
    const same = await stays(page);

    const elsewhere = await dashboard.open(t, { state: await dashboard.signIn(dashboard.hugo) }, "/settings/sessions");
    await elsewhere.getByRole("main").getByRole("listitem").nth(1).waitFor();
    await elsewhere.getByRole("button", { name: "End all others" }).or(elsewhere.getByRole("button", { name: /other/i })).first().click();
    await elsewhere.getByRole("dialog").getByRole("button", { name: /^(End|Sign out)/ }).click();

    await page.getByText("Your session has ended.", { exact: false }).waitFor();
    await fillInSignIn(page, dashboard.hugo);
    await page.getByRole("textbox", { name: /Write a note/ }).waitFor();
    assert.equal(await page.getByRole("textbox", { name: /Write a note/ }).inputValue(), "Half a sentence");
    assert.equal(new URL(page.url()).pathname, `/contacts/${id}`);
    await same();
    dashboard.hugo.state = await page.context().storageState();
  },
};
