import { NumberInput, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { Dialog } from "../Dialog";
import { CREATE_STAGE, stageKinds, UPDATE_STAGE, type Kind, type Pipeline, type Stage } from "./documents";

/** Makes or changes a stage. Won is always 100 %, lost 0 %. */
export default function StageDialog({ pipeline, stage, close }: { pipeline: Pipeline; stage?: Stage; close: () => void }) {
  const { t } = useTranslation(["settings/pipelines", "settings"]);
  const [version] = useState(pipeline.version);
  const [name, setName] = useState(stage?.name ?? "");
  const [kind, setKind] = useState<Kind>(stage?.kind ?? "OPEN");
  const [probability, setProbability] = useState<number | string>(stage?.probability ?? 50);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [token] = useState(() => crypto.randomUUID());
  const [create, creating] = useAct(CREATE_STAGE);
  const [update, updating] = useAct(UPDATE_STAGE);

  async function submit() {
    const open = kind === "OPEN" ? Number(probability) : null;
    const done = stage
      ? await update({ input: { stageId: stage.id, expectedVersion: version, name, ...(kind !== stage.kind && { kind }), probability: open } })
      : await create({ input: { pipelineId: pipeline.id, name, kind, probability: open, position: place(pipeline, kind), idempotencyKey: token } });
    if (done.ok) return close();
    const other = done.problems.find(({ code, field }) => code === "STALE" || !["name", "kind", "probability"].includes(field));
    if (other?.field) tell.failed(other.message);
    setErrors(done.fields);
  }

  return (
    <Dialog title={stage ? t("stage.editTitle", { name: stage.name }) : t("stage.newTitle", { name: pipeline.name })} action={stage ? t("settings:save") : t("stage.add")} running={creating || updating} submit={submit} close={close}>
      <TextInput label={t("name")} value={name} onChange={(event) => setName(event.currentTarget.value)} error={errors.name} maxLength={100} data-autofocus withAsterisk />
      <Select
        label={t("stage.kind")}
        description={stage?.totals.count ? t("stage.kindFixed") : undefined}
        value={kind}
        allowDeselect={false}
        disabled={Boolean(stage?.totals.count)}
        data={stageKinds.map((one) => ({ value: one, label: t(`kind.${one}`) }))}
        onChange={(value) => value && setKind(value as Kind)}
        error={errors.kind}
      />
      {kind === "OPEN" && <NumberInput label={t("stage.probability")} suffix=" %" value={probability} min={0} max={100} allowDecimal={false} onChange={setProbability} error={errors.probability} />}
    </Dialog>
  );
}

/** New open stages stand before the ones that end a deal. */
function place({ stages }: Pipeline, kind: Kind) {
  if (kind !== "OPEN") return null;
  const open = stages.filter((one) => !one.archivedAt);
  const end = open.findIndex((one) => one.kind !== "OPEN");
  return end < 0 ? null : end;
}
