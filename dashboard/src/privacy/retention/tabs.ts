import { useTranslation } from "react-i18next";

/** The pages of retention. */
export function useRetentionTabs() {
  const { t } = useTranslation("privacy/retention");
  return [
    { path: "/privacy/retention", label: t("tab.calendar") },
    { path: "/privacy/retention/rules", label: t("tab.rules") },
    { path: "/privacy/retention/holds", label: t("tab.holds") },
    { path: "/privacy/retention/runs", label: t("tab.runs") },
  ];
}
