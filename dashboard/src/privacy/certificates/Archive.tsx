import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { IconArchive, IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "urql";
import { perform } from "../../kit/client/act";
import { failureOf } from "../../kit/client/failure";
import { graphql, type Enum, type ResultOf } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import { download } from "../parts/download";
import classes from "../parts/parts.module.css";
import { Tag } from "../parts/Tag";

const ARCHIVE = graphql(`
  query ArchiveOfContact($contactId: ID!, $reason: ArchiveReading!) {
    archive(contactId: $contactId, reason: $reason) { id source content reason archivedAt until }
  }
`);
type Item = NonNullable<ResultOf<typeof ARCHIVE>["archive"]>[number];
const reasons = ["LEGAL_CLAIM", "AUDIT", "AUTHORITY", "PERSON_ASKS"] as const satisfies readonly Enum<"ArchiveReading">[];

/** Opens what the law keeps of an erased person, for a reason that the journal records. */
export function Archive({ contactId }: { contactId: string }) {
  const { t } = useTranslation("privacy/certificates");
  const format = useFormat();
  const [asking, setAsking] = useState(false);
  const [items, setItems] = useState<Item[]>();
  return (
    <div style={{ marginTop: 12 }}>
      <Group gap="xs" data-screen-only>
        <Button variant="default" size="xs" leftSection={<IconArchive size={14} aria-hidden />} onClick={() => setAsking(true)}>
          {t("archive.open")}
        </Button>
        {items && (
          <Button variant="default" size="xs" leftSection={<IconDownload size={14} aria-hidden />} onClick={() => download(`${contactId}-archive.json`, `${JSON.stringify(items, null, 2)}\n`, "application/json")}>
            {t("archive.download")}
          </Button>
        )}
      </Group>
      {items && (
        <Stack mt="sm" gap="sm" data-screen-only aria-live="polite">
          {items.length === 0 && <Text size="sm">{t("archive.empty")}</Text>}
          {items.map((item) => (
            <Paper key={item.id} withBorder p="sm">
              <Group gap="xs" mb={6}>
                <Tag>{t(`reason.${item.reason}`, item.reason)}</Tag>
                <Text size="xs" c="dimmed">
                  {t("archive.line", { source: item.source, at: format.date(item.archivedAt), until: format.date(item.until) })}
                </Text>
              </Group>
              <pre className={classes.mono} style={{ margin: 0, whiteSpace: "pre-wrap" }}>
                {JSON.stringify(item.content, null, 2)}
              </pre>
            </Paper>
          ))}
        </Stack>
      )}
      {asking && <Ask contactId={contactId} close={() => setAsking(false)} opened={setItems} />}
    </div>
  );
}

function Ask({ contactId, close, opened }: { contactId: string; close: () => void; opened: (items: Item[]) => void }) {
  const { t } = useTranslation("privacy/certificates");
  const client = useClient();
  const [reason, setReason] = useState<(typeof reasons)[number]>("LEGAL_CLAIM");
  async function submit() {
    const { data, error } = await perform(client, ARCHIVE, { contactId, reason });
    if (error || !data) return { ok: false as const, problems: [], fields: {}, failure: error ? failureOf(error) : { code: "INTERNAL", message: "" } };
    opened(data.archive ?? []);
    return { ok: true as const, data };
  }
  return (
    <ActDialog title={t("archive.open")} about={t("archive.about")} action={t("archive.open")} submit={submit} close={close}>
      {() => <Choice label={t("archive.reason")} of={reasons} named={(one) => t(`reading.${one}`)} value={reason} onChange={(one) => one && setReason(one)} />}
    </ActDialog>
  );
}
