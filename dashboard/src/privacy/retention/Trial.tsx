import { Alert, Skeleton, Table, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { failureOf } from "../../kit/client/failure";
import { useFailureText } from "../../kit/client/failure_text";
import { graphql, type VariablesOf } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { inDays } from "../parts/days";

const TRIAL = graphql(`
  query Trial($now: SimulateRetentionInput!, $in90: SimulateRetentionInput!) {
    now: simulateRetention(input: $now) { tried { due going held restricted } replaced { going } }
    in90: simulateRetention(input: $in90) { tried { due going held restricted } replaced { going } }
  }
`);

/** What a rule would end, before it is saved. Nothing is written. */
export function Trial({ rule }: { rule: VariablesOf<typeof TRIAL>["now"] }) {
  const { t } = useTranslation("privacy/retention");
  const format = useFormat();
  const failureText = useFailureText();
  const later = useMemo(() => inDays(90), []);
  const [asked] = useDebouncedValue(JSON.stringify(rule), 300);
  const input = JSON.parse(asked) as typeof rule;
  const valid = Number.isInteger(input.months) && input.months >= 1 && input.months <= 600;
  const [{ data, error, fetching }] = useQuery({
    query: TRIAL,
    variables: { now: input, in90: { ...input, on: later } },
    requestPolicy: "network-only",
    pause: !valid,
  });
  if (!valid) return null;
  if (error && !fetching) {
    return (
      <Text size="sm" c="dimmed">
        {failureText(failureOf(error))}
      </Text>
    );
  }
  if (!data) return <Skeleton height={90} />;
  const more = data.now.tried.going - (data.now.replaced?.going ?? 0);
  return (
    <section aria-label={t("trial.title")} aria-live="polite">
      <Text size="sm" fw={600} mb={4}>
        {t("trial.title")}
      </Text>
      <Table fz="sm" verticalSpacing={4} withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Td />
            <Table.Th ta="right">{t("trial.going")}</Table.Th>
            <Table.Th ta="right">{t("trial.before")}</Table.Th>
            <Table.Th ta="right">{t("trial.held")}</Table.Th>
            <Table.Th ta="right">{t("trial.restricted")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(["now", "in90"] as const).map((when) => (
            <Table.Tr key={when}>
              <Table.Th scope="row">{t(`trial.${when}`)}</Table.Th>
              <Table.Td ta="right" fw={600}>
                {format.number(data[when].tried.going)}
              </Table.Td>
              <Table.Td ta="right">{data[when].replaced ? format.number(data[when].replaced.going) : "–"}</Table.Td>
              <Table.Td ta="right">{format.number(data[when].tried.held)}</Table.Td>
              <Table.Td ta="right">{format.number(data[when].tried.restricted)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {more > 0 && (
        <Alert color="yellow" mt="xs">
          {t(rule.subject === "CONTACTS" ? "trial.warnContacts" : "trial.warn", { count: more })}
        </Alert>
      )}
    </section>
  );
}
