import { useEffect, useEffectEvent, useMemo } from "react";
import { useQuery } from "urql";
import { graphql, type ResultOf } from "../client/graphql";
import { currentLanguage } from "../i18n/language";
import { hear } from "../live/follow";

const NAMES = graphql(`
  query Names($ids: [ID!]!, $language: String) {
    nodes(ids: $ids) {
      __typename
      id
      ... on Contact { givenName familyName email }
      ... on Company { name }
      ... on Deal { title }
      ... on Form { name }
      ... on FormVersion { number form { id name } }
      ... on Member { name }
      ... on ApiKey { name }
      ... on Purpose { key currentVersion { id title(language: $language) } }
      ... on Stage { name }
      ... on Pipeline { name }
      ... on Tag { name }
      ... on LossReason { reason: label }
      ... on Recipient { name }
      ... on Activity { subject }
      ... on Field { key label { language text } }
    }
  }
`);

type Named = NonNullable<ResultOf<typeof NAMES>["nodes"][number]>;

/** The kinds of ids that have a name that people know. */
const named = /^(contact|company|deal|form|form_version|member|api_key|purpose|stage|pipeline|tag|loss_reason|recipient|activity|field)_/;

/** After these an object may have another name. */
const renaming = /\.(updated|renamed|merged|erased|published|version_published)$/;

/**
 * What people call the objects behind ids: a name, `""` for one without a name, `null` for one that is gone, and
 * undefined while it is being read.
 */
export function useNames(ids: readonly string[]): (id: string) => string | null | undefined {
  const wanted = useMemo(() => [...new Set(ids.filter((id) => named.test(id)))].sort().slice(0, 100), [ids]);
  const [{ data, fetching }, again] = useQuery({
    query: NAMES,
    variables: { ids: wanted, language: currentLanguage() },
    pause: !wanted.length,
    requestPolicy: "cache-first",
  });
  const concerns = useEffectEvent((ids: (string | null)[]) => ids.some((id) => id && wanted.includes(id)));
  const ask = useEffectEvent(() => again({ requestPolicy: "network-only" }));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = hear(({ kind, subject, object }) => {
      if (timer || !renaming.test(kind) || !concerns([subject, object])) return;
      timer = setTimeout(() => {
        timer = undefined;
        ask();
      }, 300);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, []);
  return useMemo(() => {
    const names = new Map(data?.nodes.flatMap((node) => (node ? [[node.id, nameOf(node)] as const] : [])));
    // A merged contact comes back under the id of the one that is left: the order tells which was asked for.
    const asked = data && data.nodes.length === wanted.length;
    if (asked) data.nodes.forEach((node, index) => names.set(wanted[index]!, node ? nameOf(node) : undefined!));
    return (id: string) => {
      if (!named.test(id)) return null;
      const name = names.get(id);
      return name ?? (fetching || !asked ? undefined : null);
    };
  }, [data, fetching, wanted]);
}

function nameOf(node: Named): string {
  switch (node.__typename) {
    case "Contact":
      return [node.givenName, node.familyName].filter(Boolean).join(" ") || (node.email ?? "");
    case "Deal":
      return node.title;
    case "FormVersion":
      return node.form.name;
    case "Purpose":
      return node.currentVersion.title || node.key;
    case "LossReason":
      return node.reason;
    case "Activity":
      return node.subject;
    case "Field":
      return node.label.find(({ language }) => language === currentLanguage())?.text ?? node.label[0]?.text ?? node.key;
    case "Company":
    case "Form":
    case "Member":
    case "ApiKey":
    case "Stage":
    case "Pipeline":
    case "Tag":
    case "Recipient":
      return node.name;
    default:
      return "";
  }
}
