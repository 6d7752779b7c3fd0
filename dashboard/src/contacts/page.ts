import { graphql, type ResultOf } from "../kit/client/graphql";

export const PAGE = graphql(`
  fragment ContactPage on Contact {
    id version givenName familyName email phone jobTitle companyName postalAddress externalId language lifecycle
    createdAt updatedAt lastContactAt archivedAt restrictedAt art14DueAt
    company { id name }
    owner { id name }
    tags { id name }
    addresses { id email verifiedAt primary }
    customFields { key value masked field { id } }
    provenance { field source actor at proven }
    restrictions { id ground since liftedAt announcedAt means failedAt }
  }
`);

export const CONTACT = graphql(`query Contact($id: ID!) { contact(id: $id) { ...ContactPage } }`, [PAGE]);

export const UPDATE = graphql(
  `
    mutation UpdateContact($input: UpdateContactInput!) {
      updateContact(input: $input) { contact { ...ContactPage } notices { field message } userErrors { code field message } }
    }
  `,
  [PAGE],
);

export type Person = ResultOf<typeof PAGE>;

/** The names of values in provenance and in the timeline, and how `updateContact` calls them. */
export const inputs = {
  given_name: "givenName",
  family_name: "familyName",
  phone: "phone",
  job_title: "jobTitle",
  company: "companyId",
  company_name: "companyName",
  owner: "ownerId",
  postal_address: "postalAddress",
  language: "language",
  lifecycle: "lifecycle",
  external_id: "externalId",
} as const;

export type ValueName = keyof typeof inputs;

/** Every value by its name in provenance, as the API takes it. */
export function valuesOf(person: Person): Record<string, string | null> {
  const { givenName, familyName, phone, jobTitle, companyName, company, owner, postalAddress, language, lifecycle, externalId } = person;
  return {
    given_name: givenName,
    family_name: familyName,
    phone,
    job_title: jobTitle,
    company: company?.id ?? null,
    company_name: companyName,
    owner: owner?.id ?? null,
    postal_address: postalAddress,
    language,
    lifecycle,
    external_id: externalId,
    ...Object.fromEntries(person.customFields.map(({ key, value }) => [`custom.${key}`, value])),
  };
}

/** The part of the input that sets one value. */
export function changeOf(key: string, value: string | null): object {
  if (key.startsWith("custom.")) return { custom: [{ key: key.slice(7), value }] };
  return { [inputs[key as ValueName]]: value };
}
