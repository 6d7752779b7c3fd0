import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { graphql } from "../../kit/client/graphql";

const FIELDS = graphql(`
  query DisclosedFields {
    fields(entity: CONTACT) { id key label { language text } }
  }
`);
const own = ["givenName", "familyName", "email", "phone", "jobTitle", "companyName", "postalAddress", "language", "lifecycle"] as const;

/** The fields of contacts as a disclosure names them (`givenName`, `custom.size`), and what people call each. */
export function useFieldWords() {
  const { t, i18n } = useTranslation("privacy/recipients");
  const [{ data }] = useQuery({ query: FIELDS, requestPolicy: "cache-first" });
  const words = new Map<string, string>(own.map((name) => [name, t(`ownField.${name}`)]));
  for (const { key, label } of data?.fields ?? []) {
    words.set(`custom.${key}`, (label.find(({ language }) => language === i18n.language) ?? label[0])?.text ?? key);
  }
  return {
    all: [...words].map(([value, label]) => ({ value, label })),
    /** A name that is not known, as programs may give one, stays as it is. */
    say: (name: string) => words.get(name) ?? name,
  };
}
