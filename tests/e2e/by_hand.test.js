// The same user journey with plain HTTP, and the faults it must survive.
import assert from "node:assert/strict";
import { test } from "node:test";
import { confirm, post, press, submit } from "../support/by_hand.js";
import { startDemo } from "../support/demo.js";
import { header, link, mailWith } from "../support/mailbox.js";

const timeout = 180_000;
const email = "ada@example.org";

test("the whole journey works with HTTP alone, and a second press changes nothing", { timeout }, async (t) => {
  const demo = await startDemo(t);

  const answer = await submit(demo, email);
  assert.equal(answer.status, 202);
  assert.equal((await answer.json()).status, "received");

  const url = link(await mailWith(demo, email, "/confirm/"), "/confirm/");
  assert.equal((await fetch(url)).status, 200);
  assert.equal(await demo.consentsOf(email), null, "opening the link already did something");

  assert.ok((await press(url)).status < 400);
  assert.deepEqual(await demo.consentsOf(email), ["GIVEN"]);
  assert.ok((await post(url, [], "text/html")).status < 500);
  assert.deepEqual(await demo.consentsOf(email), ["GIVEN"]);
});

test("the mail program's own unsubscribe button withdraws, looking at its link does not", { timeout }, async (t) => {
  const demo = await startDemo(t);
  await submit(demo, email);
  await confirm(demo, email);

  const receipt = await mailWith(demo, email, "/unsubscribe/");
  assert.equal(header(receipt, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
  const [, url] = header(receipt, "List-Unsubscribe").match(/<(https?:[^>]+)>/);

  assert.equal((await fetch(url)).status, 200);
  assert.deepEqual(await demo.consentsOf(email), ["GIVEN"]);

  assert.equal((await post(url, [["List-Unsubscribe", "One-Click"]])).status, 200);
  assert.deepEqual(await demo.consentsOf(email), ["WITHDRAWN"]);
});

test("killed right after it said yes, it still sends the mail, and the link in it works", { timeout }, async (t) => {
  const first = await startDemo(t);
  const answer = await submit(first, email);
  await first.stop("SIGKILL");
  assert.equal(answer.status, 202);

  const second = await first.restart(t);
  await confirm(second, email);
  assert.deepEqual(await second.consentsOf(email), ["GIVEN"]);
});
