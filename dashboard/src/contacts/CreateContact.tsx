import { Alert, Anchor, Button, Group, List, Modal, Select, SimpleGrid, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { IconUsers } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../kit/client/act";
import { graphql } from "../kit/client/graphql";
import { tell } from "../kit/dialogs/notify";
import { useUnsaved } from "../kit/shell/unsaved";
import { CustomInput } from "../records/identity/CustomInput";
import { CompanySelect } from "../records/pick/CompanySelect";
import { MemberSelect } from "../records/pick/MemberSelect";
import type { CustomField } from "../records/pick/use_fields";
import { usePurposes } from "../records/pick/use_purposes";
import { useTags } from "../records/pick/use_tags";
import { fullName } from "./row";
import { useLookalikes } from "./use_lookalikes";

const CREATE = graphql(`
  mutation CreateContact($input: CreateContactInput!) {
    createContact(input: $input) { contact { id givenName familyName email } notices { field message } userErrors { code field message } }
  }
`);

const sources = ["PHONE", "EMAIL", "IN_PERSON", "BUSINESS_CARD", "REFERRAL", "PUBLIC_SOURCE"] as const;
/** Those who said it themselves need no notice under Art. 14. */
const fromThem = ["PHONE", "EMAIL", "IN_PERSON", "BUSINESS_CARD"];

interface Props {
  close: () => void;
  fields: CustomField[];
  companyId?: string;
}

/** Adds somebody, with the reason for keeping them, and warns of those who may be the same person. */
export default function CreateContact({ close, fields, companyId }: Props) {
  const { t } = useTranslation(["contacts", "records"]);
  const navigate = useNavigate();
  const purposes = usePurposes().filter(({ legalBasis, archived }) => legalBasis !== "CONSENT" && !archived);
  const tags = useTags();
  const required = fields.filter((field) => field.required && field.mayWrite);
  const [create, running] = useAct(CREATE);
  const [custom, setCustom] = useState<Record<string, string>>({});
  const key = useRef(crypto.randomUUID());
  const form = useForm({
    initialValues: { givenName: "", familyName: "", email: "", phone: "", jobTitle: "", companyId: companyId ?? null as string | null, ownerId: null as string | null, tags: [] as string[], basisPurposeId: null as string | null, source: null as string | null },
    validate: {
      basisPurposeId: (value) => (value ? null : t("create.chooseBasis")),
      source: (value) => (value ? null : t("create.chooseSource")),
      familyName: (value, { givenName, email, phone }) => (value || givenName || email || phone ? null : t("create.someone")),
    },
  });
  const saved = useUnsaved(form.isDirty());
  const { givenName, familyName, email, phone } = form.values;
  const [asked] = useDebouncedValue(JSON.stringify({ name: `${givenName} ${familyName}`.trim(), email: email.trim(), phone: phone.trim() }), 250);
  const alike = useLookalikes(JSON.parse(asked) as Parameters<typeof useLookalikes>[0]);
  const only = purposes.length === 1 ? purposes[0]!.id : null;
  const basis = form.values.basisPurposeId ?? only;

  async function save(values: typeof form.values) {
    const words = (text: string) => text.trim() || undefined;
    const done = await create({
      input: {
        basisPurposeId: values.basisPurposeId ?? only ?? "",
        source: values.source as (typeof sources)[number],
        givenName: words(values.givenName),
        familyName: words(values.familyName),
        email: words(values.email),
        phone: words(values.phone),
        jobTitle: words(values.jobTitle),
        companyId: values.companyId ?? undefined,
        ownerId: values.ownerId ?? undefined,
        tags: values.tags.length ? values.tags : undefined,
        custom: required.flatMap((field) => (custom[field.key] ? [{ key: field.key, value: custom[field.key] }] : [])),
        idempotencyKey: key.current,
      },
    });
    if (!done.ok) {
      form.setErrors(done.fields);
      // The key belongs to this input: corrected, it is another request.
      key.current = crypto.randomUUID();
      const unshown = Object.entries(done.fields).filter(([field]) => !(field in form.values) && !field.startsWith("custom"));
      if (unshown.length) tell.failed(unshown.map(([, message]) => message).join(" "));
      return;
    }
    const { contact, notices } = done.data.createContact;
    for (const { message } of notices) tell.done(message);
    saved();
    close();
    if (contact) {
      tell.done(t("create.done", { name: fullName(contact) || t("unnamed") }));
      void navigate({ to: `/contacts/${contact.id}` as "/" });
    }
  }

  return (
    <Modal opened onClose={close} title={t("create.title")} size="lg" closeButtonProps={{ "aria-label": t("records:close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (only && !form.values.basisPurposeId) form.setFieldValue("basisPurposeId", only);
          const values = { ...form.values, basisPurposeId: basis };
          const { hasErrors, errors } = form.validate();
          const real = Object.keys(errors).filter((name) => name !== "basisPurposeId" || !basis);
          if (!hasErrors || !real.length) void save(values);
        }}
        noValidate
      >
        <Stack>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <TextInput label={t("field.givenName")} {...form.getInputProps("givenName")} maxLength={300} dir="auto" data-autofocus autoComplete="off" />
            <TextInput label={t("field.familyName")} {...form.getInputProps("familyName")} maxLength={300} dir="auto" autoComplete="off" />
            <TextInput label={t("field.email")} type="email" {...form.getInputProps("email")} autoComplete="off" />
            <TextInput label={t("field.phone")} type="tel" {...form.getInputProps("phone")} autoComplete="off" />
            <CompanySelect label={t("field.company")} value={form.values.companyId} onChange={(id) => form.setFieldValue("companyId", id)} error={form.errors.companyId as string} />
            <TextInput label={t("field.jobTitle")} {...form.getInputProps("jobTitle")} dir="auto" autoComplete="off" />
          </SimpleGrid>
          {alike.length > 0 && (
            <Alert color="yellow" icon={<IconUsers aria-hidden />} title={t("create.alike", { count: alike.length })} role="status">
              <List size="sm">
                {alike.map((one) => (
                  <List.Item key={one.id}>
                    <Anchor component={Link} to={`/contacts/${one.id}` as "/"} fz="sm" onClick={close}>
                      <bdi>{fullName(one) || t("unnamed")}</bdi>
                    </Anchor>{" "}
                    <Text span size="sm">
                      <bdi>{[one.email, one.company?.name ?? one.companyName, one.phone].filter(Boolean).join(" · ")}</bdi>
                    </Text>
                  </List.Item>
                ))}
              </List>
              <Text size="sm" mt={6}>
                {t("create.alikeBody")}
              </Text>
            </Alert>
          )}
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <Select
              label={t("create.basis")}
              description={t("create.basisWhy")}
              data={purposes.map(({ id, title, legalBasis }) => ({ value: id, label: `${title} (${t(`records:basis.${legalBasis}`)})` }))}
              {...form.getInputProps("basisPurposeId")}
              value={basis}
              required
              allowDeselect={false}
            />
            <Select
              label={t("create.source")}
              description={t(form.values.source && !fromThem.includes(form.values.source) ? "create.mustTell" : "create.sourceWhy")}
              data={sources.map((value) => ({ value, label: t(`source.${value}`) }))}
              {...form.getInputProps("source")}
              required
              allowDeselect={false}
            />
            <MemberSelect label={t("field.owner")} value={form.values.ownerId} onChange={(id) => form.setFieldValue("ownerId", id)} error={form.errors.ownerId as string} />
            <TagsInput label={t("field.tags")} data={tags.map(({ name }) => name)} maxTags={20} {...form.getInputProps("tags")} />
            {required.map((field) => (
              <CustomInput key={field.key} field={field} value={custom[field.key] ?? ""} onChange={(value) => setCustom({ ...custom, [field.key]: value })} error={form.errors[`custom.${field.key}`] as string} required explain />
            ))}
          </SimpleGrid>
          {!purposes.length && <Alert color="red">{t("create.noBasis")}</Alert>}
          <Text size="sm" c="dimmed">
            {t("create.noConsent")}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("records:cancel")}
            </Button>
            <Button type="submit" loading={running} disabled={!purposes.length}>
              {t("create.button")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
