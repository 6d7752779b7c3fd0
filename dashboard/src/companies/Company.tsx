import { ActionIcon, Anchor, Badge, Button, Group, Menu, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconArchive, IconArchiveOff, IconBuildingOff, IconChecklist, IconDots, IconNote, IconPhone } from "@tabler/icons-react";
import { Link, useParams } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../kit/client/Answer";
import { useAct } from "../kit/client/act";
import { tell } from "../kit/dialogs/notify";
import { useFormat } from "../kit/format/use_format";
import { useMay } from "../kit/session/viewer";
import { useCommands } from "../kit/shell/commands";
import { Empty } from "../kit/shell/Empty";
import { Page } from "../kit/shell/Page";
import { useShortcuts } from "../kit/shell/shortcuts";
import { Deals } from "../records/Deals";
import { useChanges } from "../records/table/use_changes";
import { Composer } from "../records/timeline/Composer";
import type { Kind } from "../records/timeline/log";
import classes from "./company.module.css";
import { ARCHIVE, COMPANY, RESTORE, type Firm } from "./documents";
import { Identity } from "./Identity";
import { People } from "./People";
import { Timeline } from "./Timeline";

/** One company: what it is, who works there, its deals, and what happened. */
export default function Company() {
  const { id } = useParams({ strict: false }) as { id: string };
  return <Shown key={id} id={id} />;
}

function Shown({ id }: { id: string }) {
  const { t } = useTranslation("companies");
  const [result, again] = useQuery({ query: COMPANY, variables: { id } });
  useChanges("company", (ids) => ids.includes(id) && again({ requestPolicy: "network-only" }));
  const firm = result.data?.company;
  if (firm) return <Open firm={firm} />;
  if (result.data && !result.fetching && !result.stale) {
    return (
      <Page title={t("gone.title")}>
        <Empty icon={IconBuildingOff} title={t("gone.title")} action={<Button component={Link} to={"/companies" as "/"}>{t("gone.back")}</Button>}>
          {t("gone.body")}
        </Empty>
      </Page>
    );
  }
  return (
    <Page title={t("loading")}>
      <Answer of={{ ...result, data: undefined }} again={again} skeleton={<Skeleton height={420} />}>
        {() => null}
      </Answer>
    </Page>
  );
}

function Open({ firm }: { firm: Firm }) {
  const { t } = useTranslation(["companies", "records"]);
  const format = useFormat();
  const may = useMay("changeContacts");
  const [kind, setKind] = useState<Kind>("NOTE");
  const input = useRef<HTMLTextAreaElement>(null);
  const [archive] = useAct(ARCHIVE);
  const [restore] = useAct(RESTORE);
  const begin = (next: Kind) => (setKind(next), requestAnimationFrame(() => input.current?.focus()));
  const logs = [
    { kind: "NOTE", keys: "n", icon: IconNote },
    { kind: "CALL", keys: "l", icon: IconPhone },
    { kind: "TASK", keys: "t", icon: IconChecklist },
  ] as const;
  useShortcuts(may ? logs.map((one) => ({ keys: one.keys, label: t(`records:log.save.${one.kind}`), run: () => begin(one.kind) })) : []);
  useCommands(may ? logs.map((one) => ({ id: `company.log.${one.kind}`, label: t(`records:log.save.${one.kind}`), icon: one.icon, keys: one.keys, run: () => begin(one.kind) })) : []);

  async function toggle() {
    const { archivedAt } = firm;
    const vars = { input: { companyId: firm.id } };
    const done = await (archivedAt ? restore(vars) : archive(vars));
    if (done.ok) tell.done(t(archivedAt ? "archive.restored" : "archive.done"), { undo: () => (archivedAt ? archive(vars) : restore(vars)) });
  }

  return (
    <Page
      title={firm.name}
      about={
        <Group gap="xs" mt={2}>
          <Anchor component={Link} to={"/companies" as "/"} size="sm">
            {t("title")}
          </Anchor>
          <bdi>{[firm.industry, firm.domain].filter(Boolean).join(" · ")}</bdi>
          {firm.archivedAt && (
            <Badge color="gray" variant="light" tt="none">
              {t("archivedSince", { at: format.date(firm.archivedAt) })}
            </Badge>
          )}
        </Group>
      }
      actions={
        may && (
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label={t("menu")}>
                <IconDots size={18} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={firm.archivedAt ? <IconArchiveOff size={16} aria-hidden /> : <IconArchive size={16} aria-hidden />} onClick={() => void toggle()}>
                {t(firm.archivedAt ? "archive.restore" : "archive.open")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )
      }
    >
      <div className={classes.grid} data-company={firm.id}>
        <div className={classes.who}>
          <Identity firm={firm} may={may} />
        </div>
        <Stack className={classes.side} gap={14}>
          <People companyId={firm.id} />
          <Deals of={{ company: { in: [firm.id] } }} />
        </Stack>
        <Stack className={classes.what} gap={14}>
          {may && <Composer about={{ companyId: firm.id }} person={false} kind={kind} setKind={setKind} input={input} />}
          <Paper withBorder p="md" component="section" aria-labelledby="timeline">
            <Title order={2} id="timeline" mb="xs">
              {t("timeline.title")}
            </Title>
            <Timeline firm={firm} may={may} />
          </Paper>
          {!may && <Text size="sm" c="dimmed">{t("readOnly")}</Text>}
        </Stack>
      </div>
    </Page>
  );
}
