import { Autocomplete, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { Dialog } from "../Dialog";
import { currencies, UPDATE, type Pipeline } from "./documents";

export default function EditPipeline({ pipeline, close }: { pipeline: Pipeline; close: () => void }) {
  const { t } = useTranslation(["settings/pipelines", "settings"]);
  const [before] = useState(pipeline);
  const [name, setName] = useState(pipeline.name);
  const [currency, setCurrency] = useState(pipeline.currency);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [update, running] = useAct(UPDATE);

  async function submit() {
    const done = await update({ input: { pipelineId: before.id, expectedVersion: before.version, name, currency } });
    if (!done.ok) {
      const stale = done.problems.find(({ code }) => code === "STALE");
      if (stale?.field) tell.failed(stale.message);
      return setErrors(done.fields);
    }
    const version = done.data.updatePipeline.pipeline?.version;
    close();
    tell.done(t("saved"), {
      undo: () => version !== undefined && update({ input: { pipelineId: before.id, expectedVersion: version, name: before.name, currency: before.currency } }),
    });
  }

  return (
    <Dialog title={t("editTitle", { name: pipeline.name })} action={t("settings:save")} running={running} submit={submit} close={close}>
      <TextInput label={t("name")} value={name} onChange={(event) => setName(event.currentTarget.value)} error={errors.name} maxLength={100} data-autofocus />
      <Autocomplete label={t("currency")} description={t("currencyAbout")} data={currencies} value={currency} onChange={(value) => setCurrency(value.toUpperCase())} error={errors.currency} maxLength={3} />
    </Dialog>
  );
}
