import { useQuery } from "urql";
import { graphql } from "../../kit/client/graphql";
import { useLive } from "../../kit/live/use_live";

const HEAD = graphql(`query RetentionHead { journalHead }`);
const FOLLOW = graphql(`
  subscription FollowRetention($after: Int) {
    retentionDue(after: $after) { position entry { id kind } run { id endedAt } rule { id version months warnDays archivedAt } }
  }
`);

/** Hears of ends that come near, of answers, and of runs. */
export function useLiveRetention(heard: () => void) {
  const [head, again] = useQuery({ query: HEAD, requestPolicy: "network-only" });
  useLive(
    FOLLOW,
    { after: head.data?.journalHead },
    {
      heard: ({ retentionDue: { entry } }) => entry && heard(),
      lost: () => again({ requestPolicy: "network-only" }),
      pause: !head.data,
    },
  );
}
