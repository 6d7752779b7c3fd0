import { Anchor, Badge, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../kit/client/Answer";
import { graphql } from "../kit/client/graphql";
import { useFormat } from "../kit/format/use_format";
import { useFresh } from "../kit/live/use_journal";
import { usePathOf } from "../kit/shell/screens";

const DEALS = graphql(`
  query DealsOf($filter: DealFilter!, $first: Int!) {
    deals(first: $first, filter: $filter) {
      totalCount
      nodes { id title amount { decimal currency amountMinor } stage { id name kind } expectedCloseOn closedAt }
      pageInfo { hasNextPage }
    }
  }
`);

const colors = { OPEN: "accent", WON: "teal", LOST: "gray" } as const;

/** The deals of a person or a company. */
export function Deals({ of }: { of: { contactIds: string[] } | { company: { in: string[] } } }) {
  const { t } = useTranslation("records");
  const format = useFormat();
  const pathOf = usePathOf();
  const [result, again] = useQuery({ query: DEALS, variables: { filter: of, first: 50 } });
  useFresh(again, ["deal."]);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="deals">
      <Title order={2} id="deals" mb="xs">
        {t("deals.title", { count: result.data?.deals.totalCount ?? 0, number: format.number(result.data?.deals.totalCount ?? 0) })}
      </Title>
      <Answer of={result} again={again} skeleton={<Skeleton height={48} />}>
        {({ deals }) => (
          <Stack gap={6}>
            {!deals.nodes.length && (
              <Text size="sm" c="dimmed">
                {t("deals.none")}
              </Text>
            )}
            {deals.nodes.map(({ id, title, amount, stage, expectedCloseOn, closedAt }) => {
              const path = pathOf(id);
              return (
                <Group key={id} justify="space-between" wrap="nowrap" gap="sm">
                  <div style={{ minWidth: 0 }}>
                    {path ? (
                      <Anchor component={Link} to={path as "/"} size="sm" fw={500}>
                        <bdi>{title}</bdi>
                      </Anchor>
                    ) : (
                      <Text size="sm" fw={500}>
                        <bdi>{title}</bdi>
                      </Text>
                    )}
                    <Text size="xs" c="dimmed">
                      {amount.amountMinor !== "0" && format.money(amount)}
                      {closedAt ? ` · ${t("deals.closed", { at: format.date(closedAt) })}` : expectedCloseOn ? ` · ${t("deals.expected", { at: format.day(expectedCloseOn) })}` : ""}
                    </Text>
                  </div>
                  <Badge variant="light" color={colors[stage.kind]} tt="none" style={{ flex: "none" }}>
                    <bdi>{stage.name}</bdi>
                  </Badge>
                </Group>
              );
            })}
            {deals.pageInfo.hasNextPage && <Text size="xs" c="dimmed">{t("deals.newest", { count: deals.nodes.length })}</Text>}
          </Stack>
        )}
      </Answer>
    </Paper>
  );
}
