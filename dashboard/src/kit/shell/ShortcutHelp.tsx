import { Group, Kbd, Modal, Stack, Text } from "@mantine/core";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "../store";
import { shortcuts, written } from "./shortcuts";

/** Every shortcut that holds now. */
export default function ShortcutHelp({ close }: { close: () => void }) {
  const { t } = useTranslation("kit");
  const all = useStore(shortcuts);
  return (
    <Modal opened onClose={close} title={t("shortcuts.title")} closeButtonProps={{ "aria-label": t("close") }}>
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
        {all.map(({ keys, label }) => (
          <Group key={keys} component="li" justify="space-between" wrap="nowrap">
            <Text size="sm">{label}</Text>
            <Group gap={4} wrap="nowrap">
              {written(keys).map((stroke, index) => (
                <Fragment key={index}>
                  {index > 0 && (
                    <Text size="xs" c="dimmed">
                      {t("shortcuts.then")}
                    </Text>
                  )}
                  {stroke.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </Fragment>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}
