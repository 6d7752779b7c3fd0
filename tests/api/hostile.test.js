// Hostile requests over real HTTP: each is refused with a specific code, and the server keeps working.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startDemo } from "../support/demo.js";

const timeout = 60_000;
const demo = await startDemo({ after });

const many = (count, write) => Array.from({ length: count }, (_, n) => write(n)).join(" ");
const nested = (levels) => "{ contact(id: 1) ".repeat(levels) + "}".repeat(levels);
const list = (args) => ({ query: `{ contacts(${args}) { nodes { id } } }` });
const following = (list, cursor) => ({ query: "query ($after: String) { LIST(first: 1, after: $after) { edges { cursor } } }".replace("LIST", list), variables: { after: cursor } });
const forged = (key) => following("contacts", Buffer.from(JSON.stringify(key)).toString("base64url"));
const counted = (variables) => ({ query: "query ($n: Int!) { contacts(first: $n) { nodes { id } } }", variables });
const twice = many(60, (n) => `fragment f${n} on Contact { ...f${n + 1} ...f${n + 1} }`);

const documents = {
  "a hundred aliases": [{ query: `{ viewer { ${many(100, (n) => `a${n}: __typename`)} } }` }, "TOO_MANY_ALIASES"],
  "a thousand aliases": [{ query: `{ viewer { ${many(1_000, (n) => `a${n}: __typename`)} } }` }, "TOO_MANY_TOKENS"],
  "twenty-one fields at the root": [{ query: `{ ${many(21, () => "journalHead")} }` }, "TOO_MANY_ROOT_FIELDS"],
  "fields a hundred deep": [{ query: nested(100) }, "TOO_DEEP"],
  "fields thirteen deep": [{ query: nested(13) }, "TOO_DEEP"],
  "twenty-one directives": [{ query: `{ journalHead ${many(21, () => "@skip(if: false)")} }` }, "TOO_MANY_DIRECTIVES"],
  "fragments in a circle": [{ query: "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }" }, "GRAPHQL_VALIDATION_FAILED"],
  "fragments that double sixty times": [{ query: `{ contact(id: 1) { ...f0 } } ${twice} fragment f60 on Contact { id }` }, "TOO_MANY_FIELDS"],
  "a hundred times a hundred rows": [{ query: "{ contacts(first: 100) { nodes { activities(first: 100) { nodes { id } } } } }" }, "TOO_COMPLEX"],
  "ten thousand tokens": [{ query: `{ ${"a ".repeat(10_000)} }` }, "TOO_MANY_TOKENS"],
  "a hundred thousand tokens": [{ query: `{ ${"a ".repeat(100_000)} }` }, "DOCUMENT_TOO_LARGE"],
  "a megabyte of commas": [{ query: `{ journalHead ${",".repeat(1 << 20)} }` }, "BODY_TOO_LARGE"],
  "a document that breaks off": [{ query: "{ journalHead" }, "GRAPHQL_PARSE_FAILED"],
  "an operation that is not there": [{ query: "query A { journalHead }", operationName: "B" }, "GRAPHQL_VALIDATION_FAILED"],
  "two operations and no word which": [{ query: "query A { journalHead } query B { journalHead }" }, "GRAPHQL_VALIDATION_FAILED"],
  "two operations without names": [{ query: "{ journalHead } { journalHead }" }, "GRAPHQL_PARSE_FAILED"],
  "a subscription by POST": [{ query: "subscription { journal { position } }" }, "SUBSCRIPTION_NEEDS_SOCKET"],
  "a filter nobody knows": [list("first: 1, filter: { nonsense: 1 }"), "GRAPHQL_VALIDATION_FAILED"],
  "text for a number": [counted({ n: "x" }), "GRAPHQL_VALIDATION_FAILED"],
  "a list for a number": [counted({ n: [1] }), "GRAPHQL_VALIDATION_FAILED"],
  "a number beyond all numbers": [counted({ n: 1e40 }), "GRAPHQL_VALIDATION_FAILED"],
  "no value where one is needed": [counted({}), "GRAPHQL_VALIDATION_FAILED"],
  "variables that are a list": [counted([1]), "BAD_REQUEST"],
  "variables that are text": [counted("{}"), "BAD_REQUEST"],
  "a page of none": [list("first: 0"), "BAD_USER_INPUT"],
  "a page of less than none": [list("first: -1"), "BAD_USER_INPUT"],
  "a page of a hundred and one": [list("first: 101"), "BAD_USER_INPUT"],
  "a page of no size": [list("orderBy: { field: NAME }"), "BAD_USER_INPUT"],
  "a page from both ends": [list("first: 1, last: 1"), "BAD_USER_INPUT"],
  "a cursor that is noise": [following("contacts", "%00"), "BAD_USER_INPUT"],
  "a cursor without an end": [following("contacts", "a".repeat(100_000)), "BAD_USER_INPUT"],
  "a cursor made by hand": [forged({ o: "contacts-", k: { s: "' OR 1=1" }, i: "x" }), "BAD_USER_INPUT"],
  "a cursor of brackets": [forged(JSON.parse("[".repeat(500) + "]".repeat(500))), "BAD_USER_INPUT"],
};

