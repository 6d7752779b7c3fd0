import { Alert, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Enum } from "../kit/client/graphql";

export type Ground = Enum<"SpecialCategoryGround">;
const grounds: Ground[] = [
  "EXPLICIT_CONSENT",
  "EMPLOYMENT_AND_SOCIAL_SECURITY",
  "VITAL_INTERESTS",
  "NOT_FOR_PROFIT_BODY",
  "MANIFESTLY_MADE_PUBLIC",
  "LEGAL_CLAIMS",
  "SUBSTANTIAL_PUBLIC_INTEREST",
  "HEALTH_OR_SOCIAL_CARE",
  "PUBLIC_HEALTH",
  "ARCHIVING_RESEARCH_STATISTICS",
];

/** Shown once the server has refused a name that suggests a special category of data. */
export function GroundSelect({ value, onChange }: { value: Ground | null; onChange: (ground: Ground | null) => void }) {
  const { t } = useTranslation("settings");
  return (
    <Alert color="yellow" role="alert">
      {t("ground.about")}
      <Select
        mt="xs"
        label={t("ground.label")}
        value={value}
        onChange={(ground) => onChange(ground as Ground | null)}
        data={grounds.map((one) => ({ value: one, label: t(`ground.${one}`) }))}
      />
    </Alert>
  );
}
