// Checks the schema with two linters: what frontend tools expect of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import graphql from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";

const here = fileURLToPath(new URL(".", import.meta.url));
const contract = fileURLToPath(new URL("../../schema.graphql", import.meta.url));

// Fields, enum values and union members are in reading order (`id` first, states in sequence), not sorted
// alphabetically.
const sorted = [
  "enum-values-sorted-alphabetically",
  "input-object-fields-sorted-alphabetically",
  "interface-fields-sorted-alphabetically",
  "type-fields-sorted-alphabetically",
];

// Parts of an answer that are never queried, changed or cached on their own, so they need no id.
const values = `
  AdequacyDecision AppliedRight Art14Notice AuthorityNotice Basis Board BoardColumn BreachPerson BreachStep BreachTexts
  CaughtCount ClassRule ConsentDocuments ConsentEvidence ContactDuplicate ContactRights CustomFieldValue DataMapColumn
  DataMapTable DealContact DealStay DuplicatePair ErasedRows ErasureRecipient ErasureResidue EvidenceMail EvidencePage FieldOption
  FieldValidation FormConsent FormDefinition FormField FormFieldOption FormRouting HeldRows LocalizedText Money Notice NoticeRule
  PageInfo Provenance PurposeText RecordController RecordOfProcessing RecordRecipient RecordedProcessing RequestCounts
  RetentionCount RetentionPreview RetentionRuleVersion RetentionSimulation RetentionTrial SearchHit SearchHits SecondFactor
  JournalDay StageTotals SubmissionCount TransferCountries UserError UtmParameter Viewer Withheld Wording
`.trim().split(/\s+/);

const rules = {
  ...graphql.configs["flat/schema-recommended"].rules,
  ...graphql.configs["flat/schema-relay"].rules,
  // A rule of the plugin, not of Relay: short lists (`userErrors`, a pipeline's stages) are plain lists here.
  "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
  // Relay requires one direction or both; a timeline only goes back in time.
  "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
  "@graphql-eslint/strict-id-in-types": ["error", { exceptions: { suffixes: ["Connection", "Edge", "Event", "Payload"], types: values } }],
};

test("graphql-schema-linter has nothing to say", () => {
  assertNothing(lint(contract));
});

test("graphql-eslint has nothing to say, neither of schemas in general nor of Relay", async () => {
  const text = readFileSync(contract, "utf8");
  // Possible duplicates are computed, not stored: such a pair has no id to query it by.
  const pair = text.slice(0, text.indexOf("type DuplicatePairEdge ")).split("\n").length;
  const known = `${pair} @graphql-eslint/relay-edge-types: Edge type's field \`node\` must implement \`Node\` interface.`;
  assertNothing((await eslint(text, contract)).filter((complaint) => complaint !== known));
});

test("both linters complain of a schema that deserves it", async () => {
  const bad = "type Query { things(first: Int): ThingConnection } type ThingConnection { some_edges: [Int] }";
  assert.match(lint("--stdin", bad).join("\n"), /relay-connection-arguments-spec/);
  assert.match((await eslint(bad, bad)).join("\n"), /relay-connection-types/);
});

/** Fails with everything that was found; a list comparison would abbreviate it. */
function assertNothing(found) {
  assert.ok(found.length === 0, found.join("\n"));
}

/** Output of graphql-schema-linter, which exits with 1 when it finds anything. */
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
