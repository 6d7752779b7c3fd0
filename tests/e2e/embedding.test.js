// The form in all kinds of host pages: old libraries, shadow roots, loaders, dark backgrounds, right-to-left
// text, frames.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fillIn, inBrowser, sendButton, takeAMoment } from "./support/browser.js";
import { startDemo } from "../support/demo.js";
import { mailWith } from "../support/mailbox.js";

const timeout = 240_000;

/** Opens a page of the form's own site with this content. */
async function open(page, demo, html, { head = "", lang = "en", dir = "ltr" } = {}) {
  const url = new URL("/case", demo.site).href;
  const body = `<!doctype html><html lang="${lang}" dir="${dir}"><meta charset="utf-8"><title>Case</title>${head}${html}`;
  await page.route(url, (route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" }));
  await page.goto(url);
}

const script = (demo) => `<script src="${demo.app}/embed.js" defer></script>`;
const id = (demo) => new URL(demo.form).pathname.split("/").pop();
const element = (demo, more = "") => `<accord-form form="${id(demo)}" ${more}><a href="${demo.app}/forms/${id(demo)}">Open</a></accord-form>`;
const bare = (demo, more = "") => `<accord-form form="${id(demo)}" ${more}></accord-form>`;
const ready = (page) => page.locator("accord-form[state=ready]").waitFor();
const received = (page) => page.locator("accord-form[state=received]").waitFor();

/** All text in the element; `innerText` stops at its shadow root. */
const words = (form) => form.evaluate((element) => element.shadowRoot.textContent);

/** Console messages for the developer of the page. */
function warnings(page) {
  const seen = [];
  page.on("console", (message) => message.type() === "warning" && seen.push(message.text()));
  return seen;
}

test("an address is taken as people paste and write it, and the page says what happens next", { timeout }, async (t) => {
  const demo = await startDemo(t);
  await inBrowser(demo, {}, async (page) => {
    await open(page, demo, element(demo), { head: script(demo) });
    const form = page.locator("accord-form");
    const pasted = ["ada1@example.org\u00a0", "\u200bada2@example.org", "\u200eada3@example.org", "ada4@example.org\ufeff", "\u2060ada5@example.org"];
    for (const address of [...pasted, "jürgen7@example.org", "δοκιμή@παράδειγμα.ελ", "用户@例え.example"]) {
      await ready(page);
      await fillIn(form, address);
      await sendButton(form).click();
      await received(page);
      assert.match(await form.getByRole("status").innerText(), /open the e-mail .* spam folder/);
      assert.match(await words(form), /works for 72 hours/);
      await form.getByRole("button", { name: /Fill in the form again/ }).click();
    }
    assert.match((await mailWith(demo, "ada2@example.org", "/confirm/")).subject, /Our letter about light/);
  });
  await inBrowser(demo, { javaScriptEnabled: false }, async (page) => {
    for (const address of ["\u200bada6@example.org\u00a0", "\u2060ada7@example.org\ufeff", "jürgen8@example.org", "用户8@例え.example"]) {
      await page.goto(`${demo.form}?lang=en`);
      await fillIn(page.locator("form"), address);
      await sendButton(page.locator("form")).click();
      await page.waitForURL(/\/received/);
    }
  });
});

test("a number is taken as people paste it", { timeout }, async (t) => {
  const demo = await startDemo(t);
  const { forms } = await demo.gql(`{ forms(first: 10) { nodes { id name } } }`);
  const visits = { app: demo.app, site: demo.site, form: `${demo.app}/forms/${forms.nodes.find((form) => form.name === "Workshop visits").id}` };
  const pasted = ["06\u00a012\u00a034\u00a056\u00a078", "+33\u202f6\u202f12\u202f34\u202f56\u202f78", "+1\u2011415\u2011555\u20112671",
    "06\u201312\u201334\u201356\u201378", "(+33) 6 12 34 56 78", "\u200e+33 6 12 34 56 78", "+1\ufe0d-415-555-2671", "tel:+33612345678"];
  await inBrowser(demo, {}, async (page) => {
    await open(page, visits, element(visits), { head: script(visits) });
    const form = page.locator("accord-form");
    for (const [at, number] of pasted.entries()) {
      await ready(page);
      await form.locator("input[name=phone]").fill(number);
      await fillIn(form, `case${at}@example.org`);
      await sendButton(form).click();
      await received(page);
      await form.getByRole("button", { name: /Fill in the form again/ }).click();
    }
  });
});

test("everything that is missing is named in one round, and what is needed is marked", { timeout }, async (t) => {
  const demo = await startDemo(t);
  await inBrowser(demo, {}, async (page) => {
    await open(page, demo, element(demo), { head: script(demo) });
    const form = page.locator("accord-form");
    await ready(page);
    assert.match(await form.locator("fieldset legend").innerText(), /\(required\)/);
    await sendButton(form).click();
    const named = await form.getByRole("group").first().locator("li").allInnerTexts();
    assert.equal(named.length, 2, String(named));
    assert.match(named.join(), /e-mail address.*tick/);
  });
});

test("an old library that bends JSON does not bend what is sent", { timeout }, async (t) => {
  const demo = await startDemo(t);
  const prototype = `<script>for (const kind of [Array, String, Object]) kind.prototype.toJSON = function () { return "bent"; };</script>`;
  await inBrowser(demo, {}, async (page) => {
    await open(page, demo, element(demo), { head: prototype + script(demo) });
    const form = page.locator("accord-form");
    await ready(page);
    await fillIn(form, "ada@example.org");
    await sendButton(form).click();
    await received(page);
    await mailWith(demo, "ada@example.org", "/confirm/");
  });
});

test("what a server says to programs is never shown to a visitor", { timeout }, async (t) => {
  const demo = await startDemo(t);
  await inBrowser(demo, { expected: /status of 422/ }, async (page) => {
    const said = "The body is not what this route reads.";
    await page.route(`${demo.form}`, (route) => route.request().method() !== "POST" ? route.continue() : route.fulfill({
      status: 422,
      headers: { "access-control-allow-origin": new URL(demo.site).origin },
      json: { title: "Not accepted", problems: [{ code: "invalid", field: null, message: said }, { code: "invalid", field: "body", message: said }] },
    }));
    await open(page, demo, element(demo), { head: script(demo) });
    const form = page.locator("accord-form");
    await ready(page);
    await fillIn(form, "ada@example.org");
    await sendButton(form).click();
    await form.getByText(/temporarily unavailable/).waitFor();
    assert.doesNotMatch(await words(form), /route reads|Not accepted/);
    assert.equal(await form.locator("input[name=email]").inputValue(), "ada@example.org");
  });
});

test("inside a shadow root it speaks the language of the page around, and runs its own way", { timeout }, async (t) => {
  const demo = await startDemo(t);
  const card = `<site-card></site-card><script>customElements.define("site-card", class extends HTMLElement {
    connectedCallback() { this.attachShadow({ mode: "open" }).innerHTML = '${bare(demo)}'; } });</script>`;
  await inBrowser(demo, {}, async (page) => {
    await open(page, demo, card, { head: script(demo), lang: "fr-CH" });
    await page.locator("accord-form").getByRole("button", { name: "S’abonner" }).waitFor();
  });
  await inBrowser(demo, {}, async (page) => {
    await open(page, demo, element(demo), { head: script(demo), lang: "ar", dir: "rtl" });
    await ready(page);
    const email = page.locator("accord-form").locator("input[name=email]");
    const direction = await email.evaluate((box) => getComputedStyle(/** @type {Element} */ (box.closest("form"))).direction);
    assert.equal(direction, "ltr", "English words on a page that runs from right to left");
  });
});

test("a loader that hides the script's tag is explained once, and one that says where the form is works", { timeout }, async (t) => {
  const demo = await startDemo(t);
  const module = `<script type="module" src="${demo.app}/embed.js"></script>`;
  const inline = `<script>fetch("${demo.app}/embed.js").then((answer) => answer.text()).then((text) => {
    const tag = document.createElement("script"); tag.textContent = text; document.head.append(tag); });</script>`;
  for (const head of [module, inline]) {
    await inBrowser(demo, {}, async (page) => {
      const seen = warnings(page);
      await open(page, demo, bare(demo) + bare(demo), { head });
      await page.locator("accord-form[state=failed]").first().waitFor({ state: "attached" });
      assert.equal(seen.length, 1, String(seen));
      assert.match(seen[0], /server="https/);
    });
    for (const html of [element(demo), bare(demo, `server="${demo.app}/"`)]) {
      await inBrowser(demo, {}, async (page) => {
        const seen = warnings(page);
        await open(page, demo, html, { head });
        await ready(page);
        assert.deepEqual(seen, []);
      });
    }
  }
});

test("mistakes of embedding say their remedy once in the console", { timeout }, async (t) => {
  const demo = await startDemo(t);
  const cases = [
    [`<accord-form></accord-form>`, /say which form/],
    [`<accord-form form="form_01h455vb4pex5vsknk084sn02q"></accord-form>`, /no open form .* published/],
  ];
  for (const [html, remedy] of cases) {
    await inBrowser(demo, { expected: /status of 404/ }, async (page) => {
      const seen = warnings(page);
      await open(page, demo, html + html, { head: script(demo) });
      while (!seen.length) await page.waitForTimeout(50);
      await page.waitForTimeout(300);
      assert.equal(seen.length, 1, String(seen));
      assert.match(seen[0], remedy);
    });
  }
  // On a site that the form does not allow, the browser logs an error, too.
  const elsewhere = { app: demo.app, form: demo.form, mailbox: demo.mailbox, site: demo.site.replace("127.0.0.1", "localhost") };
  await inBrowser(elsewhere, { expected: /CORS|ERR_FAILED/ }, async (page) => {
    const seen = warnings(page);
    await open(page, elsewhere, element(elsewhere), { head: script(elsewhere) });
    await page.locator("accord-form[state=failed]").waitFor();
    assert.match(seen.join(), new RegExp(`add ${new URL(elsewhere.site).origin} to the form's allowedOrigins`));
    assert.equal(await page.locator("accord-form > a").isVisible(), true, "the way to the form stays");
  });
});

/** WCAG contrast between a colour of the first match and the page's background. */
const contrast = (locator, ground, property = "color") => locator.first().evaluate((node, [ground, property]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const light = (color) => {
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low, high] = [light(ground), light(getComputedStyle(node)[property])].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}, [ground, property]);

test("links and problems can be read on dark and light grounds, whatever the page declares", { timeout }, async (t) => {
  const demo = await startDemo(t);
  const looks = [["#111", "#eee", ""], ["#fff", "#222", ""], ["#1b2a41", "#fff", "light dark"], ["#fdf6e3", "#333", "light dark"]];
  for (const colorScheme of ["light", "dark"]) {
    for (const [ground, ink, scheme] of looks) {
      await inBrowser(demo, { colorScheme }, async (page) => {
        const style = `<style>html { background: ${ground}; color: ${ink}; color-scheme: ${scheme || "normal"} }</style>`;
        await open(page, demo, element(demo), { head: style + script(demo) });
        await ready(page);
        const form = page.locator("accord-form");
        await sendButton(form).click();
        for (const part of ["address a", ".error:not(:empty)", ".notice a"]) {
          const found = await contrast(form.locator(part), ground);
          assert.ok(found >= 4.5, `${part} on ${ground}, ${colorScheme}: ${found}`);
        }
        await form.locator("input[name=email]").focus();
        while (!(await sendButton(form).evaluate((button) => button.matches(":focus-visible")))) await page.keyboard.press("Tab");
        const ring = await contrast(sendButton(form), ground, "outlineColor");
        assert.ok(ring >= 3, `the ring around the button on ${ground}, ${colorScheme}: ${ring}`);
      });
    }
  }
});

test("in a frame of another site the page that came back does not fight for the focus", { timeout }, async (t) => {
  const demo = await startDemo(t);
  // `inBrowser` fails on Chromium's warning about a blocked autofocus.
  await inBrowser(demo, { expected: /status of 422/ }, async (page) => {
    await open(page, demo, `<iframe src="${demo.form}?lang=en" width="600" height="900"></iframe>`);
    const frame = page.frameLocator("iframe");
    await frame.locator("input[name=email]").fill("nobody");
    await takeAMoment();
    await sendButton(frame.locator("form")).click();
    await frame.locator("#problems").waitFor();
    await page.waitForTimeout(200);
  });
});
