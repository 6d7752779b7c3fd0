import { Button, Group, Modal, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  title: string;
  /** The verb on the button. */
  action: string;
  running: boolean;
  submit: () => Promise<unknown> | unknown;
  close: () => void;
  size?: string;
  children: ReactNode;
}

/** A dialog that asks for a few things and does one. */
export function Dialog({ title, action, running, submit, close, size, children }: Props) {
  const { t } = useTranslation("kit");
  const go = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    void submit();
  };
  return (
    <Modal opened onClose={close} title={title} size={size} closeButtonProps={{ "aria-label": t("close") }}>
      <form onSubmit={go} noValidate>
        <Stack>
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={running}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
