import { useMemo } from "react";
import { gql, useQuery, type TypedDocumentNode } from "urql";
import type { Enum } from "../../kit/client/graphql";

export interface Use {
  purposeId: string;
  channel: Enum<"Channel">;
}

type Answer = { contact: (Record<string, Enum<"Usability">> & { id: string }) | null };

/** An answer per purpose and channel in one request. There are as many aliases as uses, so the text is made here. */
function question(uses: Use[]) {
  const variables = uses.map((_, at) => `$p${at}: ID!, $c${at}: Channel!`).join(", ");
  const fields = uses.map((_, at) => `u${at}: mayUse(purposeId: $p${at}, channel: $c${at})`).join(" ");
  return gql(`query MayUse($id: ID!, ${variables}) { contact(id: $id) { id ${fields} } }`) as TypedDocumentNode<Answer, Record<string, string>>;
}

/** The API takes 30 aliases in a document. */
const most = 28;

/** Whether a person may be used now for each of these, or why not. */
export function useMayUse(id: string, uses: Use[]) {
  const asked = uses.slice(0, most);
  const key = JSON.stringify(asked);
  const { query, variables } = useMemo(() => {
    const list = JSON.parse(key) as Use[];
    const values = Object.fromEntries(list.flatMap(({ purposeId, channel }, at) => [[`p${at}`, purposeId], [`c${at}`, channel as string]]));
    return { query: question(list.length ? list : [{ purposeId: "", channel: "EMAIL" }]), variables: values };
  }, [key]);
  const [result, again] = useQuery({ query, variables: { id, ...variables }, pause: !asked.length });
  const answers = result.data?.contact;
  return {
    again,
    of: ({ purposeId, channel }: Use) => {
      const at = asked.findIndex((one) => one.purposeId === purposeId && one.channel === channel);
      return answers && at >= 0 ? answers[`u${at}`] : undefined;
    },
  };
}
