import { initGraphQLTada } from "gql.tada";
import type { introspection } from "../generated/introspection";

/**
 * A typed document. Fragments that it spreads come second: `graphql(text, [Fragment])`. `tests/documents.test.ts`
 * checks every document against the schema.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { BigInt: string; DateTime: string; JSON: unknown };
}>();

export type { ResultOf, VariablesOf } from "gql.tada";

/** The values of an enum of the schema: `Enum<"Role">`. */
export type Enum<Name extends keyof introspection["types"]> = introspection["types"][Name] extends {
  enumValues: infer Values;
}
  ? Values
  : never;
