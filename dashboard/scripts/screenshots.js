// Takes every screen of src/routes.tsx in both themes and both languages, at three widths:
//   npm run screenshots -- http://localhost:8080 [workspace] [e-mail] [password]
// The address is that of a running Accord; the sign-in is what `accord demo` printed, or comes from ACCORD_WORKSPACE,
// ACCORD_EMAIL and ACCORD_PASSWORD. Pictures go to screenshots/<language>-<theme>/, which git ignores. ONLY=/deals
// takes the screens whose path holds these words; WIDTHS=1440 only that width.
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const { ACCORD_WORKSPACE, ACCORD_EMAIL, ACCORD_PASSWORD, CHROMIUM = "/usr/bin/chromium", ONLY = "", WIDTHS = "1440,1024,390" } = process.env;
const [address = "http://localhost:8080", workspace = ACCORD_WORKSPACE, email = ACCORD_EMAIL, password = ACCORD_PASSWORD] = process.argv.slice(2);
const app = new URL(address).origin;
const folder = new URL("../screenshots/", import.meta.url);
const routes = readFileSync(new URL("../src/routes.tsx", import.meta.url), "utf8");
const lists = { contact: "contacts", company: "companies", deal: "deals", form: "forms", request: "requests", breach: "breaches", recipient: "recipients", erasure: "erasures" };

const browser = await chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: process.getuid() !== 0 });
try {
  const door = await browser.newContext();
  await ask(door, "mutation ($input: SignInInput!) { signIn(input: $input) { outcome userErrors { message } } }", { input: { workspace, email, password } });
  const shown = await paths(door);
  for (const language of ["en", "fr"]) for (const colorScheme of ["light", "dark"]) await takeAll(await door.storageState(), shown, language, colorScheme);
} finally {
  await browser.close();
}

async function ask(context, query, variables) {
  const answer = await context.request.post(`${app}/graphql`, { headers: { Origin: app }, data: { query, variables }, timeout: 120_000 });
  const { data, errors } = await answer.json();
  const refused = errors ?? data.signIn?.userErrors;
  if (refused?.length) throw new Error(JSON.stringify(refused));
  return data;
}

/** The paths of all screens, each with the first object of its kind; a screen without one is left out. */
async function paths(context) {
  const data = await ask(context, `{ ${Object.values(lists).map((name) => `${name}(first: 1) { nodes { id } }`).join(" ")} purposes { id } }`);
  const idOf = (kind) => (kind === "purpose" ? data.purposes[0] : data[lists[kind]]?.nodes[0])?.id;
  return [...routes.matchAll(/createRoute\(\{.*path: "([^"]+)".*/g)].flatMap(([line, path]) => {
    const full = path.startsWith("/") ? path : `/deals/${path}`;
    const id = idOf(line.match(/shows: "(\w+)"/)?.[1]);
    if (!full.includes("$id")) return [[full, full]];
    if (!id) console.error(`nothing to show at ${full}`);
    return id ? [[full, full.replace("$id", id)]] : [];
  });
}

async function takeAll(storageState, shown, language, colorScheme) {
  const place = new URL(`${language}-${colorScheme}/`, folder);
  mkdirSync(place, { recursive: true });
  const context = await browser.newContext({ storageState, colorScheme, locale: language === "fr" ? "fr-FR" : "en-GB", reducedMotion: "reduce" });
  await context.addInitScript((language) => localStorage.setItem("accord.language", language), language);
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  for (const [name, path] of shown.filter(([path]) => path.includes(ONLY))) {
    for (const width of WIDTHS.split(",").map(Number)) {
      await page.setViewportSize({ width, height: width > 1000 ? 900 : 844 });
      await page.goto(app + path);
      await page.locator("main h1").first().waitFor();
      await page.waitForFunction(() => !document.querySelector('[aria-busy="true"], .mantine-Skeleton-root'));
      await page.waitForTimeout(400);
      const file = `${name.replaceAll("/", "-").replace("$id", "one").slice(1) || "overview"}-${width}.png`;
      await page.screenshot({ path: new URL(file, place).pathname, fullPage: true });
    }
    console.log(`${language}-${colorScheme} ${name}`);
  }
  await takeSignIn(place, language, colorScheme);
  await context.close();
}

/** The screen before the session. */
async function takeSignIn(place, language, colorScheme) {
  const context = await browser.newContext({ colorScheme, locale: language === "fr" ? "fr-FR" : "en-GB", viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${app}/sign-in`);
  await page.locator("input[type=password]").waitFor();
  await page.screenshot({ path: new URL("sign-in-1440.png", place).pathname });
  await context.close();
}
