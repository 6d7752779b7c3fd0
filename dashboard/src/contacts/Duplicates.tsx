import { Anchor, Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconArrowsJoin } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { graphql } from "../kit/client/graphql";
import { useFormat } from "../kit/format/use_format";
import { useFresh } from "../kit/live/use_journal";
import { useMay } from "../kit/session/viewer";
import { useDismiss } from "./merge/use_dismiss";
import type { Person } from "./page";
import { fullName } from "./row";

const Merge = lazy(() => import("./merge/Merge"));

const DUPLICATES = graphql(`
  query DuplicatesOf($id: ID!) {
    contact(id: $id) { id duplicates { score reasons contact { id givenName familyName email } } }
  }
`);

/** Others who may be the same person; nothing is shown while there are none. */
export function Duplicates({ person }: { person: Person }) {
  const { t } = useTranslation("contacts");
  const format = useFormat();
  const may = useMay("mergeContacts");
  const mayDismiss = useMay("changeContacts");
  const [result, again] = useQuery({ query: DUPLICATES, variables: { id: person.id } });
  const [other, setOther] = useState<string>();
  const dismiss = useDismiss();
  useFresh(again, ["contact.", "duplicate."]);
  const list = result.data?.contact?.duplicates ?? [];
  return (
    <>
      {list.length > 0 && (
        <Paper withBorder p="md" component="section" aria-labelledby="duplicates">
          <Title order={2} id="duplicates" mb="xs">
            {t("duplicates.of")}
          </Title>
          <Stack gap="sm">
            {list.map(({ contact, reasons, score }) => (
              <div key={contact.id}>
                <Group gap={6}>
                  <Anchor component={Link} to={`/contacts/${contact.id}` as "/"} size="sm" fw={500}>
                    <bdi>{fullName(contact) || t("unnamed")}</bdi>
                  </Anchor>
                  <Badge size="xs" variant="light" tt="none">
                    {t("duplicates.score", { percent: format.percent(score / 100) })}
                  </Badge>
                </Group>
                <Text size="xs" c="dimmed">
                  {reasons.map((reason) => t(`duplicates.reason.${reason}`)).join(" ")}
                </Text>
                <Group gap="xs" mt={6}>
                  {may && (
                    <Button size="compact-xs" variant="light" leftSection={<IconArrowsJoin size={14} aria-hidden />} onClick={() => setOther(contact.id)}>
                      {t("merge.open")}
                    </Button>
                  )}
                  {mayDismiss && (
                    <Button size="compact-xs" variant="subtle" onClick={() => void dismiss(person.id, contact.id)}>
                      {t("duplicates.dismiss")}
                    </Button>
                  )}
                </Group>
              </div>
            ))}
          </Stack>
        </Paper>
      )}
      {other && (
        <Suspense fallback={null}>
          <Merge ids={[person.id, other]} close={() => setOther(undefined)} />
        </Suspense>
      )}
    </>
  );
}
