import { Button, Group, Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useStore } from "../store";
import { confirmAsked } from "./confirm";

/** Shows the question of `confirm`. */
export default function ConfirmDialog() {
  const { t } = useTranslation("kit");
  const question = useStore(confirmAsked);
  return (
    <Modal
      opened={question !== undefined}
      onClose={() => question?.answer(false)}
      title={question?.title}
      closeButtonProps={{ "aria-label": t("close") }}
      centered
    >
      <Text component="div" size="sm">
        {question?.body}
      </Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={() => question?.answer(false)}>
          {t("cancel")}
        </Button>
        <Button color={question?.danger ? "red" : undefined} onClick={() => question?.answer(true)}>
          {question?.action}
        </Button>
      </Group>
    </Modal>
  );
}
