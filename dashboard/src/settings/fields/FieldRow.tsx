import { ActionIcon, Badge, Menu, Text } from "@mantine/core";
import { IconArchive, IconDots, IconPencil, IconRestore, IconTrash } from "@tabler/icons-react";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import { language } from "../../kit/i18n/language";
import { useStore } from "../../kit/store";
import classes from "../settings.module.css";
import { ARCHIVE, labelIn, RESTORE, type Field } from "./documents";

const FieldDialog = lazy(() => import("./FieldDialog"));

const DELETE = graphql(`mutation DeleteField($input: DeleteFieldInput!) { deleteField(input: $input) { userErrors { code field message } } }`);

/** One field: what it is, why it is there, who may read it. */
export function FieldRow({ field, handle, may }: { field: Field; handle: ReactNode; may: boolean }) {
  const { t } = useTranslation(["settings/fields", "settings"]);
  const name = labelIn(field.label, useStore(language), field.key);
  const [editing, setEditing] = useState(false);
  const [archive] = useAct(ARCHIVE);
  const [restore] = useAct(RESTORE);
  const [remove] = useAct(DELETE);
  const input = { fieldId: field.id };

  async function archiveIt() {
    const done = await archive({ input });
    if (done.ok) tell.done(t("archived", { name }), { undo: () => restore({ input }) });
  }
  async function deleteIt() {
    if (!(await confirm({ title: t("delete.title", { name }), body: t("delete.body"), action: t("settings:delete"), danger: true }))) return;
    const done = await remove({ input: { ...input, deleteValues: true } });
    if (done.ok) tell.done(t("delete.done", { name }));
  }

  return (
    <>
      {handle}
      <div className={classes.grow}>
        <Text size="sm" fw={500}>
          {name}{" "}
          <Text span size="xs" c="dimmed" ff="monospace">
            {field.key}
          </Text>
        </Text>
        <Text size="sm" c="dimmed">
          {field.reason}
        </Text>
      </div>
      <Text size="sm">{t(`type.${field.type}`)}</Text>
      <Badge variant="light" tt="none" c="var(--mantine-color-text)" color={field.dataClass === "SECRET" ? "red" : field.dataClass === "CONFIDENTIAL" ? "yellow" : "gray"}>
        {t(`class.${field.dataClass}`)}
      </Badge>
      {field.required && (
        <Badge variant="light" tt="none" color="gray" c="var(--mantine-color-text)">
          {t("requiredBadge")}
        </Badge>
      )}
      {may && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t("settings:more", { name })}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {!field.archivedAt && (
              <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setEditing(true)}>
                {t("settings:edit")}
              </Menu.Item>
            )}
            {field.archivedAt ? (
              <Menu.Item leftSection={<IconRestore size={16} aria-hidden />} onClick={() => void restore({ input })}>
                {t("settings:restore")}
              </Menu.Item>
            ) : (
              <Menu.Item leftSection={<IconArchive size={16} aria-hidden />} onClick={() => void archiveIt()}>
                {t("settings:archive")}
              </Menu.Item>
            )}
            <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} c="var(--mantine-color-error)" onClick={() => void deleteIt()}>
              {t("delete.action")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <Suspense fallback={null}>{editing && <FieldDialog entity={field.entity} field={field} close={() => setEditing(false)} />}</Suspense>
    </>
  );
}
