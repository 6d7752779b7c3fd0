import { graphql, type ResultOf, type VariablesOf } from "../../kit/client/graphql";
import { CARD } from "../documents";

export const PANEL_DEAL = graphql(
  `
    fragment PanelDeal on Deal {
      ...DealCard
      closedAt createdAt source externalId
      lossReason { id label }
      contacts { role addedAt contact { id givenName familyName email phone jobTitle } }
      customFields { key value masked field { id } }
    }
  `,
  [CARD],
);

export const DEAL = graphql(
  `
    query DealPanel($id: ID!) {
      deal(id: $id) { ...PanelDeal }
      fields(entity: DEAL) { id key type dataClass reason required mayRead mayWrite position label { language text } options { value label { language text } } }
      activities(first: 20, filter: { deal: { in: [$id] }, kinds: [TASK], open: true }, orderBy: { field: DUE_AT }) {
        nodes { id subject body dueAt dueOn doneAt version assignee { id name } }
      }
    }
  `,
  [PANEL_DEAL],
);

export const TIMELINE = graphql(`
  query DealTimeline($id: ID!, $first: Int!, $after: String) {
    deal(id: $id) {
      id
      timeline(first: $first, after: $after) {
        nodes {
          __typename
          id
          at
          event
          actor
          ... on TimelineActivity { activity { id kind subject body occurredAt dueAt dueOn doneAt author assignee { id name } } }
          ... on TimelineDealChange { entry { id kind actor subject object data } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

export const UPDATE = graphql(
  `
    mutation UpdateDealField($input: UpdateDealInput!) {
      updateDeal(input: $input) { deal { ...PanelDeal } notices { field message } userErrors { code field message } }
    }
  `,
  [PANEL_DEAL],
);

export const SET_CONTACTS = graphql(
  `
    mutation SetDealPeople($input: SetDealContactsInput!) {
      setDealContacts(input: $input) { deal { ...PanelDeal } userErrors { code field message } }
    }
  `,
  [PANEL_DEAL],
);

export const ARCHIVE = graphql(`
  mutation ArchiveDealOfPanel($input: ArchiveDealInput!) {
    archiveDeal(input: $input) { deal { id archivedAt } userErrors { code field message } }
  }
`);

export const RESTORE = graphql(`
  mutation RestoreDealOfPanel($input: RestoreDealInput!) {
    restoreDeal(input: $input) { deal { id archivedAt } userErrors { code field message } }
  }
`);

export const LOG = graphql(`
  mutation LogOnDeal($input: LogActivityInput!) {
    logActivity(input: $input) { activity { id } notices { field message } userErrors { code field message } }
  }
`);

export const FINISH = graphql(`
  mutation FinishDealTask($input: FinishTaskInput!) {
    finishTask(input: $input) { activity { id doneAt } userErrors { code field message } }
  }
`);

export const REOPEN = graphql(`
  mutation ReopenDealTask($input: ReopenTaskInput!) {
    reopenTask(input: $input) { activity { id doneAt } userErrors { code field message } }
  }
`);

export const REVEAL = graphql(`
  mutation RevealDealField($input: RevealFieldInput!) {
    revealField(input: $input) { value userErrors { code field message } }
  }
`);

export type PanelDeal = ResultOf<typeof PANEL_DEAL>;
export type Changes = Omit<VariablesOf<typeof UPDATE>["input"], "dealId" | "expectedVersion">;
export type FieldDefinition = ResultOf<typeof DEAL>["fields"][number];
export type Task = ResultOf<typeof DEAL>["activities"]["nodes"][number];
export type Item = NonNullable<ResultOf<typeof TIMELINE>["deal"]>["timeline"]["nodes"][number];
