import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../kit/client/Answer";
import { graphql } from "../kit/client/graphql";
import { useFormat } from "../kit/format/use_format";
import { useNames } from "../kit/journal/names";
import { useFresh } from "../kit/live/use_journal";
import { useFields } from "../records/pick/use_fields";
import { ActivityItem } from "../records/timeline/ActivityItem";
import { Item } from "../records/timeline/Item";
import classes from "../records/timeline/timeline.module.css";
import { inputs, type Firm } from "./documents";
import { merged, type Change } from "./merged";

const ACTIVITIES = graphql(`
  query CompanyActivities($id: ID!, $first: Int!) {
    company(id: $id) {
      id
      activities(first: $first) {
        nodes { id kind subject body occurredAt dueAt dueOn doneAt author assignee { id name } contact { id givenName familyName } }
        pageInfo { hasNextPage }
      }
    }
  }
`);

/** What happened with a company: activities, and every change of its values with who made it. */
export function Timeline({ firm, may }: { firm: Firm; may: boolean }) {
  const { t } = useTranslation(["companies", "kit/journal"]);
  const format = useFormat();
  const fields = useFields("COMPANY");
  const [first, setFirst] = useState(25);
  const [result, again] = useQuery({ query: ACTIVITIES, variables: { id: firm.id, first } });
  useFresh(again, ["activity."]);
  const page = result.data?.company?.activities;
  const items = useMemo(() => merged(page?.nodes ?? [], firm.provenance, page?.pageInfo.hasNextPage ?? false), [page, firm.provenance]);
  const nameOf = useNames(items.map((one) => ("actor" in one ? one.actor : one.activity.author)));
  const who = (actor: string) => (actor.includes("_") ? (nameOf(actor) ?? "…") : t(`kit/journal:actor.${actor}`));
  const label = (name: string) => (name.startsWith("custom.") ? (fields.find(({ key }) => key === name.slice(7))?.label ?? name.slice(7)) : name in inputs ? t(`field.${inputs[name] === "ownerId" ? "owner" : inputs[name]}`) : name);
  const changed = (change: Change) => format.list([...new Set(change.fields.map(label))]);
  return (
    <Answer of={result} again={again} skeleton={<Stack>{[1, 2, 3].map((one) => <Skeleton key={one} height={44} />)}</Stack>}>
      {() => (
        <>
          {!items.length && (
            <Text size="sm" c="dimmed">
              {t("timeline.none")}
            </Text>
          )}
          <ul className={classes.list} aria-label={t("timeline.title")}>
            {items.map((one) =>
              "activity" in one ? (
                <Item key={one.activity.id} icon={one.activity.kind} at={one.at} who={who(one.activity.author)}>
                  <ActivityItem activity={one.activity} may={may} />
                  {one.activity.contact && (
                    <Text size="xs" c="dimmed">
                      <bdi>{[one.activity.contact.givenName, one.activity.contact.familyName].filter(Boolean).join(" ")}</bdi>
                    </Text>
                  )}
                </Item>
              ) : (
                <Item key={`${one.at} ${one.actor}`} icon="CONTACT" at={one.at} who={who(one.actor)}>
                  <Text size="sm">{t("timeline.changed", { what: changed(one) })}</Text>
                </Item>
              ),
            )}
          </ul>
          {page?.pageInfo.hasNextPage && first < 100 && (
            <Button variant="default" size="xs" loading={result.fetching} onClick={() => setFirst(first + 25)}>
              {t("timeline.more")}
            </Button>
          )}
          {page?.pageInfo.hasNextPage && first >= 100 && (
            <Text size="xs" c="dimmed">
              {t("timeline.newest")}
            </Text>
          )}
        </>
      )}
    </Answer>
  );
}
