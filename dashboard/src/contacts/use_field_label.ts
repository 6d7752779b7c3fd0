import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { CustomField } from "../records/pick/use_fields";

const names: Record<string, string> = {
  given_name: "givenName",
  family_name: "familyName",
  job_title: "jobTitle",
  company: "company",
  company_name: "companyName",
  owner: "owner",
  email: "email",
  phone: "phone",
  postal_address: "postalAddress",
  language: "language",
  lifecycle: "lifecycle",
  external_id: "externalId",
  custom: "custom",
};

/** A value's name in the journal and in provenance, as people call it. */
export function useFieldLabel(fields: CustomField[]) {
  const { t } = useTranslation("contacts");
  return useCallback(
    (name: string) => {
      if (name.startsWith("custom.")) return fields.find(({ key }) => key === name.slice(7))?.label ?? name.slice(7);
      const known = names[name];
      return known ? t(`field.${known}`) : name;
    },
    [fields, t],
  );
}
