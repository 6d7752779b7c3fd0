import { ActionIcon, Autocomplete, Button, Fieldset, Group, NumberInput, Select, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { Dialog } from "../Dialog";
import classes from "../settings.module.css";
import { CREATE, currencies, stageKinds, type Kind } from "./documents";

interface Draft {
  id: string;
  name: string;
  kind: Kind;
  probability: number;
}

/** A pipeline with stages that most begin with; every one can be changed. */
export default function NewPipeline({ close }: { close: () => void }) {
  const { t } = useTranslation("settings/pipelines");
  const [name, setName] = useState("");
  const [currency, setCurrency] = useState("EUR");
  const [stages, setStages] = useState<Draft[]>(() => [
    { id: "1", name: t("begin.new"), kind: "OPEN", probability: 10 },
    { id: "2", name: t("begin.talking"), kind: "OPEN", probability: 40 },
    { id: "3", name: t("begin.offer"), kind: "OPEN", probability: 70 },
    { id: "4", name: t("kind.WON"), kind: "WON", probability: 100 },
    { id: "5", name: t("kind.LOST"), kind: "LOST", probability: 0 },
  ]);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [token] = useState(() => crypto.randomUUID());
  const [create, running] = useAct(CREATE);
  const patch = (id: string, part: Partial<Draft>) => setStages(stages.map((one) => (one.id === id ? { ...one, ...part } : one)));

  async function submit() {
    const input = stages.map(({ name, kind, probability }) => ({ name, kind, probability: kind === "OPEN" ? probability : null }));
    const done = await create({ input: { name, currency, stages: input, idempotencyKey: token } });
    if (!done.ok) return setErrors(done.fields);
    tell.done(t("new.done", { name }));
    close();
  }

  return (
    <Dialog title={t("new.title")} action={t("new.action")} running={running} submit={submit} close={close} size="lg">
      <div className={classes.pair}>
        <TextInput label={t("name")} value={name} onChange={(event) => setName(event.currentTarget.value)} error={errors.name} maxLength={100} data-autofocus withAsterisk />
        <Autocomplete label={t("currency")} data={currencies} value={currency} onChange={(value) => setCurrency(value.toUpperCase())} error={errors.currency} maxLength={3} />
      </div>
      <Fieldset legend={t("stages")} p="sm">
        {errors.stages && (
          <Text size="sm" c="var(--mantine-color-error)" mb={6}>
            {errors.stages}
          </Text>
        )}
        {stages.map((stage, at) => (
          <Group key={stage.id} gap={6} mb={8} wrap="nowrap" align="flex-start">
            <TextInput style={{ flex: 1 }} size="sm" aria-label={t("stage.nameOf", { number: at + 1 })} value={stage.name} onChange={(event) => patch(stage.id, { name: event.currentTarget.value })} error={errors[`stages.${at}.name`]} />
            <Select w={120} size="sm" aria-label={t("stage.kindOf", { number: at + 1 })} value={stage.kind} allowDeselect={false} data={stageKinds.map((one) => ({ value: one, label: t(`kind.${one}`) }))} onChange={(kind) => kind && patch(stage.id, { kind: kind as Kind })} />
            <NumberInput w={90} size="sm" aria-label={t("stage.probabilityOf", { number: at + 1 })} suffix=" %" min={0} max={100} allowDecimal={false} disabled={stage.kind !== "OPEN"} value={stage.kind === "OPEN" ? stage.probability : stage.kind === "WON" ? 100 : 0} onChange={(value) => patch(stage.id, { probability: Number(value) })} error={errors[`stages.${at}.probability`]} />
            <ActionIcon variant="default" size={36} aria-label={t("stage.removeOf", { number: at + 1 })} onClick={() => setStages(stages.filter(({ id }) => id !== stage.id))}>
              <IconX size={15} />
            </ActionIcon>
          </Group>
        ))}
        <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setStages([...stages, { id: crypto.randomUUID(), name: "", kind: "OPEN", probability: 50 }])}>
          {t("stage.add")}
        </Button>
      </Fieldset>
    </Dialog>
  );
}
