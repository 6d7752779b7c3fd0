import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Props {
  value: string;
  onChange: (code: string) => void;
  error?: string;
  autoFocus?: boolean;
  /** Recovery codes do not work while enrolling. */
  onlyApp?: boolean;
}

/** For a code of the authenticator app, or a recovery code. */
export function CodeInput({ value, onChange, error, autoFocus, onlyApp }: Props) {
  const { t } = useTranslation("kit");
  return (
    <TextInput
      label={t("code.label")}
      description={onlyApp ? t("code.app") : t("code.appOrRecovery")}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
      data-autofocus={autoFocus || undefined}
      autoFocus={autoFocus}
      autoComplete="one-time-code"
      inputMode={onlyApp ? "numeric" : "text"}
      spellCheck={false}
      required
    />
  );
}
