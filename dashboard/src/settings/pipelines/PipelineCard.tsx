import { ActionIcon, Badge, Button, Group, Menu, Text } from "@mantine/core";
import { IconArchive, IconArrowDown, IconArrowUp, IconDots, IconPencil, IconPlus } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import classes from "../settings.module.css";
import { moved, Sortable } from "../Sortable";
import { ARCHIVE, REORDER, RESTORE, UPDATE, type Pipeline, type Stage } from "./documents";
import { StageRow } from "./StageRow";

const EditPipeline = lazy(() => import("./EditPipeline"));
const StageDialog = lazy(() => import("./StageDialog"));

interface Props {
  pipeline: Pipeline;
  may: boolean;
  at: number;
  first: boolean;
  last: boolean;
}

/** One pipeline with its stages, whose order can be changed. */
export function PipelineCard({ pipeline, may, at, first, last }: Props) {
  const { t } = useTranslation(["settings/pipelines", "settings"]);
  const [editing, setEditing] = useState(false);
  const [adding, setAdding] = useState(false);
  const [order, setOrder] = useState<string[]>();
  const [update] = useAct(UPDATE);
  const [archive] = useAct(ARCHIVE);
  const [restore, restoring] = useAct(RESTORE);
  const [reorder] = useAct(REORDER);
  const { id, name, version } = pipeline;
  const stages = pipeline.stages.filter((one) => !one.archivedAt);
  const old = pipeline.stages.filter((one) => one.archivedAt);
  const shown = order ? order.flatMap((id) => stages.find((one) => one.id === id) ?? []) : stages;
  const closed = pipeline.archivedAt !== null;
  useEffect(() => setOrder(undefined), [version]);

  async function move(from: number, to: number) {
    const before = stages.map(({ id }) => id);
    const stageIds = moved(shown, from, to).map(({ id }) => id);
    setOrder(stageIds);
    const done = await reorder({ input: { pipelineId: id, expectedVersion: version, stageIds } });
    setOrder(undefined);
    if (!done.ok) return refused(done.problems);
    const now = done.data.reorderStages.pipeline?.version;
    tell.done(t("stage.moved"), { undo: () => now !== undefined && reorder({ input: { pipelineId: id, expectedVersion: now, stageIds: before } }) });
  }

  async function place(position: number) {
    const done = await update({ input: { pipelineId: id, expectedVersion: version, position } });
    if (!done.ok) refused(done.problems);
  }

  async function archiveIt() {
    const done = await archive({ input: { pipelineId: id } });
    if (done.ok) tell.done(t("archived", { name }), { undo: () => restore({ input: { pipelineId: id } }) });
    else refused(done.problems);
  }

  return (
    <section className={classes.card} aria-label={name}>
      <Group justify="space-between" mb="sm" gap="xs">
        <Group gap="xs">
          <h2 className={classes.heading}>{name}</h2>
          <Text size="sm" c="dimmed">
            {pipeline.currency}
          </Text>
          {closed && (
            <Badge variant="light" color="gray" tt="none" c="var(--mantine-color-text)">
              {t("settings:archived")}
            </Badge>
          )}
        </Group>
        {may && closed && (
          <Button size="xs" variant="default" loading={restoring} onClick={() => void restore({ input: { pipelineId: id } })}>
            {t("settings:restore")}
          </Button>
        )}
        {may && !closed && (
          <Group gap={6}>
            <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
              {t("stage.add")}
            </Button>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="default" size={30} aria-label={t("settings:more", { name })}>
                  <IconDots size={16} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setEditing(true)}>
                  {t("settings:edit")}
                </Menu.Item>
                <Menu.Item leftSection={<IconArrowUp size={16} aria-hidden />} disabled={first} onClick={() => void place(at - 1)}>
                  {t("up")}
                </Menu.Item>
                <Menu.Item leftSection={<IconArrowDown size={16} aria-hidden />} disabled={last} onClick={() => void place(at + 1)}>
                  {t("down")}
                </Menu.Item>
                <Menu.Item leftSection={<IconArchive size={16} aria-hidden />} onClick={() => void archiveIt()}>
                  {t("settings:archive")}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        )}
      </Group>
      <Sortable items={shown} nameOf={(stage: Stage) => stage.name} disabled={!may || closed || order !== undefined} move={(from, to) => void move(from, to)}>
        {(stage, handle) => <StageRow stage={stage} pipeline={pipeline} handle={handle} may={may && !closed} />}
      </Sortable>
      {old.length > 0 && (
        <ul className={classes.list}>
          {old.map((stage) => (
            <li key={stage.id} className={`${classes.row} ${classes.off}`}>
              <StageRow stage={stage} pipeline={pipeline} handle={null} may={may && !closed} />
            </li>
          ))}
        </ul>
      )}
      <Suspense fallback={null}>
        {editing && <EditPipeline pipeline={pipeline} close={() => setEditing(false)} />}
        {adding && <StageDialog pipeline={pipeline} close={() => setAdding(false)} />}
      </Suspense>
    </section>
  );
}

/** What no field on the page can show. Problems without a field were told already. */
export function refused(problems: { field: string; message: string }[]) {
  const placed = problems.filter(({ field }) => field);
  if (placed.length) tell.failed(placed.map(({ message }) => message).join(" "));
}
