// graphql-transport-ws with the official client, and by hand for misuse that the client cannot produce.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { after, test } from "node:test";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { eventually, startDemo } from "../support/demo.js";

const timeout = 120_000;
const demo = await startDemo({ after });
const address = demo.graphql.replace(/^http/, "ws");
const protocol = "graphql-transport-ws";
const init = { type: "connection_init", payload: { authorization: `Bearer ${demo.apiKey}` } };
const { purposes } = await demo.gql("{ purposes { id legalBasis } }");
const basis = purposes.find((purpose) => purpose.legalBasis !== "CONSENT").id;
const JOURNAL = "subscription ($after: Int) { journal(after: $after) { position entry { kind } } }";
const following = (id, after) => ({ type: "subscribe", id, payload: { query: JOURNAL, variables: { after } } });
const asking = (id) => ({ type: "subscribe", id, payload: { query: "{ journalHead }" } });

const misbehaviours = {
  "what is no JSON closes with 4400": [["{"], 4400],
  "a type nobody knows closes with 4400": [[{ type: "start" }], 4400],
  "a message without its id closes with 4400": [[init, { type: "subscribe", payload: { query: "{ journalHead }" } }], 4400],
  "a binary frame closes with 4400": [[Buffer.from(JSON.stringify(init))], 4400],
  "subscribing before the introduction closes with 4401": [[asking("a")], 4401],
  "a credential nobody has closes with 4403": [[{ ...init, payload: { authorization: "Bearer accord_key_nobody" } }], 4403],
  "no credential closes with 4403": [[{ type: "connection_init" }], 4403],
  "introducing oneself twice closes with 4429": [[init, init], 4429],
  "an id in use closes with 4409": [[init, following("a"), following("a")], 4409],
  "a message of more than 256 KiB closes with 1009": [[init, "x".repeat((256 << 10) + 1)], 1009],
  "silence instead of an introduction closes with 4408": [[{ type: "ping" }], 4408],
};

for (const [what, [messages, code]] of Object.entries(misbehaviours)) {
  test(what, { timeout }, async (t) => {
    const socket = await open(t);
    for (const message of messages) {
      socket.say(message);
      if (message === init && messages[1] !== init) await socket.hears("connection_ack");
    }
    assert.equal(await socket.closed, code);
    await answers();
  });
}

for (const offered of [["graphql-ws"], []]) {
  test(`${offered.length ? "the older protocol graphql-ws" : "no protocol"} closes with 4406`, { timeout }, async (t) => {
    assert.equal(await (await open(t, offered)).closed, 4406);
  });
}

test("a page of another origin is not let in, one of our own is", { timeout }, async (t) => {
  const foreign = new WebSocket(address, [protocol], { origin: "https://evil.example" });
  foreign.on("error", () => {});
  const [, response] = await once(foreign, "unexpected-response");
  assert.equal(response.statusCode, 403);
  const own = await open(t, [protocol], { origin: demo.app });
  own.say(init);
  await own.hears("connection_ack");
});

test("ten megabytes in one message close the socket with 1009, though they are not read to the end", { timeout }, async (t) => {
  const socket = await ready(t);
  socket.say("x".repeat(10 << 20));
  assert.equal(await socket.closed, 1009);
  await answers();
});

test("a query and a mutation get one answer each, and their end", { timeout }, async (t) => {
  for (const operation of [{ query: "{ journalHead }" }, creating("Once")]) {
    const answers = await all(connect(t).iterate(operation));
    assert.equal(answers.length, 1);
    assert.equal(answers[0].errors, undefined);
  }
});

test("who says goodbye with 1000 hears 1000", { timeout }, async (t) => {
  const socket = await ready(t);
  socket.socket.close(1000);
  assert.equal(await socket.closed, 1000);
});

test("what happens over HTTP is seen by who follows, and who comes back misses nothing and gets nothing twice", { timeout }, async (t) => {
  const { journalHead } = await demo.gql("{ journalHead }");
  const first = connect(t);
  const events = first.iterate({ query: JOURNAL, variables: { after: journalHead } });
  await create("Seen");
  const seen = await until(events, "contact.created");
  const position = seen.at(-1).position;
  await first.terminate();

  await create("Missed");
  await create("Missed, too");
  const { journalHead: head } = await demo.gql("{ journalHead }");
  const again = connect(t).iterate({ query: JOURNAL, variables: { after: position } });
  const missed = [];
  for await (const { data } of again) {
    missed.push(data.journal);
    if (data.journal.position >= head) break;
  }
  const positions = [...seen, ...missed].map((event) => event.position);
  assert.deepEqual(positions, positions.map((_, n) => journalHead + 1 + n));
  assert.equal(missed.filter((event) => event.entry.kind === "contact.created").length, 2);
});

