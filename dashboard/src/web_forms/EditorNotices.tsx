import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAct } from "../kit/client/act";
import { RESTORE, type Around, type EditedForm } from "./form_query";
import { changes } from "./model/changes";
import { ChangeList } from "./publish/ChangeList";
import type { Editing } from "./use_editing";

interface Props {
  form: EditedForm;
  around: Around;
  editing: Editing;
  may: boolean;
  /** How much is missing before it can be published; 0 while nobody asked. */
  missing: number;
}

/** What must be known before going on: somebody else's change, edits of an earlier visit, an archived form, gaps. */
export function EditorNotices({ form, around, editing, may, missing }: Props) {
  const { t } = useTranslation("web_forms");
  const [restore, restoring] = useAct(RESTORE);
  const { conflict, restored, base } = editing;
  const theirs = conflict ? changes(base.model, conflict) : [];
  if (!conflict && !restored && !missing && !form.archivedAt && may) return null;
  return (
    <Stack gap="sm" mb="md">
      {conflict && (
        <Alert role="alert" color="yellow" title={t("conflict.title")}>
          <Stack gap="sm">
            <Text size="sm">{t("conflict.about")}</Text>
            {theirs.length > 0 && <ChangeList changes={theirs} around={around} />}
            <Group>
              <Button size="xs" variant="default" onClick={editing.discard}>
                {t("conflict.theirs")}
              </Button>
              <Button size="xs" variant="default" onClick={editing.insist}>
                {t("conflict.mine")}
              </Button>
            </Group>
          </Stack>
        </Alert>
      )}
      {restored && !conflict && (
        <Alert color="gray" variant="light" title={t("restored.title")}>
          <Group justify="space-between">
            <Text size="sm">{t("restored.about")}</Text>
            <Button size="xs" variant="default" onClick={editing.discard}>
              {t("restored.discard")}
            </Button>
          </Group>
        </Alert>
      )}
      {missing > 0 && (
        <Alert role="alert" color="red">
          {t("publish.missing", { count: missing })}
        </Alert>
      )}
      {form.archivedAt && (
        <Alert color="gray" variant="light" title={t("archived.title")}>
          <Group justify="space-between">
            <Text size="sm">{t("archived.about")}</Text>
            {may && (
              <Button size="xs" variant="default" loading={restoring} onClick={() => void restore({ input: { formId: form.id } })}>
                {t("archived.restore")}
              </Button>
            )}
          </Group>
        </Alert>
      )}
      {!may && (
        <Alert color="gray" variant="light">
          {t("mayNot")}
        </Alert>
      )}
    </Stack>
  );
}
