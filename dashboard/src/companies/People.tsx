import { Anchor, Button, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../kit/client/Answer";
import { graphql } from "../kit/client/graphql";
import { useFormat } from "../kit/format/use_format";
import { useFresh } from "../kit/live/use_journal";

const PEOPLE = graphql(`
  query CompanyPeople($id: ID!, $first: Int!) {
    company(id: $id) {
      id
      contacts(first: $first) {
        totalCount
        nodes { id givenName familyName email jobTitle restrictedAt }
        pageInfo { hasNextPage }
      }
    }
  }
`);

/** Who works there. Beyond a hundred, the table of contacts takes over. */
export function People({ companyId }: { companyId: string }) {
  const { t } = useTranslation("companies");
  const format = useFormat();
  const [first, setFirst] = useState(10);
  const [result, again] = useQuery({ query: PEOPLE, variables: { id: companyId, first } });
  useFresh(again, ["contact."]);
  const total = result.data?.company?.contacts.totalCount ?? 0;
  const all = { view: { filters: [{ key: "company", value: { in: [companyId] } }] } };
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="people">
      <Title order={2} id="people" mb="xs">
        {t("people.title", { count: total, number: format.number(total) })}
      </Title>
      <Answer of={result} again={again} skeleton={<Skeleton height={90} />}>
        {({ company }) => (
          <Stack gap={8}>
            {!company?.contacts.nodes.length && (
              <Text size="sm" c="dimmed">
                {t("people.none")}
              </Text>
            )}
            {company?.contacts.nodes.map(({ id, givenName, familyName, email, jobTitle, restrictedAt }) => (
              <div key={id}>
                <Anchor component={Link} to={`/contacts/${id}` as "/"} size="sm" fw={500}>
                  <bdi>{[givenName, familyName].filter(Boolean).join(" ") || email || t(restrictedAt ? "people.locked" : "people.unnamed")}</bdi>
                </Anchor>
                {restrictedAt && <IconLock size={13} role="img" aria-label={t("people.locked")} />}
                <Text size="xs" c="dimmed">
                  <bdi>{[jobTitle, email].filter(Boolean).join(" · ")}</bdi>
                </Text>
              </div>
            ))}
            {company?.contacts.pageInfo.hasNextPage &&
              (first < 100 ? (
                <Button variant="default" size="xs" loading={result.fetching} onClick={() => setFirst(100)}>
                  {t("people.more")}
                </Button>
              ) : (
                <Anchor component={Link} to={"/contacts" as "/"} search={all as never} size="sm">
                  {t("people.all")}
                </Anchor>
              ))}
          </Stack>
        )}
      </Answer>
    </Paper>
  );
}
