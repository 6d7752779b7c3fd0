import { graphql, type Enum, type ResultOf } from "../../kit/client/graphql";

export const PURPOSE = graphql(`
  fragment PurposeRow on Purpose {
    id
    key
    legalBasis
    channels
    confirmation
    validityDays
    justification
    createdAt
    archivedAt
    offered
    currentVersion { id number publishedAt texts { language title description wording wordingSha256 } }
  }
`);
export const PURPOSES = graphql(`query PurposeSettings { purposes { ...PurposeRow } }`, [PURPOSE]);
export const PURPOSE_PAGE = graphql(
  `query PurposePage($id: ID!) {
    purpose(id: $id) { ...PurposeRow versions { id number publishedAt texts { language title description wording wordingSha256 } } }
  }`,
  [PURPOSE],
);
export const CREATE = graphql(
  `mutation CreatePurpose($input: CreatePurposeInput!) { createPurpose(input: $input) { purpose { ...PurposeRow } userErrors { code field message } } }`,
  [PURPOSE],
);
export const PUBLISH = graphql(
  `mutation PublishPurposeVersion($input: PublishPurposeVersionInput!) {
    publishPurposeVersion(input: $input) {
      purpose { ...PurposeRow versions { id number publishedAt texts { language title description wording wordingSha256 } } }
      version { id number }
      userErrors { code field message }
    }
  }`,
  [PURPOSE],
);
export const OFFER = graphql(`mutation OfferPurpose($input: OfferPurposeInput!) { offerPurpose(input: $input) { purpose { id offered } userErrors { code field message } } }`);
export const ARCHIVE = graphql(`mutation ArchivePurpose($input: ArchivePurposeInput!) { archivePurpose(input: $input) { purpose { id archivedAt } userErrors { code field message } } }`);
export const RESTORE = graphql(`mutation RestorePurpose($input: RestorePurposeInput!) { restorePurpose(input: $input) { purpose { id archivedAt } userErrors { code field message } } }`);

export type Purpose = ResultOf<typeof PURPOSE>;
export type PurposeText = Purpose["currentVersion"]["texts"][number];
export type Basis = Enum<"LegalBasis">;
export type Channel = Enum<"Channel">;
export const bases: Basis[] = ["CONSENT", "CONTRACT", "LEGAL_OBLIGATION", "VITAL_INTERESTS", "PUBLIC_TASK", "LEGITIMATE_INTERESTS"];
export const channels: Channel[] = ["EMAIL", "PHONE", "SMS", "POST", "TRACKING", "PROFILING", "TRANSFER"];

/** In the reader's language, or in another that it has. */
export const textIn = <Text extends { language: string }>(texts: Text[], language: string) => texts.find((one) => one.language === language) ?? texts[0];
