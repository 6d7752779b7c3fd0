import { Alert, Anchor, Button, Group, List, Modal, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { IconBuildings } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../kit/client/act";
import { graphql } from "../kit/client/graphql";
import { tell } from "../kit/dialogs/notify";
import { useUnsaved } from "../kit/shell/unsaved";
import { CustomInput } from "../records/identity/CustomInput";
import { MemberSelect } from "../records/pick/MemberSelect";
import type { CustomField } from "../records/pick/use_fields";

const CREATE = graphql(`
  mutation CreateCompany($input: CreateCompanyInput!) {
    createCompany(input: $input) { company { id name } notices { field message } userErrors { code field message } }
  }
`);
const ALIKE = graphql(`
  query CompaniesLike($name: String!, $byName: Boolean!, $domain: String, $byDomain: Boolean!) {
    searchHits(query: $name, kinds: [COMPANY], first: 4) @include(if: $byName) { hits { node { __typename id ... on Company { name domain } } } }
    companies(first: 3, filter: { domain: { eq: $domain } }, archived: INCLUDED) @include(if: $byDomain) { nodes { id name domain } }
  }
`);

/** Adds a company, and warns of those that look like it. */
export default function CreateCompany({ close, fields }: { close: () => void; fields: CustomField[] }) {
  const { t } = useTranslation(["companies", "records"]);
  const navigate = useNavigate();
  const required = fields.filter((field) => field.required && field.mayWrite);
  const [create, running] = useAct(CREATE);
  const [custom, setCustom] = useState<Record<string, string>>({});
  const key = useRef(crypto.randomUUID());
  const form = useForm({
    initialValues: { name: "", domain: "", phone: "", website: "", industry: "", ownerId: null as string | null },
    validate: { name: (value) => (value.trim() ? null : t("create.nameFirst")) },
  });
  const saved = useUnsaved(form.isDirty());
  const [name] = useDebouncedValue(form.values.name.trim(), 250);
  const [domain] = useDebouncedValue(form.values.domain.trim().toLowerCase(), 250);
  const variables = { name, byName: name.length >= 3, domain: domain || null, byDomain: /^[^\s@]+\.[^\s@]{2,}$/.test(domain) };
  const [{ data }] = useQuery({ query: ALIKE, variables, pause: !variables.byName && !variables.byDomain });
  const found = new Map<string, { id: string; name: string; domain: string | null }>();
  if (variables.byDomain) for (const one of data?.companies?.nodes ?? []) found.set(one.id, one);
  if (variables.byName) for (const { node } of data?.searchHits?.hits ?? []) if (node.__typename === "Company") found.set(node.id, node as { id: string; name: string; domain: string | null });

  async function save(values: typeof form.values) {
    const words = (text: string) => text.trim() || undefined;
    const done = await create({
      input: {
        name: values.name.trim(),
        domain: words(values.domain),
        phone: words(values.phone),
        website: words(values.website),
        industry: words(values.industry),
        ownerId: values.ownerId ?? undefined,
        custom: required.flatMap((field) => (custom[field.key] ? [{ key: field.key, value: custom[field.key] }] : [])),
        idempotencyKey: key.current,
      },
    });
    if (!done.ok) {
      key.current = crypto.randomUUID();
      return form.setErrors(done.fields);
    }
    const { company, notices } = done.data.createCompany;
    for (const { message } of notices) tell.failed(message);
    saved();
    close();
    if (company) {
      tell.done(t("create.done", { name: company.name }));
      void navigate({ to: `/companies/${company.id}` as "/" });
    }
  }

  return (
    <Modal opened onClose={close} title={t("create.title")} size="lg" closeButtonProps={{ "aria-label": t("records:close") }}>
      <form onSubmit={form.onSubmit((values) => void save(values))} noValidate>
        <Stack>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <TextInput label={t("field.name")} {...form.getInputProps("name")} required dir="auto" data-autofocus autoComplete="off" />
            <TextInput label={t("field.domain")} description={t("create.domainWhy")} {...form.getInputProps("domain")} placeholder="lumen.example" autoComplete="off" />
            <TextInput label={t("field.industry")} {...form.getInputProps("industry")} dir="auto" autoComplete="off" />
            <TextInput label={t("field.phone")} type="tel" {...form.getInputProps("phone")} autoComplete="off" />
            <TextInput label={t("field.website")} type="url" {...form.getInputProps("website")} placeholder="https://" autoComplete="off" />
            <MemberSelect label={t("field.owner")} value={form.values.ownerId} onChange={(id) => form.setFieldValue("ownerId", id)} error={form.errors.ownerId as string} />
            {required.map((field) => (
              <CustomInput key={field.key} field={field} value={custom[field.key] ?? ""} onChange={(value) => setCustom({ ...custom, [field.key]: value })} error={form.errors[`custom.${field.key}`] as string} required explain />
            ))}
          </SimpleGrid>
          {found.size > 0 && (
            <Alert color="yellow" icon={<IconBuildings aria-hidden />} title={t("create.alike", { count: found.size })} role="status">
              <List size="sm">
                {[...found.values()].slice(0, 5).map((one) => (
                  <List.Item key={one.id}>
                    <Anchor component={Link} to={`/companies/${one.id}` as "/"} fz="sm" onClick={close}>
                      <bdi>{one.name}</bdi>
                    </Anchor>{" "}
                    <bdi>{one.domain}</bdi>
                  </List.Item>
                ))}
              </List>
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("records:cancel")}
            </Button>
            <Button type="submit" loading={running}>
              {t("create.button")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
