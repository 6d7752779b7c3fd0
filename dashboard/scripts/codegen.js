// Generates from ../schema.graphql what the source needs: types for gql.tada, and what graphcache must be told.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { minifyIntrospection, outputIntrospectionFile } from "@gql.tada/internal";
import { buildSchema, introspectionFromSchema, isAbstractType, isObjectType } from "graphql";

const here = new URL("../src/kit/generated/", import.meta.url);
const schema = buildSchema(readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"));
const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith("__"));
const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];

const introspection = minifyIntrospection(introspectionFromSchema(schema, { descriptions: false }));
const output = outputIntrospectionFile(introspection, { fileType: ".d.ts", shouldPreprocess: true }).split("\nimport * as gqlTada")[0];

const withoutId = types
  .filter((type) => isObjectType(type) && !roots.includes(type) && !type.getFields().id)
  .map((type) => type.name);
const possible = Object.fromEntries(
  types.filter(isAbstractType).map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
);

mkdirSync(here, { recursive: true });
writeFileSync(new URL("introspection.d.ts", here), output);
writeFileSync(
  new URL("cache.ts", here),
  `/** Types without an id, which graphcache stores as part of their parent. */
export const withoutId = ${JSON.stringify(withoutId.join(" "))}.split(" ");

/** The object types behind each interface and union. */
export const possibleTypes = ${JSON.stringify(possible)};
`,
);
