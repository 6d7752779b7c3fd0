import { Button, Chip, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { graphql, type Enum, type ResultOf } from "../kit/client/graphql";
import { Answer } from "../kit/client/Answer";
import { idsOf } from "../kit/journal/ids";
import { useNames } from "../kit/journal/names";
import { Sentence } from "../kit/journal/Sentence";
import { useFormat } from "../kit/format/use_format";
import { ActivityItem } from "../records/timeline/ActivityItem";
import { Item } from "../records/timeline/Item";
import classes from "../records/timeline/timeline.module.css";
import { useChanges } from "../records/table/use_changes";

const TIMELINE = graphql(`
  query ContactTimeline($id: ID!, $first: Int!, $kinds: [TimelineKind!]) {
    contact(id: $id) {
      id
      timeline(first: $first, kinds: $kinds) {
        pageInfo { hasNextPage endCursor }
        edges {
          node {
            __typename id at kind event actor
            ... on TimelineActivity { activity { id kind subject body dueAt dueOn doneAt assignee { id name } } }
            ... on TimelineConsentChange { reason entry { id kind actor subject object data } purpose { id } channel }
            ... on TimelineContactChange { fields entry { id kind actor subject object data } }
            ... on TimelineDealChange { entry { id kind actor subject object data } }
            ... on TimelineMail { mail entry { id kind actor subject object data } }
            ... on TimelineReveal { reason entry { id kind actor subject object data } }
            ... on TimelineSubmission { entry { id kind actor subject object data } submission { id state } }
          }
        }
      }
    }
  }
`);

type Node = NonNullable<ResultOf<typeof TIMELINE>["contact"]>["timeline"]["edges"][number]["node"];
const kinds: Enum<"TimelineKind">[] = ["ACTIVITY", "CONSENT", "DEAL", "CONTACT", "MAIL", "SUBMISSION", "REVEAL"];
const step = 25;

/** Everything that happened with a person, newest first, and live. */
export function Timeline({ id, may, labelOf }: { id: string; may: boolean; labelOf: (field: string) => string }) {
  const { t } = useTranslation(["contacts", "records"]);
  const [chosen, setChosen] = useState<string[]>([]);
  const [first, setFirst] = useState(step);
  const variables = { id, first, kinds: chosen.length ? (chosen as typeof kinds) : null };
  const [result, again] = useQuery({ query: TIMELINE, variables });
  useChanges("contact", (ids) => ids.includes(id) && again({ requestPolicy: "network-only" }));
  const nodes = result.data?.contact?.timeline.edges.map(({ node }) => node) ?? [];
  const entries = nodes.flatMap((node) => ("entry" in node ? [node.entry] : []));
  const nameOf = useNames([...idsOf(entries), ...nodes.map(({ actor }) => actor)]);
  return (
    <Stack gap="xs">
      <Chip.Group multiple value={chosen} onChange={(next) => (setChosen(next), setFirst(step))}>
        <Group gap={6} role="group" aria-label={t("timeline.filter")}>
          {kinds.map((kind) => (
            <Chip key={kind} value={kind} size="xs" variant="outline">
              {t(`timeline.kind.${kind}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Answer of={result} again={again} skeleton={<Stack>{[1, 2, 3].map((one) => <Skeleton key={one} height={44} />)}</Stack>}>
        {({ contact }) => (
          <>
            {!nodes.length && (
              <Text size="sm" c="dimmed" py="md">
                {t(chosen.length ? "timeline.noneOfKind" : "timeline.none")}
              </Text>
            )}
            <ul className={classes.list} aria-label={t("timeline.title")} aria-busy={result.fetching}>
              {nodes.map((node) => (
                <Happened key={node.id} node={node} nameOf={nameOf} may={may} labelOf={labelOf} />
              ))}
            </ul>
            {contact?.timeline.pageInfo.hasNextPage && first < 100 && (
              <Button variant="default" size="xs" loading={result.fetching} onClick={() => setFirst(Math.min(100, first + step))}>
                {t("timeline.more")}
              </Button>
            )}
            {contact?.timeline.pageInfo.hasNextPage && first >= 100 && <Earlier id={id} after={contact.timeline.pageInfo.endCursor} kinds={variables.kinds} may={may} labelOf={labelOf} />}
          </>
        )}
      </Answer>
    </Stack>
  );
}

const EARLIER = graphql(`
  query EarlierTimeline($id: ID!, $after: String, $kinds: [TimelineKind!]) {
    contact(id: $id) {
      id
      timeline(first: 50, after: $after, kinds: $kinds) {
        pageInfo { hasNextPage endCursor }
        edges {
          node {
            __typename id at kind event actor
            ... on TimelineActivity { activity { id kind subject body dueAt dueOn doneAt assignee { id name } } }
            ... on TimelineConsentChange { reason entry { id kind actor subject object data } purpose { id } channel }
            ... on TimelineContactChange { fields entry { id kind actor subject object data } }
            ... on TimelineDealChange { entry { id kind actor subject object data } }
            ... on TimelineMail { mail entry { id kind actor subject object data } }
            ... on TimelineReveal { reason entry { id kind actor subject object data } }
            ... on TimelineSubmission { entry { id kind actor subject object data } submission { id state } }
          }
        }
      }
    }
  }
`);

interface EarlierProps {
  id: string;
  after: string | null;
  kinds: typeof kinds | null;
  may: boolean;
  labelOf: (field: string) => string;
}

/** Further back than the hundred that stay live: a page of its own, which can have another one below. */
function Earlier({ id, after, kinds: only, may, labelOf }: EarlierProps) {
  const { t } = useTranslation("contacts");
  const [asked, setAsked] = useState(false);
  const [result, again] = useQuery({ query: EARLIER, variables: { id, after, kinds: only }, pause: !asked });
  const timeline = result.data?.contact?.timeline;
  const nodes = (timeline?.edges.map(({ node }) => node) ?? []) as Node[];
  const nameOf = useNames([...idsOf(nodes.flatMap((node) => ("entry" in node ? [node.entry] : []))), ...nodes.map(({ actor }) => actor)]);
  if (!asked) {
    return (
      <Button variant="default" size="xs" onClick={() => setAsked(true)}>
        {t("timeline.more")}
      </Button>
    );
  }
  return (
    <Answer of={result} again={again} skeleton={<Skeleton height={120} />}>
      {() => (
        <>
          <ul className={classes.list} aria-label={t("timeline.title")}>
            {nodes.map((node) => (
              <Happened key={node.id} node={node} nameOf={nameOf} may={may} labelOf={labelOf} />
            ))}
          </ul>
          {timeline?.pageInfo.hasNextPage && <Earlier id={id} after={timeline.pageInfo.endCursor} kinds={only} may={may} labelOf={labelOf} />}
        </>
      )}
    </Answer>
  );
}

function Happened({ node, nameOf, may, labelOf }: { node: Node; nameOf: (id: string) => string | null | undefined; may: boolean; labelOf: (field: string) => string }) {
  const { t } = useTranslation(["contacts", "records", "kit/journal"]);
  const format = useFormat();
  if (node.__typename === "TimelineActivity") {
    const who = node.actor.includes("_") ? (nameOf(node.actor) ?? "…") : t(`kit/journal:actor.${node.actor}`);
    return (
      <Item icon={node.activity.kind} at={node.at} who={who}>
        <ActivityItem activity={node.activity} may={may} />
      </Item>
    );
  }
  if (!("entry" in node)) return null;
  const more =
    node.__typename === "TimelineContactChange" && node.fields.length
      ? format.list(node.fields.map(labelOf))
      : node.__typename === "TimelineReveal" && node.reason
        ? t(`records:reveal.because.${node.reason}`)
        : node.__typename === "TimelineConsentChange" && node.reason
          ? t(`reason.${node.reason}`)
          : node.__typename === "TimelineSubmission" && node.submission
            ? t(`submission.${node.submission.state}`)
            : undefined;
  return (
    <Item icon={node.kind} at={node.at}>
      <Text size="sm" component="div">
        <Sentence entry={node.entry} nameOf={nameOf} />
        {more && (
          <Text span c="dimmed" size="sm">
            {" "}
            ({more})
          </Text>
        )}
      </Text>
    </Item>
  );
}
