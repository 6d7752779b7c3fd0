import { Anchor, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useClient } from "urql";
import { perform, useAct } from "../kit/client/act";
import { useFormat } from "../kit/format/use_format";
import { useNames } from "../kit/journal/names";
import { CustomValues } from "../records/identity/CustomValues";
import { EditableValue } from "../records/identity/EditableValue";
import type { Saving, Value } from "../records/identity/model";
import { useOutcome } from "../records/identity/use_saving";
import { MemberSelect } from "../records/pick/MemberSelect";
import { useFields } from "../records/pick/use_fields";
import { COMPANY, inputs, UPDATE, valuesOf, type Firm } from "./documents";

/** What a company is: every value with its source, and edited where it stands. */
export function Identity({ firm, may }: { firm: Firm; may: boolean }) {
  const { t } = useTranslation(["companies", "records"]);
  const format = useFormat();
  const fields = useFields("COMPANY");
  const saving = useSaving(firm);
  const nameOf = useNames([...firm.provenance.flatMap(({ source, actor }) => [source, actor])]);
  const values = valuesOf(firm);
  const common = { saving, provenance: firm.provenance, nameOf, may };
  const shown: Value[] = [
    { key: "name", label: t("field.name"), value: values.name! },
    { key: "domain", label: t("field.domain"), value: values.domain! },
    { key: "industry", label: t("field.industry"), value: values.industry! },
    { key: "phone", label: t("field.phone"), value: values.phone! },
    { key: "website", label: t("field.website"), value: values.website! },
    { key: "postal_address", label: t("field.postalAddress"), value: values.postal_address!, lines: true },
    {
      key: "owner",
      label: t("field.owner"),
      value: values.owner!,
      say: (id) => (id === firm.owner?.id ? <bdi>{firm.owner.name}</bdi> : <Name id={id} />),
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
        {shown.map((of) => (
          <EditableValue key={of.key} of={of} {...common} />
        ))}
      </Stack>
      {firm.website && /^https?:\/\//.test(firm.website) && (
        <Anchor href={firm.website} target="_blank" rel="noreferrer noopener" size="sm" mt="xs" display="inline-block">
          {t("identity.toWebsite")}
        </Anchor>
      )}
      {fields.length > 0 && (
        <>
          <Title order={3} mt="md" mb={4}>
            {t("records:custom.title")}
          </Title>
          <CustomValues fields={fields} held={firm.customFields} owner={{ companyId: firm.id }} {...common} />
        </>
      )}
      <Text size="xs" c="dimmed" mt="md">
        {t("identity.dates", { created: format.date(firm.createdAt), updated: format.date(firm.updatedAt) })}
      </Text>
    </Paper>
  );
}

function useSaving(firm: Firm): Saving {
  const client = useClient();
  const outcome = useOutcome();
  const [update] = useAct(UPDATE);
  return {
    version: firm.version,
    async save(key, value, version) {
      const change = key.startsWith("custom.") ? { custom: [{ key: key.slice(7), value }] } : { [inputs[key]!]: value };
      const done = await update({ input: { companyId: firm.id, expectedVersion: version, ...change } }, { quiet: true });
      return outcome(done, (data) => data.updateCompany.notices);
    },
    async fresh() {
      const { data } = await perform(client, COMPANY, { id: firm.id });
      return data?.company ? { version: data.company.version, values: valuesOf(data.company), provenance: data.company.provenance } : undefined;
    },
  };
}

function Name({ id }: { id: string }) {
  return <bdi>{useNames([id])(id) ?? "…"}</bdi>;
}
