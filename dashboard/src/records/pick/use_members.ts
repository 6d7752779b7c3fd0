import { useMemo } from "react";
import { useQuery } from "urql";
import { graphql } from "../../kit/client/graphql";

const MEMBERS = graphql(`query ActiveMembers { members(first: 100, active: true) { nodes { id name joinedAt } } }`);

/** The staff who have access now, by name. */
export function useMembers() {
  const [{ data }] = useQuery({ query: MEMBERS, requestPolicy: "cache-first" });
  return useMemo(
    () =>
      (data?.members.nodes ?? [])
        .map(({ id, name, joinedAt }) => ({ id, name, joined: joinedAt !== null }))
        .sort((one, other) => one.name.localeCompare(other.name)),
    [data],
  );
}
