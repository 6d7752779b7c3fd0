import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { graphql } from "../../kit/client/graphql";

const PURPOSES = graphql(`
  query PurposesInWords($language: String) {
    purposes { id key legalBasis channels archivedAt currentVersion { id title(language: $language) } }
  }
`);

/** Purposes by the name that the person reads, archived ones last. */
export function usePurposes() {
  const { i18n } = useTranslation();
  const [{ data }] = useQuery({ query: PURPOSES, variables: { language: i18n.language }, requestPolicy: "cache-first" });
  return useMemo(
    () =>
      (data?.purposes ?? [])
        .map(({ id, key, legalBasis, channels, archivedAt, currentVersion }) => ({ id, legalBasis, channels, archived: archivedAt !== null, title: currentVersion.title || key }))
        .sort((one, other) => Number(one.archived) - Number(other.archived)),
    [data],
  );
}
