import { Loader, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { graphql } from "../../kit/client/graphql";
import { useNames } from "../../kit/journal/names";

const FIND = graphql(`
  query FindCompanies($text: String!) {
    searchHits(query: $text, kinds: [COMPANY], first: 20) { hits { node { __typename id ... on Company { name domain } } } }
  }
`);
const RECENT = graphql(`
  query RecentCompanies { companies(first: 20, orderBy: { field: NAME }) { nodes { id name domain } } }
`);

interface Props {
  label: string;
  value: string | null;
  onChange: (id: string | null) => void;
  error?: string;
  description?: string;
  autoFocus?: boolean;
  disabled?: boolean;
}

/** Chooses a company by the API's search, so that any number of them will do. */
export function CompanySelect({ label, value, onChange, error, description, autoFocus, disabled }: Props) {
  const { t } = useTranslation("records");
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text.trim(), 150);
  const nameOf = useNames(value ? [value] : []);
  const searching = asked.length >= 2;
  const [found] = useQuery({ query: FIND, variables: { text: asked }, pause: !searching });
  const [recent] = useQuery({ query: RECENT, requestPolicy: "cache-first" });
  const rows = searching
    ? (found.data?.searchHits.hits ?? []).flatMap(({ node }) => (node.__typename === "Company" ? [{ id: node.id, name: node.name, domain: node.domain }] : []))
    : (recent.data?.companies.nodes ?? []);
  const data = rows.map(({ id, name, domain }) => ({ value: id, label: domain ? `${name} (${domain})` : name }));
  if (value && !data.some((one) => one.value === value)) data.unshift({ value, label: nameOf(value) ?? "…" });
  return (
    <Select
      label={label}
      description={description}
      error={error}
      data={data}
      value={value}
      onChange={onChange}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("clear") }}
      onSearchChange={setText}
      filter={({ options }) => options}
      nothingFoundMessage={found.fetching ? t("pick.searching") : t("pick.nothing")}
      rightSection={found.fetching ? <Loader size="xs" /> : undefined}
      comboboxProps={{ withinPortal: false }}
      data-autofocus={autoFocus || undefined}
      autoFocus={autoFocus}
      disabled={disabled}
    />
  );
}
