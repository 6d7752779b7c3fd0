import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { graphql, type ResultOf } from "../../kit/client/graphql";

const FIELDS = graphql(`
  query CustomFields($entity: EntityKind!) {
    fields(entity: $entity) {
      id key type dataClass reason required mayRead mayWrite position
      label { language text }
      options { value label { language text } }
      retiredOptions { value label { language text } }
      validation { min max maxLength pattern }
    }
  }
`);

type Read = ResultOf<typeof FIELDS>["fields"][number];
export type CustomField = Omit<Read, "label" | "options"> & { label: string; options: { value: string; label: string }[]; labelOf: (value: string) => string };

/** The workspace's own fields of a kind of record, with labels in the reader's language. */
export function useFields(entity: "CONTACT" | "COMPANY"): CustomField[] {
  const { i18n } = useTranslation();
  const [{ data }] = useQuery({ query: FIELDS, variables: { entity }, requestPolicy: "cache-first" });
  return useMemo(() => {
    const say = (label: Read["label"], otherwise: string) => label.find(({ language }) => language === i18n.language)?.text ?? label[0]?.text ?? otherwise;
    return (data?.fields ?? []).map((field) => {
      const options = field.options.map(({ value, label }) => ({ value, label: say(label, value) }));
      const all = new Map([...field.retiredOptions.map(({ value, label }) => [value, say(label, value)] as const), ...options.map(({ value, label }) => [value, label] as const)]);
      return { ...field, label: say(field.label, field.key), options, labelOf: (value: string) => all.get(value) ?? value };
    });
  }, [data, i18n.language]);
}

/** Sealed values are shown masked, and can be neither listed, sorted nor filtered by. */
export const isSealed = ({ dataClass }: Pick<CustomField, "dataClass">) => dataClass === "CONFIDENTIAL" || dataClass === "SECRET";
