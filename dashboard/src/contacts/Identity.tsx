import { Anchor, Paper, Select, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "../kit/format/use_format";
import { useNames } from "../kit/journal/names";
import { CustomValues } from "../records/identity/CustomValues";
import { EditableValue } from "../records/identity/EditableValue";
import type { InputProps, Value } from "../records/identity/model";
import { CompanySelect } from "../records/pick/CompanySelect";
import { MemberSelect } from "../records/pick/MemberSelect";
import type { CustomField } from "../records/pick/use_fields";
import { Addresses } from "./Addresses";
import { valuesOf, type Person } from "./page";
import { Tags } from "./Tags";
import { useSaving } from "./use_saving";

/** Who somebody is: every value with its source, and edited where it stands. */
export function Identity({ person, fields, may }: { person: Person; fields: CustomField[]; may: boolean }) {
  const { t } = useTranslation(["contacts", "records"]);
  const format = useFormat();
  const saving = useSaving(person);
  const nameOf = useNames(person.provenance.flatMap(({ source, actor }) => [source, actor]));
  const values = valuesOf(person);
  const common = { saving, provenance: person.provenance, nameOf, may };
  const select = (options: readonly string[], prefix: string) => (props: InputProps) => (
    <Select
      label={props.label}
      error={props.error}
      data={options.map((value) => ({ value, label: t(`${prefix}.${value}`) }))}
      value={props.value || null}
      onChange={(value) => value && props.onChange(value)}
      allowDeselect={false}
      comboboxProps={{ withinPortal: false }}
      autoFocus
    />
  );
  const shown: Value[] = [
    { key: "given_name", label: t("field.givenName"), value: values.given_name! },
    { key: "family_name", label: t("field.familyName"), value: values.family_name! },
    { key: "job_title", label: t("field.jobTitle"), value: values.job_title! },
    {
      key: "company",
      label: t("field.company"),
      value: values.company!,
      say: (id) => (id === person.company?.id ? <bdi>{person.company.name}</bdi> : <Name id={id} />),
      input: ({ onChange, value, ...rest }) => <CompanySelect {...rest} value={value || null} onChange={(id) => onChange(id ?? "")} autoFocus />,
    },
    ...(person.company || !person.companyName ? [] : [{ key: "company_name", label: t("field.companyName"), value: values.company_name! }]),
    { key: "phone", label: t("field.phone"), value: values.phone! },
    { key: "postal_address", label: t("field.postalAddress"), value: values.postal_address!, lines: true },
    { key: "language", label: t("field.language"), value: values.language!, say: (value) => t(`records:language.${value}`), input: select(["fr", "en"], "records:language") },
    { key: "lifecycle", label: t("field.lifecycle"), value: values.lifecycle!, say: (value) => t(`lifecycle.${value}`), input: select(["PROSPECT", "CUSTOMER", "FORMER"], "lifecycle") },
    {
      key: "owner",
      label: t("field.owner"),
      value: values.owner!,
      say: (id) => (id === person.owner?.id ? <bdi>{person.owner.name}</bdi> : <Name id={id} />),
      input: ({ onChange, value, ...rest }) => <MemberSelect {...rest} value={value || null} onChange={(id) => onChange(id ?? "")} autoFocus />,
    },
    ...(values.external_id ? [{ key: "external_id", label: t("field.externalId"), value: values.external_id }] : []),
  ];
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="identity">
      <Title order={2} id="identity" mb="xs">
        {t("identity.title")}
      </Title>
      <Stack gap={2}>
        {shown.slice(0, 2).map((of) => (
          <EditableValue key={of.key} of={of} {...common} />
        ))}
        <Addresses person={person} may={may} nameOf={nameOf} />
        {shown.slice(2).map((of) => (
          <EditableValue key={of.key} of={of} {...common} />
        ))}
        <Tags person={person} may={may} />
      </Stack>
      {person.company && (
        <Anchor component={Link} to={`/companies/${person.company.id}` as "/"} size="sm" mt="xs" display="inline-block">
          {t("identity.toCompany")} <bdi>{person.company.name}</bdi>
        </Anchor>
      )}
      {(fields.length > 0 || person.customFields.length > 0) && (
        <>
          <Title order={3} mt="md" mb={4}>
            {t("records:custom.title")}
          </Title>
          <CustomValues fields={fields} held={person.customFields} owner={{ contactId: person.id }} {...common} />
        </>
      )}
      <Text size="xs" c="dimmed" mt="md">
        {t("identity.dates", { created: format.date(person.createdAt), updated: format.date(person.updatedAt) })}
        {person.lastContactAt && <> {t("identity.lastContact", { at: format.date(person.lastContactAt) })}</>}
      </Text>
    </Paper>
  );
}

function Name({ id }: { id: string }) {
  return <bdi>{useNames([id])(id) ?? "…"}</bdi>;
}
