import { Badge, Button, Group, Text } from "@mantine/core";
import { IconPlus, IconTarget } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { language } from "../../kit/i18n/language";
import { useFresh } from "../../kit/live/use_journal";
import { useMay } from "../../kit/session/viewer";
import { useCommands } from "../../kit/shell/commands";
import { Empty } from "../../kit/shell/Empty";
import { Page } from "../../kit/shell/Page";
import { useShortcuts } from "../../kit/shell/shortcuts";
import { useStore } from "../../kit/store";
import { RowsSkeleton } from "../Rows";
import classes from "../settings.module.css";
import { PURPOSES, textIn, type Purpose } from "./documents";

const NewPurpose = lazy(() => import("./NewPurpose"));

/** Why data are used: each with exactly one legal basis. */
export default function Purposes() {
  const { t } = useTranslation("settings/purposes");
  const may = useMay("changePurposes");
  const [result, again] = useQuery({ query: PURPOSES });
  useFresh(again, ["purpose."]);
  const [making, setMaking] = useState(false);
  const make = () => setMaking(true);
  useShortcuts(may ? [{ keys: "c", label: t("new.title"), run: make }] : []);
  useCommands(may ? [{ id: "purposes.new", label: t("new.title"), icon: IconTarget, keys: "c", run: make }] : []);
  const button = may && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={make}>
      {t("new.title")}
    </Button>
  );
  return (
    <Page title={t("title")} about={t("about")} actions={button}>
      <Answer of={result} again={again} skeleton={<RowsSkeleton />}>
        {({ purposes }) =>
          purposes.length ? (
            <ul className={classes.list} style={{ maxWidth: 920 }}>
              {[...purposes].sort((a, b) => Number(a.archivedAt !== null) - Number(b.archivedAt !== null)).map((purpose) => (
                <li key={purpose.id}>
                  <Row purpose={purpose} />
                </li>
              ))}
            </ul>
          ) : (
            <Empty icon={IconTarget} title={t("none")} action={button}>
              {t("noneAbout")}
            </Empty>
          )
        }
      </Answer>
      <Suspense fallback={null}>{making && <NewPurpose close={() => setMaking(false)} />}</Suspense>
    </Page>
  );
}

function Row({ purpose }: { purpose: Purpose }) {
  const { t } = useTranslation(["settings/purposes", "settings"]);
  const text = textIn(purpose.currentVersion.texts, useStore(language));
  return (
    <Link to={`/settings/purposes/${purpose.id}` as "/"} className={`${classes.row} ${classes.place} ${purpose.archivedAt ? classes.off : ""}`}>
      <div className={classes.grow}>
        <Text fw={600} size="sm">
          {text?.title ?? purpose.key}
        </Text>
        <Text size="sm" c="dimmed" lineClamp={2}>
          {text?.wording}
        </Text>
      </div>
      <Group gap={6}>
        {purpose.channels.map((channel) => (
          <Badge key={channel} variant="light" color="gray" tt="none" c="var(--mantine-color-text)">
            {t(`settings:channel.${channel}`)}
          </Badge>
        ))}
      </Group>
      <Badge variant="light" tt="none" color={purpose.archivedAt ? "gray" : undefined} c="var(--mantine-color-text)">
        {purpose.archivedAt ? t("settings:archived") : t(`basis.${purpose.legalBasis}`)}
      </Badge>
    </Link>
  );
}
