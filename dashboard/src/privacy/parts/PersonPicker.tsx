import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { graphql } from "../../kit/client/graphql";
import { nameOf, PERSON, type Person } from "./person";

const FIND = graphql(
  `
    query FindPeople($query: String!) {
      searchHits(query: $query, kinds: [CONTACT], first: 12) { hits { node { __typename ... on Contact { ...Person } } } }
    }
  `,
  [PERSON],
);
const KNOWN = graphql(`query KnownPerson($id: ID!) { contact(id: $id) { ...Person } }`, [PERSON]);

interface Props {
  label: string;
  description?: string;
  value: string | null;
  onChange: (id: string | null) => void;
  error?: string;
  required?: boolean;
  autoFocus?: boolean;
}

/** Finds a person by name or address. */
export function PersonPicker({ value, onChange, label, description, error, required, autoFocus }: Props) {
  const { t } = useTranslation("privacy");
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<Person>();
  const [asked] = useDebouncedValue(words.trim(), 200);
  const pause = asked.length < 2 || (chosen !== undefined && asked === written(chosen));
  const [found] = useQuery({ query: FIND, variables: { query: asked }, pause });
  const [known] = useQuery({ query: KNOWN, variables: { id: value ?? "" }, pause: !value || chosen?.id === value });
  const hits = pause ? [] : (found.data?.searchHits.hits ?? []).flatMap(({ node }) => (node.__typename === "Contact" ? [node] : []));
  const current = chosen?.id === value ? chosen : (known.data?.contact ?? undefined);
  const people = [...hits, ...(current && !hits.some(({ id }) => id === current.id) ? [current] : [])];

  return (
    <Select
      label={label}
      description={description}
      placeholder={t("person.placeholder")}
      searchable
      openOnFocus={false}
      clearable
      clearButtonProps={{ "aria-label": t("person.clear") }}
      data={people.map((person) => ({ value: person.id, label: written(person) }))}
      filter={({ options }) => options}
      value={value}
      onChange={(id) => {
        setChosen(people.find((person) => person.id === id));
        onChange(id);
      }}
      onSearchChange={setWords}
      nothingFoundMessage={asked.length < 2 ? t("person.type") : found.fetching ? t("person.searching") : t("person.nobody")}
      error={error}
      required={required}
      data-autofocus={autoFocus || undefined}
      comboboxProps={{ withinPortal: true }}
    />
  );
}

const written = (person: Person) => [nameOf(person), person.email].filter((one, index, all) => one && all.indexOf(one) === index).join(" · ");
