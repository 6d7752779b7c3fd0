import { Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { Dialog } from "../Dialog";
import { GroundSelect, type Ground } from "../GroundSelect";
import { PUBLISH, type Purpose } from "./documents";
import { TextsEditor, toTexts, type Writing } from "./TextsEditor";

/** New texts, beginning from those in force. What people were shown before stays. */
export default function NewVersion({ purpose, close }: { purpose: Purpose; close: () => void }) {
  const { t } = useTranslation("settings/purposes");
  const [writing, setWriting] = useState<Writing>(() =>
    Object.fromEntries(purpose.currentVersion.texts.map(({ language, title, description, wording }) => [language, { title, description, wording }])),
  );
  const [ground, setGround] = useState<Ground | null>(null);
  const [special, setSpecial] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [publish, running] = useAct(PUBLISH);

  async function submit() {
    const done = await publish({ input: { purposeId: purpose.id, texts: toTexts(writing), specialCategoryGround: ground } });
    if (!done.ok) {
      if (done.problems.some(({ code }) => code === "SPECIAL_CATEGORY")) setSpecial(true);
      return setErrors(done.fields);
    }
    tell.done(t("newVersion.done", { number: done.data.publishPurposeVersion.version?.number }));
    close();
  }

  return (
    <Dialog title={t("newVersion.title")} action={t("newVersion.action", { number: purpose.currentVersion.number + 1 })} running={running} submit={submit} close={close} size="xl">
      <Text size="sm">{t("newVersion.about")}</Text>
      <TextsEditor writing={writing} onChange={setWriting} errors={errors} consent={purpose.legalBasis === "CONSENT"} />
      {errors.texts && (
        <Text size="sm" c="var(--mantine-color-error)">
          {errors.texts}
        </Text>
      )}
      {special && <GroundSelect value={ground} onChange={setGround} />}
    </Dialog>
  );
}
