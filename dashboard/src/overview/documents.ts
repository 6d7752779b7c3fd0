import { graphql } from "../kit/client/graphql";

export const DAYS = graphql(`
  query JournalDays($days: Int!) {
    journalDays(days: $days) { date kind count }
  }
`);

/** The kinds that `journalDays` counts. */
export const counted = ["submission.received", "opt_in.confirmed", "contact.created", "consent.", "deal.", "request.received"];

export const PIPELINE = graphql(`
  query PipelineValue($id: ID!) {
    board(pipelineId: $id, perStage: 1) {
      pipeline { id name }
      columns { stage { id name kind } totals { count sums { amountMinor currency } weighted { amountMinor currency } } }
    }
  }
`);
