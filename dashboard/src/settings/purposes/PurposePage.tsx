import { Alert, Badge, Button, Group, Stack, Switch, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import type { ResultOf } from "../../kit/client/graphql";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import { language } from "../../kit/i18n/language";
import { useFresh } from "../../kit/live/use_journal";
import { useMay } from "../../kit/session/viewer";
import { NotFound } from "../../kit/shell/NotFound";
import { Page } from "../../kit/shell/Page";
import { useStore } from "../../kit/store";
import { RowsSkeleton } from "../Rows";
import classes from "../settings.module.css";
import { ARCHIVE, OFFER, PURPOSE_PAGE, RESTORE, textIn } from "./documents";
import { Wordings } from "./Wordings";

const NewVersion = lazy(() => import("./NewVersion"));

type Whole = NonNullable<ResultOf<typeof PURPOSE_PAGE>["purpose"]>;

/** One purpose: what it is, and every text that people were shown. */
export default function PurposePage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const [result, again] = useQuery({ query: PURPOSE_PAGE, variables: { id } });
  useFresh(again, ["purpose."]);
  return (
    <Answer of={result} again={again} skeleton={<RowsSkeleton />}>
      {({ purpose }) => (purpose ? <Shown purpose={purpose} /> : <NotFound />)}
    </Answer>
  );
}

function Shown({ purpose }: { purpose: Whole }) {
  const { t } = useTranslation(["settings/purposes", "settings", "kit"]);
  const format = useFormat();
  const may = useMay("changePurposes");
  const [writing, setWriting] = useState(false);
  const [offer, offering] = useAct(OFFER);
  const [archive] = useAct(ARCHIVE);
  const [restore, restoring] = useAct(RESTORE);
  const title = textIn(purpose.currentVersion.texts, useStore(language))?.title ?? purpose.key;
  const consent = purpose.legalBasis === "CONSENT";
  const input = { purposeId: purpose.id };

  async function end() {
    if (!(await confirm({ title: t("archive.title", { name: title }), body: t("archive.body"), action: t("settings:archive"), danger: true }))) return;
    const done = await archive({ input });
    if (done.ok) tell.done(t("archive.done", { name: title }), { undo: () => restore({ input }) });
  }
  async function toggle(offered: boolean) {
    const done = await offer({ input: { ...input, offered } });
    if (done.ok) tell.done(t(offered ? "offer.on" : "offer.off"), { undo: () => offer({ input: { ...input, offered: !offered } }) });
  }

  const facts: [string, string][] = [
    [t("key"), purpose.key],
    [t("legalBasis"), t(`basisLong.${purpose.legalBasis}`)],
    [t("channels"), format.list(purpose.channels.map((one) => t(`settings:channel.${one}`)))],
    ...(consent
      ? ([
          [t("confirmation"), t(`confirmationMode.${purpose.confirmation}`)],
          [t("validity"), purpose.validityDays === null ? t("untilWithdrawn") : t("days", { count: purpose.validityDays })],
        ] as [string, string][])
      : ([[t("justification"), purpose.justification ?? ""]] as [string, string][])),
  ];

  return (
    <Page
      title={title}
      about={purpose.archivedAt ? t("settings:archived") : t("version", { number: purpose.currentVersion.number })}
      actions={
        may &&
        !purpose.archivedAt && (
          <>
            <Button variant="default" onClick={() => void end()}>
              {t("settings:archive")}
            </Button>
            <Button onClick={() => setWriting(true)}>{t("newVersion.title")}</Button>
          </>
        )
      }
    >
      <Stack maw={920} gap="lg">
        {purpose.archivedAt && (
          <Alert variant="light" color="gray" title={t("archive.is")}>
            <Group justify="space-between">
              <Text size="sm">{t("archive.about")}</Text>
              {may && (
                <Button size="xs" variant="default" loading={restoring} onClick={() => void restore({ input })}>
                  {t("settings:restore")}
                </Button>
              )}
            </Group>
          </Alert>
        )}
        <div className={classes.card}>
          <dl style={{ margin: 0, display: "grid", gap: 8 }}>
            {facts.map(([name, value]) => (
              <div key={name} className={classes.pair} style={{ gridTemplateColumns: "minmax(120px, 220px) minmax(0, 1fr)" }}>
                <Text component="dt" size="sm" c="dimmed">
                  {name}
                </Text>
                <Text component="dd" size="sm" m={0}>
                  {value}
                </Text>
              </div>
            ))}
          </dl>
          {consent && (
            <Switch mt="md" label={t("offered")} description={t("offeredAbout")} checked={purpose.offered} disabled={!may || offering || purpose.archivedAt !== null} onChange={(event) => void toggle(event.currentTarget.checked)} />
          )}
        </div>
        <Stack component="section" gap="sm" aria-labelledby="texts-title">
          <h2 id="texts-title" className={classes.heading}>
            {t("texts")}
          </h2>
          {purpose.versions.map((version) => (
            <div key={version.id} className={classes.card}>
              <Group gap="xs" mb="xs">
                <Text fw={600} size="sm">
                  {t("version", { number: version.number })}
                </Text>
                {version.id === purpose.currentVersion.id && (
                  <Badge variant="light" tt="none" c="var(--mantine-color-text)">
                    {t("inForce")}
                  </Badge>
                )}
                <Text size="sm" c="dimmed">
                  {format.moment(version.publishedAt)}
                </Text>
              </Group>
              <Wordings texts={version.texts} />
            </div>
          ))}
        </Stack>
      </Stack>
      <Suspense fallback={null}>{writing && <NewVersion purpose={purpose} close={() => setWriting(false)} />}</Suspense>
    </Page>
  );
}
