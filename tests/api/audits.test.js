// The complete official audit suite of GraphQL over HTTP: MUST, SHOULD and MAY.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { serverAudits } from "graphql-http";
import { startDemo } from "../support/demo.js";

const timeout = 60_000;
const demo = await startDemo({ after });

const audits = serverAudits({
  url: demo.graphql,
  fetchFn: (url, { headers, ...request } = {}) => fetch(url, { ...request, headers: { ...headers, authorization: `Bearer ${demo.apiKey}` } }),
});

test("the suite has 61 audits", () => {
  assert.equal(audits.length, 61);
});

for (const audit of audits) {
  test(`${audit.id}: ${audit.name}`, { timeout }, async () => {
    const { status, reason, response } = await audit.fn();
    assert.equal(status, "ok", `${reason}, answered ${response?.status}`);
  });
}
