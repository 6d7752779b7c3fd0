import { Button, Group, Modal, Radio, SegmentedControl, Select, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useBoardContext } from "../context";
import type { Card } from "../documents";
import { useMove } from "../state/use_move";

/** Moving without dragging: choose the stage, and the top or the bottom of it. */
export function MoveDialog({ card, close }: { card: Card; close: () => void }) {
  const { t } = useTranslation(["board", "kit"]);
  const { around, room } = useBoardContext();
  const move = useMove();
  const [pipelineId, setPipelineId] = useState(card.pipeline.id);
  const stages = around.pipelines.find(({ id }) => id === pipelineId)?.stages.filter(({ archivedAt }) => !archivedAt) ?? [];
  const [stageId, setStageId] = useState<string | undefined>(card.stage.id);
  const [end, setEnd] = useState<"top" | "bottom">("top");
  const chosen = stages.find(({ id }) => id === stageId);
  const column = room.board.get().columns.find(({ stage }) => stage.id === stageId);
  // The bottom of a long column is not here: then only the top can be named.
  const bottom = column && !column.cursor ? column.ids.filter((id) => id !== card.id).at(-1) : undefined;
  const top = column?.ids.find((id) => id !== card.id);

  function submit() {
    if (!chosen) return;
    close();
    void move(card, { stage: chosen, ...(end === "bottom" && bottom ? { afterDealId: bottom } : top ? { beforeDealId: top } : {}) });
  }

  return (
    <Modal opened onClose={close} title={t("moveTo.title", { title: card.title })} closeButtonProps={{ "aria-label": t("kit:close") }} centered>
      <form onSubmit={(event) => (event.preventDefault(), submit())}>
        <Stack>
          {around.pipelines.length > 1 && (
            <Select
              label={t("pipeline")}
              data={around.pipelines.map(({ id, name }) => ({ value: id, label: name }))}
              value={pipelineId}
              allowDeselect={false}
              onChange={(value) => value && (setPipelineId(value), setStageId(undefined))}
            />
          )}
          <Radio.Group label={t("moveTo.stage")} value={stageId ?? null} onChange={(value) => setStageId(value ?? undefined)}>
            <Stack gap="xs" mt="xs">
              {stages.map(({ id, name }) => (
                <Radio key={id} value={id} label={name} data-autofocus={id === card.stage.id || undefined} />
              ))}
            </Stack>
          </Radio.Group>
          {bottom && (
            <SegmentedControl
              aria-label={t("moveTo.end")}
              value={end}
              onChange={(value) => setEnd(value as "top" | "bottom")}
              data={[
                { value: "top", label: t("moveTo.top") },
                { value: "bottom", label: t("moveTo.bottom") },
              ]}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("kit:cancel")}
            </Button>
            <Button type="submit" disabled={!chosen}>
              {t("moveTo.move")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
