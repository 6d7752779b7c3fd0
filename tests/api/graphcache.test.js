// The type information that a caching client needs, read from the schema.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { buildSchema, isObjectType } from "graphql";
import { keys } from "../../clients/graphcache-keys.js";

const schema = buildSchema(readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"));
const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
const objects = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith("__") && !roots.includes(type));

test("the types without an id are the ones that clients/graphcache-keys.js lists", () => {
  const without = objects.filter((type) => !type.getFields().id).map((type) => type.name);
  assert.deepEqual(Object.keys(keys).sort(), without.sort());
});

test("every event of a subscription has a position, and every subscription resumes after one", () => {
  const fields = Object.values(schema.getSubscriptionType().getFields());
  assert.ok(fields.length > 0);
  for (const field of fields) {
    assert.ok(field.args.some((argument) => argument.name === "after"), field.name);
    assert.equal(String(field.type.ofType.getFields().position.type), "Int!", field.name);
  }
});
