// A person's actions on the pages, done by plain HTTP as with curl: without scripts and without a browser.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { link, mailWith } from "./mailbox.js";

/** Submits the hosted form; retries once with the new ticket if the server asks for that. */
export async function submit(demo, email) {
  const html = await (await fetch(demo.form)).text();
  const fields = [
    ["email", email],
    ["ticket", value(html, "ticket")],
    ...all(html, /<input(?=[^>]*name="consent")[^>]*value="([^"]*)"/g).map((key) => ["consent", key]),
  ];
  let answer = await post(demo.form, fields);
  if (answer.status === 409) {
    const { ticket, retryAfterMs } = await answer.json();
    await sleep(retryAfterMs ?? 0);
    answer = await post(demo.form, fields.map(([key, old]) => [key, key === "ticket" ? ticket : old]));
  }
  return answer;
}

/** Opens the link in the confirmation mail and clicks the button. */
export async function confirm(demo, email) {
  return press(link(await mailWith(demo, email, "/confirm/"), "/confirm/"));
}

/** Clicks the first button of the page behind a confirmation link. */
export async function press(url) {
  const html = await (await fetch(url)).text();
  const optIn = value(html, "opt_in");
  assert.ok(optIn, `no button to confirm on ${url}`);
  return post(url, [["opt_in", optIn]], "text/html");
}

export function post(url, fields, accept = "application/json") {
  return fetch(url, { method: "POST", headers: { accept }, body: new URLSearchParams(fields), redirect: "manual" });
}

/** The value of the first input or button with this name; attributes may be in any order. */
function value(html, name) {
  const control = html.match(new RegExp(`<(?:input|button)[^>]*\\bname="${name}"[^>]*>`))?.[0] ?? "";
  return unescape(control.match(/\bvalue="([^"]*)"/)?.[1]);
}

function all(html, pattern) {
  return [...html.matchAll(pattern)].map(([, found]) => unescape(found));
}

function unescape(text) {
  return text?.replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCodePoint(parseInt(code, 16))).replaceAll("&amp;", "&");
}
