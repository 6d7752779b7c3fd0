import { ActionIcon, Button, Group, Menu, Tooltip } from "@mantine/core";
import { IconArchive, IconArrowBackUp, IconArrowForwardUp, IconDeviceFloppy, IconDots, IconExternalLink, IconRocket } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useAct } from "../kit/client/act";
import { tell } from "../kit/dialogs/notify";
import { useCommands } from "../kit/shell/commands";
import { useShortcuts } from "../kit/shell/shortcuts";
import { ARCHIVE, RESTORE, type EditedForm } from "./form_query";
import type { Editing } from "./use_editing";

interface Props {
  form: EditedForm;
  editing: Editing;
  readOnly: boolean;
  /** Whether the draft differs from what visitors see. */
  ahead: boolean;
  saving: boolean;
  save: () => Promise<boolean>;
  publish: () => void;
}

/** Undo, redo, save, publish, archive: as buttons, shortcuts, and in the palette. */
export function EditorActions({ form, editing, readOnly, ahead, saving, save, publish }: Props) {
  const { t } = useTranslation("web_forms");
  const [archive] = useAct(ARCHIVE);
  const [restore] = useAct(RESTORE);
  const { dirty, canUndo, canRedo, undo, redo } = editing;

  async function archiveIt() {
    const done = await archive({ input: { formId: form.id } });
    if (done.ok) tell.done(t("archived.done"), { undo: () => restore({ input: { formId: form.id } }) });
  }

  const saveIt = () => void save().then((ok) => ok && dirty && tell.done(t("savedNow")));
  useShortcuts(
    readOnly
      ? []
      : [
          { keys: "mod+s", label: t("action.save"), run: saveIt },
          { keys: "mod+z", label: t("action.undo"), run: undo },
          { keys: "mod+shift+z", label: t("action.redo"), run: redo },
          { keys: "mod+y", label: t("action.redo"), run: redo },
        ],
  );
  useCommands(
    readOnly
      ? []
      : [
          { id: "form.save", label: t("action.save"), icon: IconDeviceFloppy, keys: "mod+s", run: saveIt },
          { id: "form.publish", label: t("action.publish"), icon: IconRocket, run: publish },
          { id: "form.archive", label: t("action.archive"), icon: IconArchive, run: () => void archiveIt() },
        ],
  );

  return (
    <Group gap={6}>
      {!readOnly && (
        <>
          <Tooltip label={t("action.undo")}>
            <ActionIcon variant="default" size={36} aria-label={t("action.undo")} aria-disabled={!canUndo} data-disabled={!canUndo || undefined} onClick={undo}>
              <IconArrowBackUp size={18} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t("action.redo")}>
            <ActionIcon variant="default" size={36} aria-label={t("action.redo")} aria-disabled={!canRedo} data-disabled={!canRedo || undefined} onClick={redo}>
              <IconArrowForwardUp size={18} />
            </ActionIcon>
          </Tooltip>
          <Button variant="default" loading={saving} disabled={!dirty} onClick={saveIt}>
            {t("action.save")}
          </Button>
          <Button disabled={!ahead && !dirty} onClick={publish}>
            {t("action.publish")}
          </Button>
        </>
      )}
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t("action.more")}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component="a" href={form.hostedUrl} target="_blank" rel="noreferrer" disabled={!form.publishedVersion} leftSection={<IconExternalLink size={16} aria-hidden />}>
            {t("action.openPage")}
          </Menu.Item>
          {!readOnly && (
            <Menu.Item leftSection={<IconArchive size={16} aria-hidden />} onClick={() => void archiveIt()}>
              {t("action.archive")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
