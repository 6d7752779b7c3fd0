import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { explained, type Failure } from "./failure";

/** What happened and what to do, in the reader's language. */
export function useFailureText() {
  const { t } = useTranslation("kit");
  return useCallback(
    ({ code, requestId, message }: Failure) =>
      explained.has(code) ? t(`failure.${code}`, { requestId: requestId ?? "–" }) : t("failure.other", { message }),
    [t],
  );
}
