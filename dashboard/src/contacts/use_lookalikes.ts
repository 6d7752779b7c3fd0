import { useMemo } from "react";
import { useQuery } from "urql";
import { graphql, type ResultOf } from "../kit/client/graphql";

const ALIKE = graphql(`
  query Lookalikes($name: String!, $byName: Boolean!, $known: ContactFilter, $byKnown: Boolean!) {
    searchHits(query: $name, kinds: [CONTACT], first: 4) @include(if: $byName) {
      hits { node { __typename id ... on Contact { givenName familyName email phone companyName company { id name } } } }
    }
    contacts(first: 5, filter: $known, archived: INCLUDED) @include(if: $byKnown) {
      nodes { id givenName familyName email phone companyName company { id name } }
    }
  }
`);

type Found = NonNullable<ResultOf<typeof ALIKE>["contacts"]>["nodes"][number];

/** Contacts whose address, telephone number or name is like this. */
export function useLookalikes({ name, email, phone }: { name: string; email: string; phone: string }): Found[] {
  const or = [...(/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email) ? [{ email }] : []), ...(phone.replace(/\D/g, "").length >= 8 ? [{ phone: { eq: phone } }] : [])];
  const byName = name.length >= 4;
  const [{ data }] = useQuery({
    query: ALIKE,
    variables: { name, byName, known: or.length ? { or } : null, byKnown: or.length > 0 },
    pause: !byName && !or.length,
  });
  return useMemo(() => {
    if (!byName && !or.length) return [];
    const found = new Map<string, Found>();
    for (const one of data?.contacts?.nodes ?? []) found.set(one.id, one);
    for (const { node } of data?.searchHits?.hits ?? []) if (node.__typename === "Contact") found.set(node.id, node as Found);
    return [...found.values()].slice(0, 5);
  }, [data, byName, or.length]);
}
