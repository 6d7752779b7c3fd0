import { Alert, Button, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../kit/client/failure";
import { useFailureText } from "../../kit/client/failure_text";

/** Why a page of a list could not be read; what was read before stays in sight. */
export function ListFailed({ failure, again }: { failure: Failure | undefined; again: () => void }) {
  const { t } = useTranslation("kit");
  const text = useFailureText();
  if (!failure || failure.code === "UNAUTHENTICATED") return null;
  return (
    <Alert role="alert" color="red" icon={<IconAlertTriangle aria-hidden />} title={t("answer.failed")} mb="sm">
      <Text size="sm" mb="xs">
        {text(failure)}
      </Text>
      <Button size="xs" variant="default" onClick={again}>
        {t("answer.again")}
      </Button>
    </Alert>
  );
}
