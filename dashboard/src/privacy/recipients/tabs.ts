import { useTranslation } from "react-i18next";

/** Recipients, what they were given, and what they must be told. */
export function useRecipientTabs() {
  const { t } = useTranslation("privacy/recipients");
  return [
    { path: "/privacy/recipients", label: t("tab.recipients") },
    { path: "/privacy/recipients/disclosures", label: t("tab.disclosures") },
    { path: "/privacy/recipients/notices", label: t("tab.notices") },
  ];
}
