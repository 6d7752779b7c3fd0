import { Alert, Button, Group, Modal, ScrollArea, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { useFailureText } from "../../kit/client/failure_text";
import type { Enum } from "../../kit/client/graphql";
import type { Problem } from "../../kit/client/problems";
import { tell } from "../../kit/dialogs/notify";
import { useViewer } from "../../kit/session/viewer";
import { PUBLISH, type Around, type EditedForm } from "../form_query";
import { changes } from "../model/changes";
import { fromApi, type Model } from "../model/model";
import { ChangeList } from "./ChangeList";

type Ground = Enum<"SpecialCategoryGround">;
const grounds: Ground[] = [
  "EXPLICIT_CONSENT",
  "EMPLOYMENT_AND_SOCIAL_SECURITY",
  "VITAL_INTERESTS",
  "NOT_FOR_PROFIT_BODY",
  "MANIFESTLY_MADE_PUBLIC",
  "LEGAL_CLAIMS",
  "SUBSTANTIAL_PUBLIC_INTEREST",
  "HEALTH_OR_SOCIAL_CARE",
  "PUBLIC_HEALTH",
  "ARCHIVING_RESEARCH_STATISTICS",
];

interface Props {
  form: EditedForm;
  model: Model;
  around: Around;
  /** Saves what is not saved yet; false when that failed. */
  save: () => Promise<boolean>;
  /** The server found something that is missing or wrong. */
  refused: (problems: Problem[]) => void;
  close: () => void;
  published: () => void;
}

/** Shows what will change for visitors, and makes it so. */
export default function PublishDialog({ form, model, around, save, refused, close, published }: Props) {
  const { t } = useTranslation("web_forms");
  const failureText = useFailureText();
  const { role } = useViewer();
  const [publish] = useAct(PUBLISH);
  const [doing, setDoing] = useState<"save" | "publish">();
  const [ground, setGround] = useState<Ground | null>(null);
  const [special, setSpecial] = useState(false);
  const before = form.publishedVersion;
  const differences = before ? changes(fromApi(model.name, before.definition), model) : [];
  const number = (before?.number ?? 0) + 1;

  async function go() {
    setDoing("save");
    if (!(await save())) return setDoing(undefined);
    setDoing("publish");
    const done = await publish({ input: { formId: form.id, specialCategoryGround: ground } }, { quiet: true });
    setDoing(undefined);
    if (done.ok) {
      tell.done(t("publish.done", { number: done.data.publishForm.version?.number ?? number }));
      published();
      return close();
    }
    if (done.failure) return tell.failed(t("publish.failed", { message: failureText(done.failure) }));
    if (done.problems.some(({ code }) => code === "SPECIAL_CATEGORY")) setSpecial(true);
    refused(done.problems);
    if (!done.problems.some(({ code }) => code === "SPECIAL_CATEGORY")) {
      tell.failed(t("publish.refused", { count: done.problems.length }));
      close();
    }
  }

  return (
    <Modal opened onClose={close} size="lg" title={t("publish.title", { number })} closeButtonProps={{ "aria-label": t("kit:close") }}>
      <Stack gap="sm">
        <Text size="sm">{before ? t("publish.about", { number: before.number }) : t("publish.first")}</Text>
        {before && (
          <ScrollArea.Autosize mah="45vh">
            {differences.length ? <ChangeList changes={differences} around={around} /> : <Alert variant="light" color="gray">{t("publish.nothing")}</Alert>}
          </ScrollArea.Autosize>
        )}
        <Text size="sm" c="dimmed">
          {t("publish.frozen")}
        </Text>
        {special && (
          <Alert color="red" role="alert" title={t("special.title")}>
            <Stack gap="xs">
              <Text size="sm">{role === "OWNER" ? t("special.owner") : t("special.others")}</Text>
              {role === "OWNER" && (
                <Select
                  label={t("special.ground")}
                  value={ground}
                  onChange={(value) => setGround(value as Ground | null)}
                  data={grounds.map((one) => ({ value: one, label: t(`ground.${one}`) }))}
                />
              )}
            </Stack>
          </Alert>
        )}
        <Group justify="flex-end">
          <Text size="sm" c="dimmed" role="status">
            {doing && t(`publish.doing.${doing}`)}
          </Text>
          <Button variant="default" onClick={close}>
            {t("kit:cancel")}
          </Button>
          <Button onClick={() => void go()} loading={doing !== undefined} disabled={special && !ground} data-autofocus>
            {t("publish.action", { number })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
