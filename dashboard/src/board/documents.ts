import { graphql, type ResultOf } from "../kit/client/graphql";

/** What a card shows, and what the board must know to place it. */
export const CARD = graphql(`
  fragment DealCard on Deal {
    id title version updatedAt archivedAt stageSince expectedCloseOn
    amount { amountMinor currency decimal }
    pipeline { id }
    stage { id name kind }
    company { id name }
    owner { id name }
  }
`);

export const STAGE = graphql(`fragment BoardStage on Stage { id name kind probability position archivedAt }`);

const TOTALS = graphql(`
  fragment BoardTotals on StageTotals {
    count
    sums { amountMinor currency }
    weighted { amountMinor currency }
  }
`);

/** What the screen needs beside the deals; it comes with the first query. */
const AROUND = graphql(
  `
    fragment BoardAround on Query {
      pipelines { id name currency stages { ...BoardStage } }
      lossReasons { id label }
      members(first: 100) { nodes { id name deactivatedAt } }
    }
  `,
  [STAGE],
);

/** The board's first query, when this browser remembers the pipeline. */
export const BOARD = graphql(
  `
    query PipelineBoard($pipeline: ID!) {
      ...BoardAround
      board(pipelineId: $pipeline, perStage: 30) {
        position
        pipeline { id name currency }
        columns {
          stage { ...BoardStage }
          totals { ...BoardTotals }
          deals { nodes { ...DealCard } pageInfo { hasNextPage endCursor } }
        }
      }
    }
  `,
  [AROUND, STAGE, TOTALS, CARD],
);

/** The first query of somebody's first visit: it does not know the pipelines yet, so it asks for the top of each. */
export const FIRST_BOARD = graphql(
  `
    query FirstPipelineBoard {
      journalHead
      lossReasons { id label }
      members(first: 100) { nodes { id name deactivatedAt } }
      pipelines {
        id name currency
        stages {
          ...BoardStage
          totals { ...BoardTotals }
          deals(first: 10) { nodes { ...DealCard } pageInfo { hasNextPage endCursor } }
        }
      }
    }
  `,
  [STAGE, TOTALS, CARD],
);

/** Further down a column. */
export const MORE = graphql(
  `
    query MoreOfStage($stage: ID!, $first: Int!, $after: String) {
      node(id: $stage) {
        ... on Stage { id deals(first: $first, after: $after) { nodes { ...DealCard } pageInfo { hasNextPage endCursor } } }
      }
    }
  `,
  [CARD],
);

export const STAGE_TOTALS = graphql(
  `query StageTotals($pipeline: ID!) { pipeline(id: $pipeline) { id stages(includeArchived: true) { id totals { ...BoardTotals } } } }`,
  [TOTALS],
);

export const FOLLOW_BOARD = graphql(
  `
    subscription FollowBoard($pipeline: ID!, $after: Int) {
      pipelineChanged(pipelineId: $pipeline, after: $after) {
        position
        entry { id kind actor at object data }
        deal { ...DealCard above { id } }
        pipeline { id }
      }
    }
  `,
  [CARD],
);

export const MOVE = graphql(
  `
    mutation MoveCard($input: MoveDealInput!) {
      moveDeal(input: $input) {
        deal { ...DealCard closedAt lossReason { id label } above { id } }
        overtook { id name }
        userErrors { code field message }
      }
    }
  `,
  [CARD],
);

export const CREATE = graphql(
  `
    mutation QuickAddDeal($input: CreateDealInput!) {
      createDeal(input: $input) {
        deal { ...DealCard above { id } }
        notices { field message }
        userErrors { code field message }
      }
    }
  `,
  [CARD],
);

export const LOSS_REASON = graphql(`
  mutation AddLossReason($input: CreateLossReasonInput!) {
    createLossReason(input: $input) { lossReason { id label } userErrors { code field message } }
  }
`);

export const LIST = graphql(
  `
    query DealLines($filter: DealFilter, $after: String, $orderBy: DealOrderBy) {
      deals(first: 50, after: $after, filter: $filter, orderBy: $orderBy) {
        nodes { ...DealCard }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [CARD],
);

export type Card = ResultOf<typeof CARD>;
export type StageHead = ResultOf<typeof STAGE>;
export type Totals = ResultOf<typeof TOTALS>;
export type Sum = Totals["sums"][number];
export type BoardEvent = ResultOf<typeof FOLLOW_BOARD>["pipelineChanged"];
export type Around = ResultOf<typeof AROUND>;
export type PipelineHead = Around["pipelines"][number];
export type Person = Around["members"]["nodes"][number];
export type Reason = Around["lossReasons"][number];
