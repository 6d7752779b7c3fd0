import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { inWords } from "../problems/in_words";
import { explained, type Failure } from "./failure";

/** What happened and what to do, in the reader's language. */
export function useFailureText() {
  const { t, i18n } = useTranslation("kit");
  return useCallback(
    ({ code, requestId, retryAfterMs = 1_000, message }: Failure) => {
      if (!explained.has(code)) return t("failure.other", { message: inWords(message) ?? message });
      return t(`failure.${code}`, { requestId: requestId ?? "–", wait: wait(retryAfterMs, i18n.language) });
    },
    [t, i18n.language],
  );
}

/** "40 seconds", "5 minutes". */
function wait(ms: number, language: string) {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  const [amount, unit] = seconds < 90 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(amount);
}
