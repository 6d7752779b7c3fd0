import { graphql, type ResultOf } from "../kit/client/graphql";

export const ROW = graphql(`
  fragment CompanyRow on Company {
    id version name domain phone website industry createdAt updatedAt archivedAt
    owner { id name }
    customFields @include(if: $custom) { key value masked }
  }
`);

export const COMPANIES = graphql(
  `
    query CompanyTable($first: Int!, $after: String, $filter: CompanyFilter, $archived: Archived!, $orderBy: CompanyOrderBy, $custom: Boolean!) {
      companies(first: $first, after: $after, filter: $filter, archived: $archived, orderBy: $orderBy) {
        nodes { ...CompanyRow }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [ROW],
);

export const COUNT = graphql(`
  query CompanyCount($filter: CompanyFilter, $archived: Archived!) { companies(first: 1, filter: $filter, archived: $archived) { totalCount } }
`);

export const FIND = graphql(`
  query FindCompanyIds($text: String!) { searchHits(query: $text, kinds: [COMPANY], first: 100) { hits { node { __typename id } } hasMore } }
`);

export const IDS = graphql(`
  query CompanyIds($after: String, $filter: CompanyFilter, $archived: Archived!) {
    companies(first: 100, after: $after, filter: $filter, archived: $archived) { nodes { id } pageInfo { hasNextPage endCursor } }
  }
`);

export const PAGE = graphql(`
  fragment CompanyPage on Company {
    id version name domain phone website industry postalAddress externalId createdAt updatedAt archivedAt
    owner { id name }
    customFields { key value masked field { id } }
    provenance { field source actor at proven }
  }
`);

export const COMPANY = graphql(`query Company($id: ID!) { company(id: $id) { ...CompanyPage } }`, [PAGE]);

export const UPDATE = graphql(
  `
    mutation UpdateCompany($input: UpdateCompanyInput!) {
      updateCompany(input: $input) { company { ...CompanyPage } notices { field message } userErrors { code field message } }
    }
  `,
  [PAGE],
);

export const ARCHIVE = graphql(`
  mutation ArchiveCompany($input: ArchiveCompanyInput!) {
    archiveCompany(input: $input) { company { id version archivedAt } userErrors { code field message } }
  }
`);
export const RESTORE = graphql(`
  mutation RestoreCompany($input: RestoreCompanyInput!) {
    restoreCompany(input: $input) { company { id version archivedAt } userErrors { code field message } }
  }
`);

export type Row = ResultOf<typeof ROW>;
export type Firm = ResultOf<typeof PAGE>;

/** How provenance calls the values, and how `updateCompany` does. */
export const inputs: Record<string, string> = {
  name: "name",
  domain: "domain",
  phone: "phone",
  website: "website",
  industry: "industry",
  postal_address: "postalAddress",
  owner: "ownerId",
  external_id: "externalId",
};

export function valuesOf({ name, domain, phone, website, industry, postalAddress, owner, externalId, customFields }: Firm): Record<string, string | null> {
  return {
    name,
    domain,
    phone,
    website,
    industry,
    postal_address: postalAddress,
    owner: owner?.id ?? null,
    external_id: externalId,
    ...Object.fromEntries(customFields.map(({ key, value }) => [`custom.${key}`, value])),
  };
}
