import { useMemo } from "react";
import { useQuery } from "urql";
import { graphql } from "../../kit/client/graphql";
import { useFresh } from "../../kit/live/use_journal";

const TAGS = graphql(`query AllTags { tags(first: 100) { nodes { id name } } }`);

/** The workspace's tags, by name. */
export function useTags() {
  const [{ data }, again] = useQuery({ query: TAGS });
  useFresh(again, ["tag.", "contact.tagged"]);
  return useMemo(() => data?.tags.nodes ?? [], [data]);
}
