import { graphql, type Enum, type ResultOf } from "../../kit/client/graphql";

export const BREACH_LINE = graphql(`
  fragment BreachLine on Breach { id texts { title } state risk awareAt dueAt overdue authorityToldAt peopleToldAt closedAt version }
`);
export const BREACH = graphql(
  `
    query Breach($id: ID!) {
      breach(id: $id) {
        ...BreachLine
        texts { title facts people records effects remedies lateBecause plainWords }
        beganAt endedAt peopleApproximate recordsApproximate exception createdAt updatedAt
        steps { kind actor at text entryId }
        all: peopleCount
        told: peopleCount(told: true)
      }
    }
  `,
  [BREACH_LINE],
);
export type BreachLine = ResultOf<typeof BREACH_LINE>;
export type Breach = NonNullable<ResultOf<typeof BREACH>["breach"]>;

export const risks = ["NOT_ASSESSED", "UNLIKELY", "RISK", "HIGH"] as const satisfies readonly Enum<"BreachRisk">[];
export const exceptions = ["ENCRYPTED", "AVERTED", "PUBLIC_NOTICE"] as const satisfies readonly Enum<"BreachException">[];
