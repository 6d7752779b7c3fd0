import { Checkbox, Group, NumberInput, Select, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import type { Enum } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { Dialog } from "../Dialog";
import { GroundSelect, type Ground } from "../GroundSelect";
import { bases, channels, CREATE, type Basis, type Channel } from "./documents";
import { TextsEditor, toTexts, type Writing } from "./TextsEditor";

/** A purpose: its basis, channels and texts. Basis and channels stay as they are; texts get new versions. */
export default function NewPurpose({ close }: { close: () => void }) {
  const { t } = useTranslation(["settings/purposes", "settings"]);
  const navigate = useNavigate();
  const [key, setKey] = useState("");
  const [legalBasis, setBasis] = useState<Basis>("CONSENT");
  const [chosen, setChosen] = useState<Channel[]>(["EMAIL"]);
  const [confirmation, setConfirmation] = useState<Enum<"ConfirmationMode">>("DOUBLE_OPT_IN");
  const [validityDays, setValidity] = useState<number | null>(null);
  const [justification, setJustification] = useState("");
  const [offered, setOffered] = useState(true);
  const [writing, setWriting] = useState<Writing>({});
  const [ground, setGround] = useState<Ground | null>(null);
  const [special, setSpecial] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [create, running] = useAct(CREATE);
  const consent = legalBasis === "CONSENT";

  async function submit() {
    const done = await create({
      input: {
        key,
        legalBasis,
        channels: chosen,
        confirmation,
        validityDays: consent ? validityDays : null,
        justification: consent ? null : justification,
        offered: consent ? offered : null,
        texts: toTexts(writing),
        specialCategoryGround: ground,
      },
    });
    if (!done.ok) {
      if (done.problems.some(({ code }) => code === "SPECIAL_CATEGORY")) setSpecial(true);
      return setErrors(done.fields);
    }
    const purpose = done.data.createPurpose.purpose;
    tell.done(t("new.done"));
    close();
    if (purpose) void navigate({ to: `/settings/purposes/${purpose.id}` as "/" });
  }

  return (
    <Dialog title={t("new.title")} action={t("new.action")} running={running} submit={submit} close={close} size="xl">
      <TextInput label={t("key")} description={t("keyAbout")} value={key} onChange={(event) => setKey(event.currentTarget.value)} error={errors.key} data-autofocus withAsterisk spellCheck={false} autoCapitalize="none" />
      <Select label={t("legalBasis")} value={legalBasis} allowDeselect={false} data={bases.map((one) => ({ value: one, label: t(`basisLong.${one}`) }))} onChange={(value) => value && setBasis(value as Basis)} error={errors.legalBasis} />
      {!consent && <Textarea label={t("justification")} description={t("justificationAbout")} value={justification} onChange={(event) => setJustification(event.currentTarget.value)} error={errors.justification} autosize minRows={2} withAsterisk />}
      <Checkbox.Group label={t("channels")} description={t("channelsAbout")} value={chosen} onChange={(value) => setChosen(channels.filter((one) => value.includes(one)))} error={errors.channels}>
        <Group gap="md" mt={6}>
          {channels.map((one) => (
            <Checkbox key={one} value={one} label={t(`settings:channel.${one}`)} />
          ))}
        </Group>
      </Checkbox.Group>
      {consent && (
        <>
          <Select
            label={t("confirmation")}
            value={confirmation}
            allowDeselect={false}
            data={(["DOUBLE_OPT_IN", "SINGLE"] as const).map((one) => ({ value: one, label: t(`confirmationMode.${one}`) }))}
            onChange={(value) => value && setConfirmation(value as Enum<"ConfirmationMode">)}
          />
          <NumberInput label={t("validity")} description={t("validityAbout")} value={validityDays ?? ""} min={1} allowDecimal={false} onChange={(value) => setValidity(typeof value === "number" ? value : null)} error={errors.validityDays} />
          <Switch label={t("offered")} description={t("offeredAbout")} checked={offered} onChange={(event) => setOffered(event.currentTarget.checked)} />
        </>
      )}
      <TextsEditor writing={writing} onChange={setWriting} errors={errors} consent={consent} />
      {errors.texts && (
        <Text size="sm" c="var(--mantine-color-error)">
          {errors.texts}
        </Text>
      )}
      {special && <GroundSelect value={ground} onChange={setGround} />}
    </Dialog>
  );
}
