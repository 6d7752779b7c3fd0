import { Select, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { Dialog } from "../Dialog";
import { DELETE_STAGE, type Pipeline, type Stage } from "./documents";

/** Its deals move to another stage of the same kind first. */
export default function DeleteStage({ pipeline, stage, close }: { pipeline: Pipeline; stage: Stage; close: () => void }) {
  const { t } = useTranslation(["settings/pipelines", "settings"]);
  const others = pipeline.stages.filter(({ id, kind, archivedAt }) => id !== stage.id && kind === stage.kind && !archivedAt);
  const [target, setTarget] = useState<string | null>(others[0]?.id ?? null);
  const [error, setError] = useState<string>();
  const [remove, running] = useAct(DELETE_STAGE);

  async function submit() {
    const done = await remove({ input: { stageId: stage.id, moveDealsToStageId: target } });
    if (!done.ok) return setError(Object.values(done.fields)[0]);
    tell.done(t("delete.done", { name: stage.name, count: done.data.deleteStage.movedDeals ?? 0 }));
    close();
  }

  return (
    <Dialog title={t("delete.title", { name: stage.name })} action={t("settings:delete")} running={running} submit={submit} close={close}>
      <Text size="sm">{t("delete.body", { count: stage.totals.count })}</Text>
      {others.length > 0 ? (
        <Select label={t("delete.target")} value={target} allowDeselect={false} onChange={setTarget} data={others.map(({ id, name }) => ({ value: id, label: name }))} error={error} />
      ) : (
        <Text size="sm" c={error ? "var(--mantine-color-error)" : "dimmed"}>
          {error ?? t("delete.noTarget")}
        </Text>
      )}
    </Dialog>
  );
}
