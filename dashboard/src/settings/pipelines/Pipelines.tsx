import { Button, Stack, Switch } from "@mantine/core";
import { IconLayoutKanban, IconPlus } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { useFresh } from "../../kit/live/use_journal";
import { useMay } from "../../kit/session/viewer";
import { useCommands } from "../../kit/shell/commands";
import { Empty } from "../../kit/shell/Empty";
import { Page } from "../../kit/shell/Page";
import { useShortcuts } from "../../kit/shell/shortcuts";
import { RowsSkeleton } from "../Rows";
import { PIPELINES } from "./documents";
import { LossReasons } from "./LossReasons";
import { PipelineCard } from "./PipelineCard";

const NewPipeline = lazy(() => import("./NewPipeline"));

/** Pipelines, their stages in order, and the reasons for losing. */
export default function Pipelines() {
  const { t } = useTranslation("settings/pipelines");
  const may = useMay("administer");
  const [result, again] = useQuery({ query: PIPELINES });
  useFresh(again, ["pipeline.", "stage."]);
  const [archived, setArchived] = useState(false);
  const [making, setMaking] = useState(false);
  const make = () => setMaking(true);
  useShortcuts(may ? [{ keys: "c", label: t("new.title"), run: make }] : []);
  useCommands(may ? [{ id: "pipelines.new", label: t("new.title"), icon: IconLayoutKanban, keys: "c", run: make }] : []);
  const button = may && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={make}>
      {t("new.title")}
    </Button>
  );
  return (
    <Page title={t("title")} about={t("about")} actions={button}>
      <Stack maw={920} gap="xl">
        <Answer of={result} again={again} skeleton={<RowsSkeleton count={2} height={280} />}>
          {({ pipelines }) => {
            const open = pipelines.filter((one) => !one.archivedAt);
            const old = pipelines.filter((one) => one.archivedAt);
            if (!pipelines.length) {
              return (
                <Empty icon={IconLayoutKanban} title={t("none")} action={button}>
                  {t("noneAbout")}
                </Empty>
              );
            }
            return (
              <Stack>
                {[...open, ...(archived ? old : [])].map((pipeline, at) => (
                  <PipelineCard key={pipeline.id} pipeline={pipeline} may={may} first={at === 0} last={at >= open.length - 1} at={at} />
                ))}
                {old.length > 0 && <Switch size="sm" label={t("showArchived", { count: old.length })} checked={archived} onChange={(event) => setArchived(event.currentTarget.checked)} />}
              </Stack>
            );
          }}
        </Answer>
        <LossReasons may={may} />
      </Stack>
      <Suspense fallback={null}>{making && <NewPipeline close={() => setMaking(false)} />}</Suspense>
    </Page>
  );
}
