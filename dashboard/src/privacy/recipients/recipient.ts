import { graphql, type Enum, type ResultOf } from "../../kit/client/graphql";

export const RECIPIENT = graphql(`
  fragment RecipientWhole on Recipient {
    id name legalName country accessCountries role mechanism mechanismReference assessment checkedAt safeguard
    transferAllowed contactEmail version createdAt updatedAt archivedAt
    purposes { id currentVersion { id texts { language title } } }
  }
`);
export type Recipient = ResultOf<typeof RECIPIENT>;

export const roles = ["PROCESSOR", "JOINT_CONTROLLER", "CONTROLLER"] as const satisfies readonly Enum<"RecipientRole">[];
export const mechanisms = ["EEA", "ADEQUACY", "SCC", "BCR", "DEROGATION"] as const satisfies readonly Enum<"TransferMechanism">[];
export const means = ["EXPORT", "API", "WEBHOOK", "EMAIL", "LETTER", "OTHER"] as const satisfies readonly Enum<"DisclosureMeans">[];

/** A country by its name in the reader's language. */
export function countryName(code: string, language: string): string {
  try {
    return new Intl.DisplayNames([language], { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}