test("of ten thousand subscriptions on one socket fifty run, the others are refused, and everybody else is answered", { timeout }, async (t) => {
  const socket = await ready(t);
  for (let n = 0; n < 10_000; n++) socket.say(following(`s${n}`));
  await answers();
  const refused = new Set();
  await socket.hearsAll((message) => {
    assert.equal(message.type, "error");
    assert.equal(message.payload[0].extensions.code, "TOO_MANY_OPERATIONS");
    return refused.add(message.id).size === 9_950;
  });
  assert.ok(!refused.has("s0") && refused.has("s9999"));
  socket.say({ type: "complete", id: "s0" });
  socket.say(asking("free again"));
  assert.equal((await socket.hears("next")).id, "free again");
});

test("a key that is revoked closes its open sockets with 4403", { timeout }, async (t) => {
  const key = demo.createKey("READER");
  const socket = await ready(t, { type: "connection_init", payload: { authorization: `Bearer ${key}` } });
  socket.say(following("a"));
  const mutation = "mutation ($id: ID!) { revokeApiKey(input: { apiKeyId: $id }) { userErrors { code } } }";
  const { apiKeys } = await demo.gql("{ apiKeys(first: 1) { nodes { id name } } }");
  assert.equal(apiKeys.nodes[0].name, "short");
  const { revokeApiKey } = await demo.gql(mutation, { id: apiKeys.nodes[0].id });
  assert.deepEqual(revokeApiKey.userErrors, []);
  assert.equal(await socket.closed, 4403);
});

test("who never reads is let go, and is not remembered in the meantime", { timeout }, async (t) => {
  const before = memory();
  const socket = await ready(t);
  let ended = false;
  socket.socket.on("error", () => (ended = true)).on("close", () => (ended = true)).pause();
  let most = before;
  // Each of these reads the whole journal again: far more than the socket buffers hold.
  const query = "subscription { journal(after: 0) { position entry { id kind subject object actor at data } } }";
  for (let n = 0; n < 50; n++) socket.say({ type: "subscribe", id: `s${n}`, payload: { query } });
  await eventually("the server closes", () => {
    most = Math.max(most, memory());
    // A closed peer is only noticed on write.
    socket.say({ type: "ping" });
    return ended;
  }, 60);
  assert.ok(most - before < 128 << 20, `grew by ${(most - before) >> 20} MiB`);
  await answers();
});

/** A raw socket: sends messages unchanged and keeps received ones until they are read. */
async function open(t, offered = [protocol], options = {}) {
  const socket = new WebSocket(address, offered, options);
  t.after(() => socket.terminate());
  const heard = [];
  let told = () => {};
  socket.on("message", (data) => (heard.push(JSON.parse(data)), told()));
  // A broken connection reports an error first; only the close event matters here.
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.on("close", (code) => (resolve(code), told())));
  await once(socket, "open");
  const hearsAll = async (enough) => {
    for (;;) {
      while (heard.length) {
        const message = heard.shift();
        if (enough(message)) return message;
      }
      assert.equal(socket.readyState, WebSocket.OPEN, "the socket was closed");
      await new Promise((resolve) => (told = resolve));
    }
  };
  return {
    socket,
    closed,
    hearsAll,
    say: (message) => socket.send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message), () => {}),
    hears: (type) => hearsAll((message) => message.type === type),
  };
}

async function ready(t, introduction = init) {
  const socket = await open(t);
  socket.say(introduction);
  await socket.hears("connection_ack");
  return socket;
}

/** The official client. */
function connect(t) {
  const client = createClient({ url: address, webSocketImpl: WebSocket, connectionParams: init.payload, retryAttempts: 0 });
  t.after(() => client.dispose());
  return client;
}

async function all(answers) {
  const found = [];
  for await (const answer of answers) found.push(answer);
  return found;
}

/** The events up to the first of this kind. */
async function until(answers, kind) {
  const found = [];
  for await (const { data, errors } of answers) {
    assert.equal(errors, undefined);
    found.push(data.journal);
    if (data.journal.entry?.kind === kind) return found;
  }
  throw new Error(`ended without ${kind}`);
}

function creating(name) {
  const query = `mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { code field } } }`;
  return { query, variables: { input: { givenName: name, source: "INTEGRATION", basisPurposeId: basis } } };
}

async function create(name) {
  const { query, variables } = creating(name);
  const { createContact } = await demo.gql(query, variables);
  assert.deepEqual(createContact.userErrors, []);
}

async function answers() {
  assert.ok((await demo.gql("{ journalHead }")).journalHead > 0);
}

/** The server's resident memory, in bytes. */
function memory() {
  return 1024 * Number(execFileSync("ps", ["-o", "rss=", "-p", String(demo.child.pid)]));
}
