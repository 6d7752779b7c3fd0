import { Badge, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconBan, IconCircleCheck } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { useMay } from "../../kit/session/viewer";
import { usePurposes } from "../../records/pick/use_purposes";
import { useChanges } from "../../records/table/use_changes";
import { ConsentRow } from "./ConsentRow";
import { useMayUse, type Use } from "./use_may_use";

const CONSENTS = graphql(`
  query ContactConsents($id: ID!, $proof: Boolean!) {
    contact(id: $id) {
      id
      pausedUntil
      consents {
        id channel state since expiresAt holdsNow
        purpose { id }
        evidence @include(if: $proof) { method page { origin path } confirmedAt mailbox }
      }
      bases { since until purpose { id } }
    }
  }
`);

type Held = NonNullable<ResultOf<typeof CONSENTS>["contact"]>;
export type Consent = Held["consents"][number];
export type Basis = Held["bases"][number];

/** What may be done with a person now and why not, purpose by purpose, with the proof of each yes one click away. */
export function ConsentPanel({ id, locked }: { id: string; locked: boolean }) {
  const { t } = useTranslation(["contacts", "records"]);
  const format = useFormat();
  const proof = useMay("readEvidence");
  const purposes = usePurposes();
  const [result, again] = useQuery({ query: CONSENTS, variables: { id, proof } });
  const contact = result.data?.contact;
  const shown = useMemo(() => {
    const touched = new Set([...(contact?.consents ?? []).map(({ purpose }) => purpose.id), ...(contact?.bases ?? []).map(({ purpose }) => purpose.id)]);
    return purposes.filter((one) => !one.archived || touched.has(one.id));
  }, [purposes, contact]);
  const uses: Use[] = shown.flatMap(({ id: purposeId, channels, archived }) => (archived ? [] : channels.map((channel) => ({ purposeId, channel }))));
  const may = useMayUse(id, uses);
  const refresh = () => {
    again({ requestPolicy: "network-only" });
    may.again({ requestPolicy: "network-only" });
  };
  useChanges("contact", (ids) => ids.includes(id) && refresh());
  const answers = uses.map((use) => may.of(use));
  const usable = answers.filter((one) => one === "USABLE").length;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="consents">
      <Group justify="space-between" gap="xs" mb={4}>
        <Title order={2} id="consents">
          {t("consents.title")}
        </Title>
        {answers.length > 0 && answers.every(Boolean) && (
          <Badge variant="light" color={usable ? "teal" : "gray"} tt="none" leftSection={usable ? <IconCircleCheck size={13} aria-hidden /> : <IconBan size={13} aria-hidden />} role="status">
            {t("consents.summary", { count: usable, of: answers.length })}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed" mb="sm">
        {t(locked ? "consents.locked" : "consents.about")}
      </Text>
      {contact?.pausedUntil && (
        <Text size="sm" mb="sm">
          {t("consents.paused", { until: format.date(contact.pausedUntil) })}
        </Text>
      )}
      <Answer of={result} again={again} skeleton={<Stack>{[1, 2, 3].map((one) => <Skeleton key={one} height={56} />)}</Stack>}>
        {({ contact: held }) => (
          <Stack gap="md">
            {shown.map((purpose) => {
              const basis = held?.bases.findLast((one) => one.purpose.id === purpose.id);
              const touched = new Set(held?.consents.filter((one) => one.purpose.id === purpose.id).map(({ channel }) => channel));
              const channels = [...new Set([...purpose.channels, ...touched])];
              return (
                <section key={purpose.id} aria-label={purpose.title} data-purpose={purpose.id}>
                  <Group gap={6} mb={4}>
                    <Text size="sm" fw={600}>
                      {purpose.title}
                    </Text>
                    <Badge size="xs" variant="default" tt="none">
                      {t(`records:basis.${purpose.legalBasis}`)}
                    </Badge>
                    {purpose.archived && (
                      <Badge size="xs" color="gray" variant="light" tt="none">
                        {t("archived")}
                      </Badge>
                    )}
                  </Group>
                  <Stack gap={6}>
                    {channels.map((channel) => (
                      <ConsentRow
                        key={channel}
                        purpose={purpose}
                        channel={channel}
                        answer={may.of({ purposeId: purpose.id, channel })}
                        consent={held?.consents.find((one) => one.purpose.id === purpose.id && one.channel === channel)}
                        basis={basis}
                        changed={refresh}
                      />
                    ))}
                  </Stack>
                </section>
              );
            })}
          </Stack>
        )}
      </Answer>
    </Paper>
  );
}
