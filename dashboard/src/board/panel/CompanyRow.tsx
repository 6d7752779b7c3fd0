import { Group, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import { useMay } from "../../kit/session/viewer";
import { usePathOf } from "../../kit/shell/screens";
import { OpenLink } from "./OpenLink";
import { Row } from "./Row";
import { useDraft, type Saved } from "./use_draft";
import classes from "./panel.module.css";

const COMPANIES = graphql(`
  query DealCompanyChoices($words: String!) {
    companies(first: 10, filter: { name: { contains: $words } }, orderBy: { field: NAME }) { nodes { id name domain } }
  }
`);
const ADD = graphql(`
  mutation AddCompanyOfDeal($input: CreateCompanyInput!) {
    createCompany(input: $input) { company { id name } userErrors { code field message } }
  }
`);

const fresh = "new:";

interface Props {
  company: { id: string; name: string } | null;
  save: (id: string, base: string) => Promise<Saved>;
  readOnly: boolean;
}

/** The customer's company: found by typing, or added by its name. */
export function CompanyRow({ company, save, readOnly }: Props) {
  const { t } = useTranslation("board");
  const mayAdd = useMay("changeContacts");
  const pathOf = usePathOf();
  const [typed, setTyped] = useState("");
  const words = typed === company?.name ? "" : typed.trim();
  const [asked] = useDebouncedValue(words, 150);
  const [{ data }] = useQuery({ query: COMPANIES, variables: { words: asked }, pause: !asked });
  const [add] = useAct(ADD);
  const draft = useDraft(company?.id ?? "", save);
  const found = (asked && data?.companies.nodes) || [];
  const options = [
    ...(company && !found.some(({ id }) => id === company.id) ? [{ value: company.id, label: company.name }] : []),
    ...found.map(({ id, name }) => ({ value: id, label: name })),
    ...(mayAdd && words && !found.some(({ name }) => name.toLowerCase() === words.toLowerCase()) ? [{ value: fresh + words, label: t("company.add", { name: words }) }] : []),
  ];

  async function choose(value: string | null) {
    if (!value?.startsWith(fresh)) return draft.commit(value ?? "");
    const done = await add({ input: { name: value.slice(fresh.length), idempotencyKey: crypto.randomUUID() } });
    const made = done.ok ? done.data.createCompany.company : undefined;
    if (made) await draft.commit(made.id);
  }

  const path = company && pathOf(company.id);
  return (
    <Row label={t("field.company")} draft={draft} written={(id) => (id === company?.id ? company.name : t("company.other"))}>
      {(labelId) => (
        <Group gap={4} wrap="nowrap">
          <Select
            flex={1}
            size="xs"
            classNames={{ input: classes.choice }}
            aria-labelledby={labelId}
            searchable
            clearable={!readOnly}
            readOnly={readOnly || draft.saving}
            placeholder={t("company.find")}
            nothingFoundMessage={words ? t("company.none") : t("company.type")}
            data={options}
            filter={({ options }) => options}
            value={(draft.text ?? company?.id) || null}
            onSearchChange={setTyped}
            onChange={(value) => void choose(value)}
          />
          {path && <OpenLink path={path} label={t("open", { name: company.name })} />}
        </Group>
      )}
    </Row>
  );
}
