import { useTranslation } from "react-i18next";

/** The record and the map beside it. */
export function useRecordTabs() {
  const { t } = useTranslation("privacy/record");
  return [
    { path: "/privacy/processing", label: t("tab.record") },
    { path: "/privacy/data-map", label: t("tab.map") },
  ];
}
