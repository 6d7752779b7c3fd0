import { graphql, type ResultOf } from "../kit/client/graphql";

export const ROW = graphql(`
  fragment ContactRow on Contact {
    id version givenName familyName email phone jobTitle companyName language lifecycle
    createdAt updatedAt lastContactAt restrictedAt archivedAt
    company { id name }
    owner { id name }
    tags { id name }
    customFields @include(if: $custom) { key value masked }
  }
`);

export const CONTACTS = graphql(
  `
    query ContactTable(
      $first: Int!, $after: String, $filter: ContactFilter, $archived: Archived!, $orderBy: ContactOrderBy,
      $usableFor: UsableForInput, $custom: Boolean!
    ) {
      contacts(first: $first, after: $after, filter: $filter, archived: $archived, orderBy: $orderBy, usableFor: $usableFor) {
        nodes { ...ContactRow }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [ROW],
);

export const COUNT = graphql(`
  query ContactCount($filter: ContactFilter, $archived: Archived!, $usableFor: UsableForInput, $withheld: Boolean!) {
    contacts(first: 1, filter: $filter, archived: $archived, usableFor: $usableFor) {
      totalCount
      withheld @include(if: $withheld) { reason count }
    }
  }
`);

export const FIND = graphql(`
  query FindContactIds($text: String!) {
    searchHits(query: $text, kinds: [CONTACT], first: 100) { hits { node { __typename id } } hasMore }
  }
`);

export const IDS = graphql(`
  query ContactIds($after: String, $filter: ContactFilter, $archived: Archived!, $usableFor: UsableForInput) {
    contacts(first: 100, after: $after, filter: $filter, archived: $archived, usableFor: $usableFor) {
      nodes { id }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export type Row = ResultOf<typeof ROW>;

interface Named {
  givenName: string | null;
  familyName: string | null;
  email?: string | null;
}

/** What people call them; empty when nothing is known. */
export const fullName = ({ givenName, familyName, email }: Named) => [givenName, familyName].filter(Boolean).join(" ") || (email ?? "");
