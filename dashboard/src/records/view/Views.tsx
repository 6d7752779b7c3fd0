import { Button, Menu, Modal, Text, TextInput, Group } from "@mantine/core";
import { IconCheck, IconChevronDown, IconDeviceFloppy, IconStack2, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { tell } from "../../kit/dialogs/notify";
import { recall, remember } from "../../kit/remembered";
import { useSavedViews } from "./saved_views";
import { sameView, type ViewState } from "./view_state";

interface Props {
  table: string;
  view: ViewState;
  show: (view: ViewState) => void;
  /** Views that everybody has. */
  offered: { name: string; view: ViewState }[];
}

/** Lists to come back to: those that are offered, and the member's own, kept in this browser. */
export function Views({ table, view, show, offered }: Props) {
  const { t } = useTranslation("records");
  const saved = useSavedViews(table);
  const [lastId, setLastId] = useState(recall(`view.${table}`));
  const [naming, setNaming] = useState<string>();
  const own = saved.views.find((one) => sameView(one.view, view));
  const common = offered.find((one) => sameView(one.view, view));
  const last = saved.views.find(({ id }) => id === lastId);
  const name = own?.name ?? common?.name ?? (last ? t("views.changed", { name: last.name }) : t("views.unsaved"));

  function choose(next: ViewState, id?: string) {
    setLastId(id);
    remember(`view.${table}`, id ?? "");
    show(next);
  }

  function save() {
    const label = naming?.trim();
    if (!label) return;
    saved.add(label, view);
    tell.done(t("views.saved", { name: label }));
    setNaming(undefined);
  }

  function remove(id: string, label: string) {
    const back = saved.remove(id);
    tell.done(t("views.removed", { name: label }), { undo: back });
  }

  return (
    <>
      <Menu position="bottom-start" width={290} withinPortal>
        <Menu.Target>
          <Button variant="default" size="xs" leftSection={<IconStack2 size={15} aria-hidden />} rightSection={<IconChevronDown size={14} aria-hidden />} maw={260}>
            <bdi>{name}</bdi>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {offered.map((one) => (
            <Menu.Item key={one.name} rightSection={one === common && !own ? <IconCheck size={15} aria-hidden /> : null} onClick={() => choose(one.view)}>
              {one.name}
            </Menu.Item>
          ))}
          {saved.views.length > 0 && <Menu.Label>{t("views.own")}</Menu.Label>}
          {saved.views.map((one) => (
            <Menu.Item key={one.id} rightSection={one === own ? <IconCheck size={15} aria-hidden /> : null} onClick={() => choose(one.view, one.id)}>
              <bdi>{one.name}</bdi>
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconDeviceFloppy size={15} aria-hidden />} disabled={!!own || !!common} onClick={() => setNaming("")}>
            {t("views.save")}
          </Menu.Item>
          {last && !own && (
            <Menu.Item
              leftSection={<IconDeviceFloppy size={15} aria-hidden />}
              onClick={() => (saved.change(last.id, view), tell.done(t("views.saved", { name: last.name }), { undo: () => saved.change(last.id, last.view) }))}
            >
              {t("views.update", { name: last.name })}
            </Menu.Item>
          )}
          {own && (
            <Menu.Item color="red" leftSection={<IconTrash size={15} aria-hidden />} onClick={() => remove(own.id, own.name)}>
              {t("views.remove", { name: own.name })}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Text size="xs" c="dimmed" px="sm" py={4}>
            {t("views.where")}
          </Text>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={naming !== undefined} onClose={() => setNaming(undefined)} title={t("views.save")} closeButtonProps={{ "aria-label": t("close") }} centered size="sm">
        <form onSubmit={(event) => (event.preventDefault(), save())}>
          <TextInput label={t("views.name")} description={t("views.where")} value={naming ?? ""} onChange={(event) => setNaming(event.currentTarget.value)} maxLength={60} data-autofocus required />
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={() => setNaming(undefined)}>
              {t("cancel")}
            </Button>
            <Button type="submit">{t("views.saveShort")}</Button>
          </Group>
        </form>
      </Modal>
    </>
  );
}
