import { graphql, type ResultOf } from "../../kit/client/graphql";
import { nameOf, PERSON } from "../parts/person";

/** What a line of the register shows; live events bring it up to date everywhere. */
export const REQUEST_LINE = graphql(
  `
    fragment RequestLine on Request {
      id kind state channel objectsTo email name receivedAt dueAt overdue suspendedAt answeredAt hurdle version
      contact { ...Person }
      assignee { id name }
    }
  `,
  [PERSON],
);

export const REQUEST = graphql(
  `
    query Request($id: ID!) {
      request(id: $id) {
        ...RequestLine
        language acknowledgedAt identityProvenAt extendedAt extensionReason refusalReason balance document
        steps { id kind at actor text mail }
      }
    }
  `,
  [REQUEST_LINE],
);

export type RequestLine = ResultOf<typeof REQUEST_LINE>;
export type Request = NonNullable<ResultOf<typeof REQUEST>["request"]>;

/** Who asks, as far as it is known. */
export function askerOf({ contact, name, email }: RequestLine): string | undefined {
  return contact ? nameOf(contact) : (name ?? email ?? undefined);
}
