import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Done } from "../../kit/client/act";
import type { Failure } from "../../kit/client/failure";
import { useFailureText } from "../../kit/client/failure_text";

interface Props {
  title: string;
  /** What will happen, in plain words. */
  about?: ReactNode;
  /** The verb on the button. */
  action: string;
  danger?: boolean;
  size?: string;
  /** Does it, with `{ quiet: true }`: the dialog says what went wrong. */
  submit: () => Promise<Done<unknown>>;
  close: () => void;
  /** `wrong` gives the problem of a field of the input. */
  children?: (wrong: (field: string) => string | undefined) => ReactNode;
}

/** A form in a dialog that stays open until the server has done what it asks. */
export function ActDialog({ title, about, action, danger, size = "md", submit, close, children }: Props) {
  const { t } = useTranslation("kit");
  const failureText = useFailureText();
  const [problems, setProblems] = useState<{ field: string; message: string }[]>([]);
  const [failure, setFailure] = useState<Failure>();
  const [running, setRunning] = useState(false);

  const placed = new Set<string>();
  const fields = children?.((field) => {
    placed.add(field);
    return problems.find((problem) => problem.field === field)?.message;
  });
  const rest = problems.filter(({ field }) => !placed.has(field));

  async function send() {
    setRunning(true);
    const done = await submit().finally(() => setRunning(false));
    if (done.ok) return close();
    setProblems(done.problems);
    setFailure(done.failure);
  }

  return (
    <Modal opened onClose={close} title={title} size={size} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("close") }}>
      <form
        ref={beginAtFirstField}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Stack gap="md">
          {about && (
            <Text size="sm" component="div">
              {about}
            </Text>
          )}
          {fields}
          {(rest.length > 0 || failure) && (
            <Alert color="red" role="alert">
              {failure ? failureText(failure) : rest.map(({ message }) => message).join(" ")}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("cancel")}
            </Button>
            <Button type="submit" color={danger ? "red" : undefined} loading={running}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** The keyboard begins at the first field, not at the button that closes the dialog. */
function beginAtFirstField(form: HTMLFormElement | null) {
  if (!form || form.querySelector("[data-autofocus]")) return;
  form.querySelector("input:not([type=hidden]), select, textarea")?.setAttribute("data-autofocus", "");
}
