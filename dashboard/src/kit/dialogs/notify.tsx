import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import i18next from "i18next";

interface DoneOptions {
  /** Takes it back. The button stays for ten seconds. */
  undo?: () => Promise<unknown> | unknown;
}

/** Short words that come and go. What must be read belongs on the page or in a dialog. */
export const tell = {
  done(message: string, { undo }: DoneOptions = {}) {
    const id = crypto.randomUUID();
    notifications.show({
      id,
      message: undo ? <WithUndo message={message} undo={() => (notifications.hide(id), undo())} /> : message,
      icon: <IconCheck size={18} aria-hidden />,
      autoClose: undo ? 10_000 : 4_000,
      withBorder: true,
      closeButtonProps: { "aria-label": i18next.t("close", { ns: "kit" }) },
    });
  },
  failed(message: string) {
    notifications.show({
      message,
      color: "red",
      icon: <IconAlertTriangle size={18} aria-hidden />,
      autoClose: 12_000,
      withBorder: true,
      closeButtonProps: { "aria-label": i18next.t("close", { ns: "kit" }) },
      role: "alert",
    });
  },
};

function WithUndo({ message, undo }: { message: string; undo: () => unknown }) {
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{message}</Text>
      <Button size="compact-sm" variant="light" onClick={() => void undo()}>
        {i18next.t("undo", { ns: "kit" })}
      </Button>
    </Group>
  );
}
