import { useQuery } from "urql";
import { graphql } from "../../kit/client/graphql";
import { useLive } from "../../kit/live/use_live";
import { REQUEST_LINE } from "./request";

const HEAD = graphql(`query RequestsHead { journalHead }`);
const FOLLOW = graphql(
  `
    subscription FollowRequests($after: Int) {
      requestChanged(after: $after) { position entry { id kind } request { ...RequestLine } }
    }
  `,
  [REQUEST_LINE],
);

/** Keeps every request that is shown as it is now. `heard`: something happened with this one. */
export function useLiveRequests(heard: (id: string | undefined) => void) {
  const [head, again] = useQuery({ query: HEAD, requestPolicy: "network-only" });
  useLive(
    FOLLOW,
    { after: head.data?.journalHead },
    {
      heard: ({ requestChanged: { entry, request } }) => entry && heard(request?.id),
      lost: () => again({ requestPolicy: "network-only" }),
      pause: !head.data,
    },
  );
}