for (const [what, [body, code]] of Object.entries(documents)) {
  test(`${what}: ${code}`, { timeout }, () => refused(code, { body: JSON.stringify(body) }));
}

const query = JSON.stringify({ query: "{ journalHead }" });
const bodies = {
  "a form": [{ body: "query={journalHead}", headers: { "content-type": "application/x-www-form-urlencoded" } }, "UNSUPPORTED_MEDIA_TYPE"],
  "plain text": [{ body: query, headers: { "content-type": "text/plain" } }, "UNSUPPORTED_MEDIA_TYPE"],
  "bytes of no kind": [{ body: Buffer.from(query), headers: { "content-type": undefined } }, "UNSUPPORTED_MEDIA_TYPE"],
  "several requests in a list": [{ body: `[${query},${query}]` }, "BATCH_REFUSED"],
  "bytes that are no UTF-8": [{ body: Buffer.from('{"query":"{ journalHead #\xff\\n}"}', "latin1") }, "BAD_REQUEST"],
  "nothing": [{ body: "" }, "BAD_REQUEST"],
  "a hundred thousand brackets": [{ body: `{"query":"{ journalHead }","variables":${"[".repeat(100_000)}` }, "BAD_REQUEST"],
  "a key nobody has": [{ body: query, headers: { authorization: "Bearer accord_key_nobody" } }, "UNAUTHENTICATED"],
  "no key": [{ body: query, headers: { authorization: undefined } }, "UNAUTHENTICATED"],
};

for (const [what, [request, code]] of Object.entries(bodies)) {
  test(`${what}: ${code}`, { timeout }, () => refused(code, request));
}

test("a cursor belongs to one list, in one order", { timeout }, async () => {
  const cursors = {};
  for (const list of ["contacts", "companies", "deals", "activities", "members", "tags", "forms", "apiKeys", "submissions", "journal"]) {
    const [edge] = (await demo.gql(following(list).query))[list].edges;
    cursors[list] = edge.cursor;
  }
  cursors.byName = (await demo.gql("{ contacts(first: 1, orderBy: { field: NAME }) { edges { cursor } } }")).contacts.edges[0].cursor;
  const taken = [];
  for (const [from, cursor] of Object.entries(cursors)) {
    for (const list of Object.keys(cursors).filter((list) => list !== from && list !== "byName")) {
      const { answer } = await send({ body: JSON.stringify(following(list, cursor)) });
      if (answer.errors?.[0].extensions.code !== "BAD_USER_INPUT") taken.push(`${list} takes the cursor of ${from}`);
    }
  }
  assert.deepEqual(taken, []);
});

test("a mutation by GET does not happen", { timeout }, async () => {
  const before = (await demo.gql("{ journalHead }")).journalHead;
  const mutation = 'mutation { createCompany(input: { name: "By GET" }) { userErrors { code } } }';
  const response = await refused("METHOD_NOT_ALLOWED", { method: "GET", url: at(mutation) });
  assert.equal(response.status, 405);
  assert.match(response.headers.get("allow"), /\bPOST\b/);
  assert.equal((await demo.gql("{ journalHead }")).journalHead, before);
});

test("a query by GET needs the Authorization header: a link of another site, which brings the cookie, gets nothing", { timeout }, async () => {
  const cookie = await signIn();
  for (const headers of [{}, { cookie }, { cookie, origin: demo.app, "sec-fetch-site": "same-origin" }]) {
    const { response, answer } = await send({ method: "GET", url: at("{ journalHead }"), headers: { ...headers, authorization: undefined } });
    assert.ok(response.status >= 400 && response.status < 500, `answered ${response.status}`);
    assert.equal(answer.data ?? null, null);
  }
});

/** Asserts that the request is refused with a machine-readable error, and that the next one is answered. */
async function refused(code, request) {
  const { response, answer, text } = await send(request);
  assert.ok(response.status < 500, text);
  assert.equal(answer.errors?.[0].extensions?.code, code, text);
  assert.equal(answer.data ?? null, null, text);
  assert.ok((await demo.gql("{ journalHead }")).journalHead > 0);
  return response;
}

/** Sends it as an authenticated client, except for the given headers; `undefined` leaves one out. */
async function send({ method = "POST", url = demo.graphql, headers, body }) {
  const all = { "content-type": "application/json", authorization: `Bearer ${demo.apiKey}`, accept: "application/graphql-response+json", ...headers };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  const response = await fetch(url, { method, body, headers: given });
  const text = await response.text();
  return { response, text, answer: JSON.parse(text) };
}

function at(query) {
  const url = new URL(demo.graphql);
  url.searchParams.set("query", query);
  return url;
}

/** The session cookie of the demo's owner. */
async function signIn() {
  const mutation = "mutation ($input: SignInInput!) { signIn(input: $input) { outcome } }";
  const body = JSON.stringify({ query: mutation, variables: { input: demo.member } });
  const { response, text } = await send({ body, headers: { authorization: undefined, origin: demo.app } });
  assert.match(text, /SIGNED_IN/);
  return response.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
}
