// The contract as two linters read it: what a frontend's tools expect of a schema.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import graphql from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";

const here = fileURLToPath(new URL(".", import.meta.url));
const contract = fileURLToPath(new URL("../../schema.graphql", import.meta.url));

// Fields, values and members stand in the order in which they are read (`id` first, states as they follow each other), not
// in that of their letters.
const sorted = [
  "enum-values-sorted-alphabetically",
  "input-object-fields-sorted-alphabetically",
  "interface-fields-sorted-alphabetically",
  "type-fields-sorted-alphabetically",
];

// Parts of an answer that nobody asks for, changes or caches on their own: they have no id because nothing takes one.
const values = `
  Basis Board BoardColumn CaughtCount ClassRule ConsentEvidence ContactDuplicate CustomFieldValue DealContact DealStay DuplicatePair
  EvidenceMail EvidencePage FieldOption FieldValidation FormConsent FormDefinition FormField FormFieldOption FormRouting
  LocalizedText Money PageInfo Provenance PurposeText SearchHit SearchHits SecondFactor StageTotals SubmissionCount UserError
  UtmParameter Viewer Withheld Wording
`.trim().split(/\s+/);

const rules = {
  ...graphql.configs["flat/schema-recommended"].rules,
  ...graphql.configs["flat/schema-relay"].rules,
  // Not Relay's rule but the plugin's: lists that have an end (`userErrors`, the stages of a pipeline) are plain lists.
  "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
  // Relay asks for one direction or both; a timeline goes back in time only.
  "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
  "@graphql-eslint/strict-id-in-types": ["error", { exceptions: { suffixes: ["Connection", "Edge", "Event", "Payload"], types: values } }],
};

test("graphql-schema-linter has nothing to say", () => {
  assertNothing(lint(contract));
});

test("graphql-eslint has nothing to say, neither of schemas in general nor of Relay", async () => {
  const text = readFileSync(contract, "utf8");
  // Two contacts who may be one person are worked out, not kept: such a pair has no id to ask for it again.
  const pair = text.slice(0, text.indexOf("type DuplicatePairEdge ")).split("\n").length;
  const known = `${pair} @graphql-eslint/relay-edge-types: Edge type's field \`node\` must implement \`Node\` interface.`;
  assertNothing((await eslint(text, contract)).filter((complaint) => complaint !== known));
});

test("both linters complain of a schema that deserves it", async () => {
  const bad = "type Query { things(first: Int): ThingConnection } type ThingConnection { some_edges: [Int] }";
  assert.match(lint("--stdin", bad).join("\n"), /relay-connection-arguments-spec/);
  assert.match((await eslint(bad, bad)).join("\n"), /relay-connection-types/);
});

/** Fails with all that was found; a comparison of lists would leave out the middle. */
function assertNothing(found) {
  assert.ok(found.length === 0, found.join("\n"));
}

/** What graphql-schema-linter says, which ends with 1 when that is anything. */
function lint(file, input) {
  const linter = fileURLToPath(import.meta.resolve("graphql-schema-linter/package.json").replace("package.json", "lib/cli.js"));
  const words = [linter, "--format", "json", "--except", sorted.join(), file];
  let answer;
  try {
    answer = execFileSync(process.execPath, words, { cwd: here, input, stdio: "pipe", maxBuffer: 1 << 26 });
  } catch (ended) {
    answer = ended.stdout;
  }
  return JSON.parse(answer).errors.map(({ location, rule, message }) => `${location.line} ${rule}: ${message}`);
}

async function eslint(text, schema) {
  const linter = new ESLint({
    cwd: here,
    overrideConfigFile: true,
    overrideConfig: {
      files: ["**/*.graphql"],
      languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema } } },
      plugins: { "@graphql-eslint": graphql },
      rules,
    },
  });
  const [{ messages }] = await linter.lintText(text, { filePath: "schema.graphql" });
  return messages.map(({ line, ruleId, message }) => `${line} ${ruleId ?? "fatal"}: ${message.replaceAll("\n", " ")}`);
}
