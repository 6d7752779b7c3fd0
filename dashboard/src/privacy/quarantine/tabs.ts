import { useTranslation } from "react-i18next";

/** The texts and the words that hold them back. */
export function useQuarantineTabs() {
  const { t } = useTranslation("privacy/quarantine");
  return [
    { path: "/privacy/quarantine", label: t("tab.texts") },
    { path: "/privacy/quarantine/words", label: t("tab.words") },
  ];
}
