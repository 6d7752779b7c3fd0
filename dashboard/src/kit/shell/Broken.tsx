import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

/** A screen that failed: the shell and the other screens go on. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const message = error instanceof Error ? error.message : String(error);
  const { t } = useTranslation("kit");
  const outdated = /dynamically imported module|Importing a module script failed|error loading/i.test(message);
  const [reloads] = useState(() => outdated && !sessionStorage.getItem("accord.reloaded"));
  useEffect(() => {
    // A new version of the dashboard was installed: its chunks have other names.
    if (!reloads) return;
    sessionStorage.setItem("accord.reloaded", "yes");
    location.reload();
  }, [reloads]);
  if (reloads) return null;
  return (
    <Alert role="alert" color="red" title={t("broken.title")} m="lg">
      <Stack gap="sm">
        <Text size="sm">{t("broken.what")}</Text>
        <Code block>{message}</Code>
        <Group>
          <Button size="xs" variant="default" onClick={reset}>
            {t("answer.again")}
          </Button>
          <Button size="xs" variant="default" onClick={() => location.reload()}>
            {t("broken.reload")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
