// Every document in the source fits the schema, has a name of its own, and asks within the server's limits.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { buildSchema, parse, validate, type DocumentNode } from "graphql";
import { expect, test } from "vitest";
import { files } from "./files";

const root = join(import.meta.dirname, "..");
const schema = buildSchema(readFileSync(join(root, "../schema.graphql"), "utf8"));
const documents = files(join(root, "src"), /\.tsx?$/).flatMap((file) =>
  [...readFileSync(file, "utf8").matchAll(/\bgraphql\(\s*`([^`]+)`/g)].map(([, text = ""]) => ({ file: relative(root, file), document: parse(text, { noLocation: true }) })),
);
const fragments = new Map(
  documents.flatMap(({ document }) =>
    document.definitions.flatMap((one) => (one.kind === "FragmentDefinition" ? [[one.name.value, one] as const] : [])),
  ),
);

/** The document with every fragment that it reaches. */
function whole(document: DocumentNode): DocumentNode {
  const definitions = [...document.definitions];
  for (let at = 0; at < definitions.length; at += 1) {
    for (const [, name = ""] of JSON.stringify(definitions[at]).matchAll(/"kind":"FragmentSpread","name":\{"kind":"Name","value":"(\w+)"/g)) {
      const fragment = fragments.get(name);
      if (fragment && !definitions.includes(fragment)) definitions.push(fragment);
    }
  }
  return { ...document, definitions };
}

test("every document fits the schema", () => {
  const errors = documents
    .filter(({ document }) => document.definitions.some(({ kind }) => kind === "OperationDefinition"))
    .flatMap(({ file, document }) => validate(schema, whole(document)).map(({ message }) => `${file}: ${message}`));
  expect(documents.length).toBeGreaterThan(10);
  expect(errors).toEqual([]);
});

test("every operation has a name of its own", () => {
  const names = documents.flatMap(({ document }) =>
    document.definitions.flatMap((one) => (one.kind === "OperationDefinition" ? [one.name?.value] : [])),
  );
  expect(names.filter((name, at) => !name || names.indexOf(name) !== at)).toEqual([]);
});
