import { ActionIcon, Badge, Menu, Text } from "@mantine/core";
import { IconArchive, IconDots, IconPencil, IconRestore, IconTrash } from "@tabler/icons-react";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import classes from "../settings.module.css";
import { ARCHIVE_STAGE, RESTORE_STAGE, type Pipeline, type Stage } from "./documents";
import { refused } from "./PipelineCard";

const StageDialog = lazy(() => import("./StageDialog"));
const DeleteStage = lazy(() => import("./DeleteStage"));

const colours = { OPEN: "gray", WON: undefined, LOST: "red" } as const;

export function StageRow({ stage, pipeline, handle, may }: { stage: Stage; pipeline: Pipeline; handle: ReactNode; may: boolean }) {
  const { t } = useTranslation(["settings/pipelines", "settings"]);
  const format = useFormat();
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const [archive] = useAct(ARCHIVE_STAGE);
  const [restore] = useAct(RESTORE_STAGE);
  const input = { stageId: stage.id };
  const { name } = stage;

  async function archiveIt() {
    const done = await archive({ input });
    if (done.ok) tell.done(t("stage.archived", { name }), { undo: () => restore({ input }) });
    else refused(done.problems);
  }
  async function restoreIt() {
    const done = await restore({ input });
    if (!done.ok) refused(done.problems);
  }

  return (
    <>
      {handle}
      <Text size="sm" fw={500} className={classes.grow}>
        {name}
      </Text>
      <Badge variant="light" tt="none" color={colours[stage.kind]} c="var(--mantine-color-text)">
        {stage.archivedAt ? t("settings:archived") : t(`kind.${stage.kind}`)}
      </Badge>
      <Text size="sm" c="dimmed" miw={52} ta="end">
        {format.percent(stage.probability / 100)}
      </Text>
      <Text size="sm" c="dimmed" miw={80} ta="end">
        {t("deals", { count: stage.totals.count })}
      </Text>
      {may && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t("settings:more", { name })}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {stage.archivedAt ? (
              <Menu.Item leftSection={<IconRestore size={16} aria-hidden />} onClick={() => void restoreIt()}>
                {t("settings:restore")}
              </Menu.Item>
            ) : (
              <>
                <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setEditing(true)}>
                  {t("settings:edit")}
                </Menu.Item>
                <Menu.Item leftSection={<IconArchive size={16} aria-hidden />} onClick={() => void archiveIt()}>
                  {t("settings:archive")}
                </Menu.Item>
              </>
            )}
            <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} c="var(--mantine-color-error)" onClick={() => setDeleting(true)}>
              {t("settings:delete")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <Suspense fallback={null}>
        {editing && <StageDialog pipeline={pipeline} stage={stage} close={() => setEditing(false)} />}
        {deleting && <DeleteStage pipeline={pipeline} stage={stage} close={() => setDeleting(false)} />}
      </Suspense>
    </>
  );
}
