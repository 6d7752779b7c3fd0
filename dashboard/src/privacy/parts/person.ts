import { graphql, type ResultOf } from "../../kit/client/graphql";

export const PERSON = graphql(`fragment Person on Contact { id givenName familyName email }`);

export type Person = ResultOf<typeof PERSON>;

/** How staff name somebody: by name, else by mailbox. */
export function nameOf(person: Person): string {
  return [person.givenName, person.familyName].filter(Boolean).join(" ") || person.email || person.id;
}
